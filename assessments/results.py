"""The results page: the disclosed result of one round in words and figures, and the change since the last one.

Reads only ``EvaluationCycle.result`` (and, in open mode, the named answers), never the raw answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.agreed import agreed_items, correction_of, what_became_of, who_were_there
from assessments.answers import NamedAnswers, named_answers
from assessments.disclosure import MANY_DONT_KNOW, agenda, further_points
from assessments.earlier_results import cut_back, is_earlier
from assessments.groups import CountedTogether, counted_together, group_notes
from assessments.instruments import LOW_PREFIX, Instrument
from assessments.models import CycleParty, EvaluationCycle
from assessments.querysets import CycleQuerySet
from assessments.scoring import Trend
from assessments.trends import KeptRound, count_changes, places_of, trends
from common.charts import TOGETHER
from common.numbers import score

NO_TREND: Trend = {"value": None, "label": None}
# A meeting has time for so many factors; the others are further down the page.
MOST_POINTS = 4
FEWEST_POINTS = 3


@dataclass(frozen=True)
class ResultsParty:
    """An organisation on the page; ``mark`` is its number on every page of the collaboration."""

    key: str
    name: str
    mark: int
    invited: int
    responded: int


@dataclass(frozen=True)
class Mirror:
    """An organisation's view of itself beside the others' view of it."""

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
    short_name: str
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
    together: CountedTogether | None
    marks: tuple[Mapping[str, Any], ...]  # those of the picture: an organisation by itself, or several together
    trend: Trend
    distribution: tuple[ItemCounts, ...]
    mirror: tuple[Mirror, ...]


def results_page(cycle: EvaluationCycle, readable: CycleQuerySet, *, is_asked: bool) -> dict[str, Any]:
    """Return the template context of the results of a closed cycle, in the current language.

    ``readable`` are the rounds that the reader may see: with no other round is this one compared. The names of an open
    round are for a reader who ``is_asked`` in it.
    """
    language = get_language() or "en"
    instrument = cycle.instrument.definition
    result: Mapping[str, Any] = cycle.result or {}
    if earlier := is_earlier(result):  # cut back already, unless an older worker closed the round during an upgrade
        result, _means = cut_back(result, {}, cycle.is_confidential, instrument)
    parties = _parties(cycle, result)
    previous, review = _previous(cycle, readable), getattr(cycle, "review", None)
    earlier_review = getattr(previous, "review", None)
    agreed = agreed_items(review, earlier_review)
    changes = _changes(cycle, previous, instrument)
    factors = [_factor_row(row, changes, instrument, parties, language) for row in result["factors"]]
    together_names = {row.together.names for row in factors if row.together}
    return {
        "cycle": cycle,
        "collaboration": cycle.collaboration,
        "parties": parties,
        "respondents": result["respondents"],
        "invited": result["invited"],
        "factors": factors,
        "has_together": any(row.together for row in factors),
        # Named once above the factors, where every factor that counts organisations together has the same ones.
        "together_names": together_names.pop() if len(together_names) == 1 else "",
        "is_earlier": earlier,
        "group_notes": group_notes(
            result,
            {party.key: party.name for party in parties},
            {row.key: row.name for row in factors},
            instrument.scoring.min_group_scores,
        )
        if cycle.is_confidential and not earlier
        else [],
        "previous": previous,
        "review": review,
        "next_evaluation_on": cycle.collaboration.next_evaluation_on,
        "corrected": correction_of(review) if review else None,
        "present": who_were_there(review) if review else (),
        "agreed": agreed.get(review.pk, []) if review else [],
        "points": _points(result, instrument, {row.key: row for row in factors}, language),
        "changes": count_changes(row.trend for row in factors),
        "earlier_actions": what_became_of(agreed.get(earlier_review.pk, [])) if earlier_review else None,
        "overall": _overall(result, changes, instrument, language),
        "comments": _comments(result, instrument, language),
        "warnings": _warnings(result, instrument, parties, language),
        "people": _people(named_answers(cycle) if is_asked else [], instrument, language),
        "hides_people": not cycle.is_confidential and not is_asked,
        "min_group": instrument.scoring.min_group_scores,
    }


def _parties(cycle: EvaluationCycle, result: Mapping[str, Any]) -> list[ResultsParty]:
    order: list[tuple[int, bool | int]] = [
        (organisation, False)
        for organisation in cycle.collaboration.participations.order_by("pk").values_list("organisation_id", flat=True)
    ]
    rows: list[CycleParty] = list(cycle.parties.all())
    order += [place for row in rows if (place := _place(row)) not in order]
    figures = {row["key"]: row for row in result["organisations"]}
    parties = [
        ResultsParty(
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
    """Return the key of a mark: the organisation, and the party for a side that was merged into another side since."""
    return party.organisation_id, party.is_merged and party.pk


def _previous(cycle: EvaluationCycle, readable: CycleQuerySet) -> EvaluationCycle | None:
    """Return the last round before this one that has results of the same questionnaire.

    ``is_readable`` tells whether the reader may see that round too: an organisation that joined later does not get to
    know its figures through the change since.
    """
    earlier = EvaluationCycle.objects.ended().filter(
        collaboration=cycle.collaboration_id, number__lt=cycle.number, instrument__key=cycle.instrument.key
    )
    earlier = (
        earlier.annotate(is_readable=Exists(readable.filter(pk=OuterRef("pk"))))
        .order_by("-number")
        .select_related("review")
    )
    return earlier.only("number", "mode", "exact_means", "review__held_on").first()


def _changes(cycle: EvaluationCycle, previous: Any, instrument: Instrument) -> Mapping[str, Trend]:
    """Return the change since the previous round by factor or item, where the reader may see that round."""
    if previous is None or not previous.is_readable:
        return {}
    then, now = (KeptRound(row.pk, row.mode, row.exact_means) for row in (previous, cycle))
    return trends(then, now, places_of([then.pk, now.pk]), instrument.scoring.trend_changed)


def _factor_row(
    row: Mapping[str, Any],
    changes: Mapping[str, Trend],
    instrument: Instrument,
    parties: list[ResultsParty],
    language: str,
) -> FactorRow:
    factor = instrument.factors_by_key[row["key"]]
    names = {party.key: party.name for party in parties}
    organisations = _organisations(row, parties)
    together = counted_together(row, names)
    marks = tuple(entry for entry in organisations if not entry["is_together"])
    if together is not None:
        name = _("%(names)s, counted together") % {"names": together.names}
        marks = (*marks, {"name": name, "mark": TOGETHER, "score": together.score})
    return FactorRow(
        key=factor.key,
        name=factor.name.get(language),
        short_name=factor.short_name.get(language),
        description=factor.description.get(language),
        question=factor.discussion_question.get(language),
        score=row["score"],
        band=row["band"],
        n=row["n"],
        sd=row["sd"],
        views_differ=row["views_differ"],
        many_dont_know=row["dont_know"] is not None and row["dont_know"] >= MANY_DONT_KNOW,
        gap=row["gap"],
        organisations=organisations,
        together=together,
        marks=marks,
        trend=changes.get(factor.key, NO_TREND),
        distribution=tuple(
            ItemCounts(
                instrument.items[entry["item"]].text.get(language),
                tuple(entry["counts"]),
                entry["n"],
                entry["dont_know"],
            )
            for entry in row["distribution"]
        ),
        mirror=tuple(
            Mirror(names[entry["organisation"]], entry["own"], entry["partner_view"], entry["difference"])
            for entry in row["mirror"]
        ),
    )


def _organisations(row: Mapping[str, Any], parties: list[ResultsParty]) -> tuple[Mapping[str, Any], ...]:
    """Return the score of each organisation that is a group by itself; ``is_together`` marks those in a larger one."""
    scores = {entry["key"]: entry for entry in row["organisations"]}
    together = row["together"]["organisations"] if row["together"] else ()
    return tuple(
        {
            "name": party.name,
            "mark": party.mark,
            "score": scores[party.key]["score"],
            "n": scores[party.key]["n"],
            "is_together": party.key in together,
        }
        for party in parties
    )


def _points(
    result: Mapping[str, Any], instrument: Instrument, rows: Mapping[str, FactorRow], language: str
) -> list[dict[str, Any]]:
    """Return the discussion agenda: per factor one point with its reasons and the factor's neutral question.

    At least three points, where there is cause for as many.
    """
    points: dict[str, dict[str, Any]] = {}
    first = agenda(dict(result), instrument)
    named = {point["factor"] for point in first}
    more = further_points(dict(result), named)[: max(FEWEST_POINTS - len(named), 0)]
    for point in [*first, *more]:
        row = rows[point["factor"]]
        entry = points.setdefault(
            row.key, {"name": row.name, "key": row.key, "question": row.question, "reasons": [], "actions": []}
        )
        entry["reasons"].append(_reason(point["reason"], point["figures"], row))
        suggested = instrument.factors_by_key[row.key].suggested_actions
        entry["actions"] = [action.text.get(language) for action in suggested]
    return list(points.values())[:MOST_POINTS]


def _reason(reason: str, figures: Mapping[str, Any], row: FactorRow) -> str:
    match reason:
        case "lowest_score":
            return _("Lowest score: %(score)s.") % {"score": score(figures["score"])}
        case "widest_gap" if row.together:
            return _("Widest gap: the groups are %(gap)s apart.") % {"gap": score(figures["value"])}
        case "widest_gap":
            return _("Widest gap: the organisations are %(gap)s apart.") % {"gap": score(figures["value"])}
        case "next_lowest":
            return _("Next lowest score: %(score)s.") % {"score": score(figures["score"])}
        case "next_widest" if row.together:
            return _("Next widest gap: the groups are %(gap)s apart.") % {"gap": score(figures["value"])}
        case "next_widest":
            return _("Next widest gap: the organisations are %(gap)s apart.") % {"gap": score(figures["value"])}
        case "most_spread":
            return _("Views differ most here.")
        case _:
            mirror = next(entry for entry in row.mirror if entry.difference == figures["difference"])
            return _("%(organisation)s gives itself %(own)s, the other side sees %(partner)s.") % {
                "organisation": mirror.organisation,
                "own": score(mirror.own),
                "partner": score(mirror.partner_view),
            }


def _overall(
    result: Mapping[str, Any], changes: Mapping[str, Trend], instrument: Instrument, language: str
) -> list[dict[str, Any]]:
    return [
        {
            "text": instrument.items[row["key"]].text.get(language),
            "score": row["score"],
            "n": row["n"],
            "trend": changes.get(row["key"], NO_TREND),
        }
        for row in result["overall"]
    ]


def _comments(result: Mapping[str, Any], instrument: Instrument, language: str) -> list[dict[str, Any]]:
    """Return the comments per question in the order of asking."""
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


def _warnings(
    result: Mapping[str, Any], instrument: Instrument, parties: list[ResultsParty], language: str
) -> list[str]:
    """Return every warning as a sentence, without those on small organisations: ``group_notes`` tells those."""
    names = {party.key: party.name for party in parties}
    texts = {
        "side_silent": _("Nobody of %(name)s answered, so there is no score of all together."),
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
        if row["code"] in texts
    ]


def _people(rows: list[NamedAnswers], instrument: Instrument, language: str) -> dict[str, Any] | None:
    """Return, in open mode, the answers by name: a row per item and a column per person."""
    if not rows:
        return None
    return {
        "columns": [{"name": row.person, "organisation": row.organisation} for row in rows],
        "items": [
            {"text": item.text.get(language), "answers": [(row, row.answers.get(key)) for row in rows]}
            for key, item in instrument.items.items()
        ],
        "comments": [
            {"person": row.person, "question": _comment_question(key, instrument, language), "text": text}
            for row in rows
            for key, text in row.comments.items()
        ],
    }
