"""A results page: the disclosed result of one round in words and figures, and what changed since the last one.

Reads only ``EvaluationCycle.result`` (and, in open mode, the named answers); nothing here looks at raw answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.answers import NamedAnswers, named_answers
from assessments.disclosure import agenda
from assessments.instruments import LOW_PREFIX, Factor, Instrument
from assessments.models import CycleParty, EvaluationCycle, ReviewMeeting
from assessments.scoring import Trend, trend
from collab.enums import ActionStatus, Visibility
from common.numbers import score
from common.prepared import Prepared, one_of

# A meeting has time for so many factors; the others are further down the page.
MOST_POINTS = 4


@dataclass(frozen=True)
class Party:
    """An organisation on the page; ``mark`` is its number on every page of the collaboration."""

    key: str
    name: str
    mark: int
    invited: int
    responded: int


class AgreedItem(NamedTuple):
    """An action as it was agreed in a meeting, and where it stands now."""

    review: int
    title: str
    due_on: date
    status: str
    owner: str
    organisation: str

    @property
    def status_word(self) -> str:
        return str(ActionStatus(self.status).label)


@dataclass(frozen=True)
class Mirror:
    """What an organisation says of itself beside what the others see."""

    organisation: str
    own: float
    partner_view: float
    difference: float


@dataclass(frozen=True)
class ItemCounts:
    text: str
    counts: tuple[int, ...]
    n: int
    dont_know: int


@dataclass(frozen=True)
class FactorRow:
    key: str
    name: str
    description: str
    question: str
    score: float | None
    band: str | None
    n: int | None
    sd: float | None
    views_differ: bool
    many_dont_know: bool
    gap: Mapping[str, Any] | None
    organisations: tuple[Mapping[str, Any], ...]
    trend: Trend
    distribution: tuple[ItemCounts, ...]
    mirror: tuple[Mirror, ...]


def results_page(cycle: EvaluationCycle) -> dict[str, Any]:
    """The template context of the results of a closed cycle, in the current language."""
    language = get_language() or "en"
    result = cycle.result or {}
    instrument = cycle.instrument.definition
    parties = _parties(cycle, result)
    previous, review = _previous(cycle), getattr(cycle, "review", None)
    earlier_review = getattr(previous, "review", None)
    agreed = _agreed(review, earlier_review)
    factors = [_factor_row(row, cycle, previous, instrument, parties, language) for row in result["factors"]]
    return {
        "cycle": cycle,
        "collaboration": cycle.collaboration,
        "parties": parties,
        "respondents": result["respondents"],
        "invited": result["invited"],
        "factors": factors,
        "has_hidden": any(row["score"] is None for factor in factors for row in factor.organisations),
        "previous": previous,
        "review": review,
        "agreed": agreed.get(review.pk, []) if review else [],
        "points": _points(result, instrument, {row.key: row for row in factors}, language),
        "changes": _changes(factors),
        "earlier_actions": _what_became_of(agreed.get(earlier_review.pk, [])) if earlier_review else None,
        "overall": _overall(result, cycle, previous, instrument, language),
        "comments": _comments(result, instrument, language),
        "warnings": _warnings(result, instrument, parties, language),
        "people": _people(named_answers(cycle), instrument, language),
        "min_group": instrument.scoring.min_group_scores,
    }


def _parties(cycle: EvaluationCycle, result: Mapping[str, Any]) -> list[Party]:
    order: list[tuple[int, bool | int]] = [
        (organisation, False)
        for organisation in cycle.collaboration.participations.order_by("pk").values_list("organisation_id", flat=True)
    ]
    rows: list[CycleParty] = list(cycle.parties.all())
    order += [place for row in rows if (place := _place(row)) not in order]
    figures = {row["key"]: row for row in result["organisations"]}
    parties = [
        Party(
            key=row.key,
            name=row.name,
            mark=order.index(_place(row)) + 1,
            invited=figures[row.key]["invited"],
            responded=figures[row.key]["respondents"],
        )
        for row in rows
    ]
    return sorted(parties, key=lambda party: party.mark)


def _place(party: CycleParty) -> tuple[int, bool | int]:
    """What has a mark of its own: an organisation, and every side that was merged into another side since."""
    return party.organisation_id, party.is_merged and party.pk


def _previous(cycle: EvaluationCycle) -> EvaluationCycle | None:
    """The last round before this one that has results of the same questionnaire."""
    earlier = EvaluationCycle.objects.ended().filter(
        collaboration=cycle.collaboration_id, number__lt=cycle.number, instrument__key=cycle.instrument.key
    )
    earlier = earlier.order_by("-number").select_related("review")
    return earlier.only("number", "exact_means", "review__held_on").first()


def _factor_row(
    row: Mapping[str, Any],
    cycle: EvaluationCycle,
    previous: EvaluationCycle | None,
    instrument: Instrument,
    parties: list[Party],
    language: str,
) -> FactorRow:
    factor = instrument.factors_by_key[row["key"]]
    scores = {entry["key"]: entry for entry in row["organisations"]}
    names = {party.key: party.name for party in parties}
    return FactorRow(
        key=factor.key,
        name=factor.name.get(language),
        description=factor.description.get(language),
        question=factor.discussion_question.get(language),
        score=row["score"],
        band=row["band"],
        n=row["n"],
        sd=row["sd"],
        views_differ=row["views_differ"],
        many_dont_know=row["dont_know"] is not None and row["dont_know"] >= 0.30,
        gap=row["gap"],
        organisations=tuple(
            {"name": party.name, "mark": party.mark, "score": scores[party.key]["score"], "n": scores[party.key]["n"]}
            for party in parties
        ),
        trend=trend(previous.exact_means.get(factor.key) if previous else None, cycle.exact_means.get(factor.key)),
        distribution=tuple(_item_counts(entry, instrument, language) for entry in row["distribution"]),
        mirror=tuple(
            Mirror(names[entry["organisation"]], entry["own"], entry["partner_view"], entry["difference"])
            for entry in row["mirror"]
        ),
    )


def _item_counts(entry: Mapping[str, Any], instrument: Instrument, language: str) -> ItemCounts:
    text = instrument.items[entry["item"]].text.get(language)
    return ItemCounts(text, tuple(entry["counts"]), entry["n"], entry["dont_know"])


def _points(
    result: Mapping[str, Any], instrument: Instrument, rows: Mapping[str, FactorRow], language: str
) -> list[dict[str, Any]]:
    """The discussion agenda: per factor one point with its reasons in words and the factor's neutral question."""
    points: dict[str, dict[str, Any]] = {}
    for point in agenda(dict(result), instrument):
        row = rows[point["factor"]]
        entry = points.setdefault(
            row.key, {"name": row.name, "key": row.key, "question": row.question, "reasons": [], "actions": []}
        )
        entry["reasons"].append(_reason(point["reason"], point["figures"], row))
        entry["actions"] = [action.text.get(language) for action in _factor_of(instrument, row.key).suggested_actions]
    return list(points.values())[:MOST_POINTS]


def _factor_of(instrument: Instrument, key: str) -> Factor:
    return instrument.factors_by_key[key]


def _reason(reason: str, figures: Mapping[str, Any], row: FactorRow) -> str:
    match reason:
        case "lowest_score":
            return _("Lowest score: %(score)s.") % {"score": score(figures["score"])}
        case "widest_gap":
            return _("Widest gap: the organisations are %(gap)s apart.") % {"gap": score(figures["value"])}
        case "most_spread":
            return _("Views differ most here.")
        case _:
            mirror = next(entry for entry in row.mirror if entry.difference == figures["difference"])
            return _("%(organisation)s gives itself %(own)s, the other side sees %(partner)s.") % {
                "organisation": mirror.organisation,
                "own": score(mirror.own),
                "partner": score(mirror.partner_view),
            }


def _changes(factors: list[FactorRow]) -> dict[str, int] | None:
    """How many factors went up, down or neither; None where nothing can be compared."""
    labels = [row.trend["label"] for row in factors]
    if not any(labels):
        return None
    return {label: labels.count(label) for label in ("up", "down", "same")}


def _what_became_of(items: list[AgreedItem]) -> dict[str, Any] | None:
    """The actions that were agreed after the previous round."""
    if not items:
        return None
    return {"items": items, "done": sum(item.status == ActionStatus.DONE for item in items), "total": len(items)}


def _agreed(*reviews: ReviewMeeting | None) -> dict[int, list[AgreedItem]]:
    """The actions of meetings, save those that were made internal afterwards: all sides read this."""
    keys = [review.pk for review in reviews if review is not None]
    agreed: dict[int, list[AgreedItem]] = {}
    for row in _AGREED.rows(keys=keys) if keys else ():
        item = AgreedItem(*row)
        agreed.setdefault(item.review, []).append(item)
    return agreed


def _overall(
    result: Mapping[str, Any],
    cycle: EvaluationCycle,
    previous: EvaluationCycle | None,
    instrument: Instrument,
    language: str,
) -> list[dict[str, Any]]:
    return [
        {
            "text": instrument.items[row["key"]].text.get(language),
            "score": row["score"],
            "n": row["n"],
            "trend": trend(
                previous.exact_means.get(row["key"]) if previous else None, cycle.exact_means.get(row["key"])
            ),
        }
        for row in result["overall"]
    ]


def _comments(result: Mapping[str, Any], instrument: Instrument, language: str) -> list[dict[str, Any]]:
    """Comments per question in the order of asking."""
    comments = result["comments"]
    return [
        {"question": _comment_question(key, instrument, language), "texts": comments[key]}
        for key in instrument.comment_keys
        if key in comments
    ]


def _comment_question(key: str, instrument: Instrument, language: str) -> str:
    if key.startswith(LOW_PREFIX):
        item = instrument.items[key.removeprefix(LOW_PREFIX)].text.get(language)
        return f"{item} {instrument.low_answer_prompt.get(language)}"
    return next(row.text.get(language) for row in instrument.open_questions if row.key == key)


def _warnings(result: Mapping[str, Any], instrument: Instrument, parties: list[Party], language: str) -> list[str]:
    names = {party.key: party.name for party in parties}
    texts = {
        "side_silent": _("Nobody of %(name)s answered, so there is no score of all together."),
        "small_group": _("Fewer than three people of %(name)s answered; their own scores are hidden to protect them."),
        "many_dont_know": _("Many people do not know: %(name)s."),
    }
    return [
        texts[row["code"]]
        % {
            "name": names[row["organisation"]]
            if "organisation" in row
            else instrument.factors_by_key[row["factor"]].name.get(language)
        }
        for row in result["warnings"]
    ]


def _people(rows: list[NamedAnswers], instrument: Instrument, language: str) -> dict[str, Any] | None:
    """Open mode: who answered what, a row per item and a column per person."""
    if not rows:
        return None
    return {
        "columns": [{"name": row.person, "organisation": row.organisation} for row in rows],
        "items": [
            {"text": item.text.get(language), "values": [row.answers.get(key) for row in rows]}
            for key, item in instrument.items.items()
        ],
        "comments": [
            {"person": row.person, "question": _comment_question(key, instrument, language), "text": text}
            for row in rows
            for key, text in row.comments.items()
        ],
    }


_AGREED = Prepared(
    lambda: (
        ReviewMeeting.action_items.through._default_manager.filter(
            one_of("reviewmeeting", "keys"), actionitem__visibility=Visibility.SHARED
        )
        .order_by("actionitem__due_on", "actionitem")
        .values_list(
            "reviewmeeting_id",
            "actionitem__title",
            "actionitem__due_on",
            "actionitem__status",
            "actionitem__owner__name",
            "actionitem__owner__organisation__name",
        )
    )
)
