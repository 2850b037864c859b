"""What needs attention across all collaborations, found with one query however many there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, TruncDate
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.enums import CycleStatus
from assessments.instruments import load_instrument
from assessments.models import EvaluationCycle, Invitation
from assessments.querysets import UNFINISHED
from collab.models import ActionItem, Collaboration
from common.addresses import address_of
from common.numbers import decimal
from common.prepared import Prepared, given_day, one_of

PER_KIND = 3
# A collaboration may have several late actions and is named once.
ACTIONS_LOOKED_AT = 4 * PER_KIND
CLOSING_SOON = timedelta(days=3)


class Row(NamedTuple):
    """A raw finding: its kind, the day it counts from, the collaboration, and the round where there is one."""

    kind: str
    day: date
    collaboration: int
    name: str
    cycle: int | None


@dataclass(frozen=True)
class Finding:
    """One thing that needs somebody: about which collaboration, what is the matter, and the one next step."""

    tone: str
    name: str
    url: str
    text: str
    step: str
    step_url: str


def findings(user: User, today: date) -> list[Finding]:
    """The most pressing findings, oldest first within their kind; at most 3 of a kind.

    For whoever may see the dashboard, and with it every collaboration; a step that this user may not take is one to
    look at the collaboration.
    """
    rows = _rows(today)
    cycles = {cycle.pk: cycle for cycle in _cycles(row.cycle for row in rows)}
    barred = {kind for kind, perm in _NEEDED.items() if not user.has_perm(perm)}
    return [_finding(row, cycles.get(row.cycle or 0), today, row.kind not in barred) for row in rows]


def _rows(today: date) -> list[Row]:
    yesterday, soon = today - timedelta(days=1), today + CLOSING_SOON
    found = _once_each(Row(*row) for row in _FOUND.rows(today=today, yesterday=yesterday, soon=soon))
    order = {kind: number for number, kind in enumerate(_WORDS)}
    return sorted(found, key=lambda row: (order[row.kind], row.day, row.collaboration))


def _everything_found() -> QuerySet[Any]:
    collaborations, cycles = Collaboration.objects.all(), EvaluationCycle.objects.all()
    today, yesterday, soon = (given_day(name) for name in ("today", "yesterday", "soon"))
    arms = [
        _arm("evaluation", collaborations.evaluation_due_by(yesterday).exclude(_has_round()), "next_evaluation_on"),
        _arm("lead", collaborations.filter(lead_missing_since__isnull=False), "lead_missing_since"),
        _arm("decider", collaborations.filter(decider_missing_since__isnull=False), "decider_missing_since"),
        _arm("review", cycles.awaiting_review(), "closed_at"),
        _arm("stuck", cycles.opening_due_by(yesterday), "opens_on"),
        _arm("closing", _hardly_answered(cycles, soon), "closes_on"),
        _arm("action", ActionItem.objects.overdue(today), "due_on"),
    ]
    return arms[0].union(*arms[1:], all=True)


def _once_each(rows: Iterable[Row]) -> list[Row]:
    """Of each kind the oldest finding of a collaboration, for the first few collaborations."""
    kept: dict[str, dict[int, Row]] = {}
    for row in sorted(rows, key=lambda row: row.day):
        of_kind = kept.setdefault(row.kind, {})
        if len(of_kind) < PER_KIND:
            of_kind.setdefault(row.collaboration, row)
    return [row for of_kind in kept.values() for row in of_kind.values()]


def _arm(kind: str, found: QuerySet[Any], day: str) -> QuerySet[Any]:
    """The first few of one kind, in the columns of ``Row``."""
    about_collaboration = found.model is Collaboration
    path = "" if about_collaboration else "collaboration__"
    cycle = F("pk") if found.model is EvaluationCycle else Cast(Value(None), BigIntegerField())
    when = TruncDate(day) if day == "closed_at" else F(day)
    return found.order_by(day, "pk").values_list(
        Value(kind, output_field=CharField()), when, F(f"{path}pk"), F(f"{path}name"), cycle
    )[: ACTIONS_LOOKED_AT if kind == "action" else PER_KIND]


def _has_round() -> Exists:
    rounds = EvaluationCycle.objects.filter(
        collaboration=OuterRef("pk"), status__in=[CycleStatus.PLANNED, CycleStatus.OPEN]
    )
    return Exists(rounds)


def _hardly_answered(cycles: QuerySet[EvaluationCycle], soon: date) -> QuerySet[EvaluationCycle]:
    """Open rounds that close up to and including a day while somebody has not answered."""
    waiting = Invitation.objects.filter(cycle=OuterRef("pk"), status__in=UNFINISHED)
    return cycles.filter(Exists(waiting), status=CycleStatus.OPEN, closes_on__lte=soon)


class Round(NamedTuple):
    """What a finding tells of its round."""

    pk: int
    number: int
    summary: list[dict[str, Any]]
    invited: int
    submitted: int


def _cycles(keys: Iterable[int | None]) -> Iterator[Round]:
    """The rounds of the findings, with summary and progress."""
    wanted = [key for key in keys if key is not None]
    return (Round(*row) for row in (_ROUNDS.rows(keys=wanted) if wanted else ()))


def _finding(row: Row, cycle: Any, today: date, may_take_step: bool) -> Finding:
    tone, text, step, step_url = _WORDS[row.kind](row, cycle, today)
    url = address_of("collab:collaboration-detail", row.collaboration)
    if not may_take_step:
        step, step_url = _("Look at the collaboration"), url
    return Finding(tone, row.name, url, text, step, step_url)


Words = tuple[str, str, str, str]


def _evaluation(row: Row, _cycle: Any, today: date) -> Words:
    late = (today - row.day).days
    text = ngettext("The evaluation is %(count)d day late", "The evaluation is %(count)d days late", late)
    return "act", text % {"count": late}, _("Plan a round"), address_of("assessments:cycle-plan", row.collaboration)


def _review(row: Row, cycle: Any, _today: date) -> Words:
    url = address_of("assessments:cycle-results", row.cycle)
    return _tone_of(cycle), _lowest_in_words(cycle), _("Prepare the conversation"), url


def _stuck(row: Row, _cycle: Any, _today: date) -> Words:
    text = _("The round should have opened on %(day)s but could not") % {"day": date_format(row.day)}
    return "act", text, _("See why"), address_of("assessments:cycle-detail", row.cycle)


def _lead(row: Row, _cycle: Any, _today: date) -> Words:
    text = _("No lead since %(day)s") % {"day": date_format(row.day)}
    return "act", text, _("Choose a lead"), _roles_url(row)


def _decider(row: Row, _cycle: Any, _today: date) -> Words:
    text = _("No decider since %(day)s") % {"day": date_format(row.day)}
    return "act", text, _("Choose a decider"), _roles_url(row)


def _closing(row: Row, cycle: Any, today: date) -> Words:
    left = max((row.day - today).days, 0)
    text = ngettext("The round closes in %(count)d day", "The round closes in %(count)d days", left) % {"count": left}
    if left == 0:
        text = _("The round closes today")
    answered = _("%(submitted)d of %(invited)d answered") % {"submitted": cycle.submitted, "invited": cycle.invited}
    url = address_of("assessments:cycle-detail", row.cycle)
    return "discuss", f"{text}; {answered}", _("Look at the round"), url


def _action(row: Row, _cycle: Any, today: date) -> Words:
    late = (today - row.day).days
    text = ngettext("An action is %(count)d day late", "An action is %(count)d days late", late) % {"count": late}
    url = address_of("collab:collaboration-detail", row.collaboration)
    return "discuss", text, _("See the actions"), f"{url}#actions"


def _roles_url(row: Row) -> str:
    return f"{address_of('collab:collaboration-detail', row.collaboration)}#roles"


def _tone_of(cycle: Any) -> str:
    return "act" if any(factor["band"] == "act" for factor in cycle.summary) else "discuss"


def _lowest_in_words(cycle: Any) -> str:
    """“Commitment 2,8, and 1,2 apart”: the lowest factor of results that nobody has discussed yet."""
    scored = [factor for factor in cycle.summary if factor["score"] is not None]
    if not scored:
        return _("Round %(number)d is closed and not discussed") % {"number": cycle.number}
    lowest = min(scored, key=lambda factor: factor["score"])
    name = load_instrument("seven_factors", 1).factors_by_key[lowest["key"]].name.get(get_language() or "en")
    words = {"name": name, "score": decimal(lowest["score"], 1), "gap": decimal(lowest["gap"] or 0, 1)}
    if lowest["gap"]:
        return _("Not discussed yet: %(name)s %(score)s, the sides are %(gap)s apart") % words
    return _("Not discussed yet: %(name)s %(score)s") % words


_WORDS = {
    "evaluation": _evaluation,
    "review": _review,
    "stuck": _stuck,
    "lead": _lead,
    "decider": _decider,
    "closing": _closing,
    "action": _action,
}
# The steps that not everybody may take who sees the dashboard.
_NEEDED = {
    "evaluation": "assessments.manage_cycle",
    "lead": "collab.change_collaboration",
    "decider": "collab.change_collaboration",
}
_FOUND = Prepared(_everything_found)
_ROUNDS = Prepared(
    lambda: EvaluationCycle.objects.filter(one_of("pk", "keys")).with_progress().values_list(*Round._fields)
)
