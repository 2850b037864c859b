"""The computing of an evaluation, exact and without hiding anything: docs/scoring.md has formulas and sources.

Every mean is a Fraction, so that nothing depends on the order of the answers; rounding comes last. What may be shown
of all this is decided in ``assessments.disclosure`` and nowhere else.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypedDict

from assessments.cycle_format import Cycle, CycleResponse
from assessments.instruments import Factor, Instrument

# Per organisation of the cycle, sorted by key, the valid values of its people: factor scores, or answers to one item.
Groups = Mapping[str, Sequence[Fraction]]


class Trend(TypedDict):
    value: float | None
    label: str | None


def mean(values: Sequence[Fraction]) -> Fraction:
    """Sum ÷ number of at least one value, exact, in the unit of the values."""
    return sum(values, Fraction(0)) / len(values)


def respondent_score(response: CycleResponse, factor: Factor, min_answered: int) -> Fraction | None:
    """One person's score on one factor: the mean (1–5) of the answered items; None with too few answers."""
    given = given_answers(response, factor)
    return mean(given) if len(given) >= min_answered else None


def given_answers(response: CycleResponse, factor: Factor) -> list[Fraction]:
    """The person's answers (1–5) on the factor's items, without the unanswered ones."""
    answers = (response.answers.get(item.key) for item in factor.items)
    return [Fraction(answer) for answer in answers if answer is not None]


def factor_groups(cycle: Cycle, factor: Factor, instrument: Instrument) -> Groups:
    """The valid factor scores (1–5) of the people of each organisation."""
    fewest = instrument.scoring.min_answered_items
    return _grouped(cycle, ((row, respondent_score(row, factor, fewest)) for row in cycle.responses))


def item_groups(cycle: Cycle, item: str) -> Groups:
    """The given answers (1–5) to one item, of the people of each organisation."""
    answers = ((row, row.answers.get(item)) for row in cycle.responses)
    return _grouped(cycle, ((row, None if value is None else Fraction(value)) for row, value in answers))


def _grouped(cycle: Cycle, values: Iterable[tuple[CycleResponse, Fraction | None]]) -> Groups:
    groups: dict[str, list[Fraction]] = {key: [] for key in sorted(row.key for row in cycle.organisations)}
    for response, value in values:
        if value is not None:
            groups[response.organisation].append(value)
    return groups


def pooled(groups: Groups) -> list[Fraction]:
    """The values of all organisations together."""
    return [value for values in groups.values() for value in values]


def joint_mean(groups: Groups) -> Fraction | None:
    """The mean (1–5) of the organisations' means, so that each organisation counts equally; None without values."""
    means = [mean(values) for values in groups.values() if values]
    return mean(means) if means else None


def variance(values: Sequence[Fraction]) -> Fraction | None:
    """Sample variance, Σ(x − mean)² ÷ (n − 1), in squared scale points; None below two values."""
    if len(values) < 2:
        return None
    centre = mean(values)
    return sum(((value - centre) ** 2 for value in values), Fraction(0)) / (len(values) - 1)


def share_unknown(cycle: Cycle, factor: Factor) -> Fraction | None:
    """Share (0–1) of the factor's questions without an answer, over all respondents; None without respondents."""
    asked = len(cycle.responses) * len(factor.items)
    given = sum(len(given_answers(row, factor)) for row in cycle.responses)
    return 1 - Fraction(given, asked) if asked else None


def respondents(cycle: Cycle) -> Mapping[str, int]:
    """The number of responses per organisation, sorted by key; a response without answers counts."""
    counts = dict.fromkeys(sorted(row.key for row in cycle.organisations), 0)
    for response in cycle.responses:
        counts[response.organisation] += 1
    return counts


def half_up(value: Fraction, places: int) -> Fraction:
    """Rounded to ``places`` decimals, a half away from zero: 3.25 is 3.3 and −0.25 is −0.3."""
    units = math.floor(abs(value) * 10**places + Fraction(1, 2))
    return Fraction(units if value >= 0 else -units, 10**places)


def root_half_up(square: Fraction, places: int) -> Fraction:
    """The square root rounded half up, decided in whole numbers so that no float can tip a tie.

    ⌊√s·10^p + ½⌋ = ⌊(⌊√(4·10^2p·s)⌋ + 1) ÷ 2⌋.
    """
    doubled = math.isqrt(math.floor(4 * 10 ** (2 * places) * square))
    return Fraction((doubled + 1) // 2, 10**places)


def trend(previous_exact: str | None, current_exact: str | None, changed: Fraction = Fraction(1, 2)) -> Trend:
    """The change of a joint score since the last cycle, from the exact means that ``Disclosure.means`` keeps.

    Computed unrounded, rounded half up to one decimal (−4.0 to 4.0), then compared: below ``changed`` it is "same".
    """
    if previous_exact is None or current_exact is None:
        return {"value": None, "label": None}
    value = half_up(Fraction(current_exact) - Fraction(previous_exact), 1)
    label = "same" if abs(value) < changed else "up" if value > 0 else "down"
    return {"value": float(value), "label": label}
