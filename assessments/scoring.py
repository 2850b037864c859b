"""Compute an evaluation, exactly and without hiding anything: docs/scoring.md has formulas and sources.

Every mean is a Fraction, so that no figure depends on the order of the answers; rounding comes last. Only
``assessments.disclosure`` decides which of these figures may be shown.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, TypedDict

from assessments.cycle_format import Cycle, CycleResponse
from assessments.instruments import LOW_PREFIX, Factor, Instrument
from common.text import is_blank

# Per organisation of the cycle, sorted by key, the values of its people: factor scores, or answers to one item.
Values = Mapping[str, Sequence[Fraction]]

# A comment on a low answer belongs to an answer up to this value.
HIGHEST_LOW_ANSWER = 2


class KeptMean(TypedDict):
    """An unrounded joint mean ("251/72") and the groups whose means it is the mean of, each a list of keys."""

    mean: str
    groups: list[list[str]]


class Trend(TypedDict):
    """The change of a joint mean since the last round; ``regrouped`` where the two are not about the same groups."""

    value: float | None
    label: Literal["up", "down", "same", "regrouped"] | None


def mean(values: Sequence[Fraction]) -> Fraction:
    """Return sum ÷ number of at least one value, exact, in the unit of the values."""
    return sum(values, Fraction(0)) / len(values)


def respondent_score(response: CycleResponse, factor: Factor, min_answered: int) -> Fraction | None:
    """Return one person's score on one factor: the mean (1–5) of the answered items; None with too few answers."""
    given = given_answers(response, factor)
    return mean(given) if len(given) >= min_answered else None


def given_answers(response: CycleResponse, factor: Factor) -> list[Fraction]:
    """Return the person's answers (1–5) on the factor's items, without the unanswered ones."""
    answers = (response.answers.get(item.key) for item in factor.items)
    return [Fraction(answer) for answer in answers if answer is not None]


def is_valid(response: CycleResponse, factor: Factor, instrument: Instrument) -> bool:
    """Return whether the person answered enough of the factor's items to have a score on it."""
    return len(given_answers(response, factor)) >= instrument.scoring.min_answered_items


def factor_scores(cycle: Cycle, factor: Factor, instrument: Instrument) -> Values:
    """Return the valid factor scores (1–5) of the people of each organisation."""
    fewest = instrument.scoring.min_answered_items
    return _by_organisation(cycle, ((row, respondent_score(row, factor, fewest)) for row in cycle.responses))


def factor_answers(cycle: Cycle, factor: Factor, item: str, instrument: Instrument) -> Values:
    """Return the answers (1–5) to one item of a factor, of the people of each organisation who are valid for it."""
    valid = [row for row in cycle.responses if is_valid(row, factor, instrument)]
    return _item_answers(cycle, valid, item)


def item_answers(cycle: Cycle, item: str) -> Values:
    """Return the answers (1–5) to one item, of all people of each organisation."""
    return _item_answers(cycle, cycle.responses, item)


def _item_answers(cycle: Cycle, responses: Iterable[CycleResponse], item: str) -> Values:
    answers = ((row, row.answers.get(item)) for row in responses)
    return _by_organisation(cycle, ((row, None if value is None else Fraction(value)) for row, value in answers))


def _by_organisation(cycle: Cycle, values: Iterable[tuple[CycleResponse, Fraction | None]]) -> Values:
    found: dict[str, list[Fraction]] = {key: [] for key in sorted(row.key for row in cycle.organisations)}
    for response, value in values:
        if value is not None:
            found[response.organisation].append(value)
    return found


def pooled(values: Values, organisations: Iterable[str] | None = None) -> list[Fraction]:
    """Return the values of the named organisations together; of all of them without names."""
    return [value for key in (values if organisations is None else organisations) for value in values[key]]


def variance(values: Sequence[Fraction]) -> Fraction | None:
    """Return the sample variance, Σ(x − mean)² ÷ (n − 1), in squared scale points; None below two values."""
    if len(values) < 2:
        return None
    centre = mean(values)
    return sum(((value - centre) ** 2 for value in values), Fraction(0)) / (len(values) - 1)


def share_unknown(cycle: Cycle, factor: Factor) -> Fraction | None:
    """Return the share (0–1) of the factor's questions without an answer, over all respondents; None without any."""
    asked = len(cycle.responses) * len(factor.items)
    given = sum(len(given_answers(row, factor)) for row in cycle.responses)
    return 1 - Fraction(given, asked) if asked else None


def respondents(cycle: Cycle) -> Mapping[str, int]:
    """Return the number of responses per organisation, sorted by key; a response without answers counts."""
    counts = dict.fromkeys(sorted(row.key for row in cycle.organisations), 0)
    for response in cycle.responses:
        counts[response.organisation] += 1
    return counts


def half_up(value: Fraction, places: int) -> Fraction:
    """Round to ``places`` decimals, a half away from zero: 3.25 is 3.3 and −0.25 is −0.3."""
    units = math.floor(abs(value) * 10**places + Fraction(1, 2))
    return Fraction(units if value >= 0 else -units, 10**places)


def root_half_up(square: Fraction, places: int) -> Fraction:
    """Return the square root rounded half up, decided in whole numbers so that no float can tip a tie.

    ⌊√s·10^p + ½⌋ = ⌊(⌊√(4·10^2p·s)⌋ + 1) ÷ 2⌋.
    """
    doubled = math.isqrt(math.floor(4 * 10 ** (2 * places) * square))
    return Fraction((doubled + 1) // 2, 10**places)


def comments_that_count(
    answers: Mapping[str, int | None], comments: Mapping[str, str | None], instrument: Instrument
) -> dict[str, str]:
    """Return one person's comments as written, by question, without blank ones and words that were taken back.

    A comment on a low answer counts only while its item is answered 1 or 2. Raising the answer afterwards takes the
    words back: they are neither shown nor exported.
    """
    counted = {}
    for key in instrument.comment_keys:
        text, answer = comments.get(key), answers.get(key.removeprefix(LOW_PREFIX))
        is_taken_back = key.startswith(LOW_PREFIX) and (answer is None or answer > HIGHEST_LOW_ANSWER)
        if text is not None and not is_blank(text) and not is_taken_back:
            counted[key] = text
    return counted


def trend(previous: Mapping[str, Any] | None, current: Mapping[str, Any] | None, changed: Fraction) -> Trend:
    """Return the change of a joint score since the last round, from two ``KeptMean``.

    Computed unrounded, rounded half up to one decimal (−4.0 to 4.0), then compared: below ``changed`` it is "same".
    The groups of both must name organisations in the same way in both rounds; where the groups differ the means are
    about other people and are not compared.
    """
    if previous is None or current is None:
        return {"value": None, "label": None}
    if set(map(frozenset, previous["groups"])) != set(map(frozenset, current["groups"])):
        return {"value": None, "label": "regrouped"}
    value = half_up(Fraction(current["mean"]) - Fraction(previous["mean"]), 1)
    return {"value": float(value), "label": "same" if abs(value) < changed else "up" if value > 0 else "down"}
