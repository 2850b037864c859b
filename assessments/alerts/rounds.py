"""Declare the alerts about one round: it cannot open, closes soon, waits to be discussed, or its state is shown."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from assessments.alerts.evaluations import EVALUATION, WHEN_LATE, rounds_for
from assessments.enums import CycleStatus, InvitationStatus
from assessments.instruments import load_instrument
from assessments.models import Invitation
from assessments.obstacles import Obstacle, found_in
from assessments.querysets import ASKED, UNFINISHED, CycleQuerySet
from collab.alerts.kinds import (
    AlertKind,
    AlertRow,
    MailStep,
    NextStep,
    Reader,
    Tone,
    collaboration_page,
    day_in,
    page,
    register,
)
from collab.alerts.people import people_for
from collab.enums import RoleKind, Stage
from collab.models import Collaboration
from collab.querysets import AWAKE, NOT_ENDED
from common.deadlines import due_text
from common.numbers import decimal
from notifications.recipients import Recipient, of_user

ROUND_STUCK, REVIEW_DUE = "round_stuck", "review_due"
# Whoever planned a round.
PLANNER = "planner"
CLOSES_SOON = timedelta(days=3)
TIME_TO_DISCUSS = timedelta(days=7)
# They tell of the round that is planned or open, and more.
_SAY_MORE = ("evaluation_overdue", "evaluation_soon")


_READ = "statuses_of_rounds"


def statuses_of(collaboration: Collaboration) -> set[str]:
    """Return the statuses that rounds of a collaboration have; asked once for the kinds of alert on its page."""
    if not hasattr(collaboration, _READ):
        statuses = collaboration.cycles.order_by().values_list("status", flat=True).distinct()
        setattr(collaboration, _READ, set(statuses))
    found: set[str] = getattr(collaboration, _READ)
    return found


class RoundAlert(AlertKind):
    """An alert about one round; its readers may open the page of that round."""

    status: CycleStatus
    model_path = "collaboration"
    mail_about = "cycle"
    seen_with = "assessments.view_cycle"
    facts = {"number": "number", "opens_on": "opens_on", "closes_on": "closes_on"}

    def is_possible(self, collaboration: Collaboration, day: date) -> bool:
        return self.status in statuses_of(collaboration)

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "act"

    def step(self, row: AlertRow) -> NextStep:
        return NextStep(_("Look at the round"), self.place(row))

    def place(self, row: AlertRow) -> str:
        return page("assessments:cycle-detail", row.subject)


class BlockedRound(RoundAlert):
    """A planned round that cannot open."""

    status = CycleStatus.PLANNED
    since = "opens_on"
    oldest_first = ("opens_on", "pk")
    facts = {**RoundAlert.facts, "stage": "collaboration__stage", "sides": "sides", "silent": "silent"}

    def obstacles(self, row: AlertRow, day: date) -> list[Obstacle]:
        """Return the obstacles that keep the round from opening."""
        facts = row.facts
        return found_in(facts["stage"], facts["sides"], facts["silent"], day_in(facts, "closes_on"), day)

    def reasons(self, row: AlertRow, day: date) -> list[Obstacle]:
        """Return why the round is not open: its obstacles; without any, past its day, that no job opened it."""
        found, opens_on = self.obstacles(row, day), day_in(row.facts, "opens_on")
        return found or ([Obstacle("not_run", day=opens_on)] if opens_on < day else [])

    def message(self, row: AlertRow, day: date) -> str:
        opens_on = day_in(row.facts, "opens_on")
        if opens_on > day:
            message = _("Round %(number)d cannot open on %(day)s.")
        elif opens_on < day:
            message = _("Round %(number)d should have opened on %(day)s and could not.")
        else:
            message = _("Round %(number)d should open today and cannot.")
        message %= {"number": row.facts["number"], "day": date_format(opens_on)}
        return " ".join([message, *(obstacle.refusal for obstacle in self.reasons(row, day))])


class LastResults(RoundAlert):
    """A round is closed, has the last results, and was not discussed."""

    status = CycleStatus.CLOSED
    since = Greatest(TruncDate("closed_at"), "closes_on")
    facts = {"number": "number", "summary": "summary"}

    def message(self, row: AlertRow, day: date) -> str:
        return _("Everybody can see the results of round %(number)d. Discuss them together.") % row.facts

    def step(self, row: AlertRow) -> NextStep:
        return NextStep(_("Look at the results"), self.place(row))

    def place(self, row: AlertRow) -> str:
        return page("assessments:cycle-results", row.subject)


@register
class ResultsWait(LastResults):
    """The results of a paused collaboration wait until it goes on, or are discussed meanwhile."""

    key = "round_results_wait"

    def rows(self, day: date, reader: Reader) -> CycleQuerySet:
        return rounds_for(reader).with_last_results().filter(collaboration__stage=Stage.PAUSED)

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "quiet"


@register
class RoundUndiscussed(LastResults):
    """The last results have to be discussed, where things fall due."""

    key = "round_undiscussed"
    oldest_first = ("closed_at", "pk")
    dashboard = 2
    with_partner = True
    mail = REVIEW_DUE
    mail_steps = WHEN_LATE
    settled_with = "assessments.record_review"

    def rows(self, day: date, reader: Reader) -> CycleQuerySet:
        return rounds_for(reader).awaiting_review()

    def tone(self, row: AlertRow, day: date) -> Tone:
        low = any(factor["band"] == "act" for factor in row.facts["summary"])
        return "act" if low or day - row.counts_from >= TIME_TO_DISCUSS else "discuss"

    def brief(self, row: AlertRow, day: date) -> str:
        """Return such as “Not discussed yet: Commitment 2.8, the sides are 1.2 apart”, of the lowest factor."""
        scored = [factor for factor in row.facts["summary"] if factor["score"] is not None]
        if not scored:
            return _("Round %(number)d is closed and not discussed") % row.facts
        lowest = min(scored, key=lambda factor: factor["score"])
        name = load_instrument("seven_factors", 1).factors_by_key[lowest["key"]].short_name.get(get_language() or "en")
        words = {"name": name, "score": decimal(lowest["score"], 1), "gap": decimal(lowest["gap"] or 0, 1)}
        if lowest["gap"]:
            return _("Not discussed yet: %(name)s %(score)s, the sides are %(gap)s apart") % words
        return _("Not discussed yet: %(name)s %(score)s") % words

    def line(self, row: AlertRow, day: date) -> str:
        return _("Results of round %(number)d to discuss") % row.facts

    def brief_step(self, row: AlertRow) -> NextStep:
        return NextStep(_("Prepare the conversation"), self.place(row))


@register
class FactorUnsettled(RoundAlert):
    """A factor was to be worked on and discussed; what was agreed about it is not done, or nothing was agreed."""

    status = CycleStatus.DISCUSSED
    key = "factor_unsettled"
    oldest_first = ("closed_at", "pk")
    facts = {"number": "number", "summary": "summary", "is_agreed": "is_agreed"}
    is_aside = True
    dashboard = 9

    def rows(self, day: date, reader: Reader) -> CycleQuerySet:
        return rounds_for(reader).unsettled()

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "discuss"

    def message(self, row: AlertRow, day: date) -> str:
        facts = {"number": row.facts["number"], "factors": self._factors(row)}
        if row.facts["is_agreed"]:
            return _("To work on since round %(number)d: %(factors)s. What you agreed is not done yet.") % facts
        return _("To work on since round %(number)d: %(factors)s. No action was agreed and done.") % facts

    def brief(self, row: AlertRow, day: date) -> str:
        facts = {"factors": self._factors(row)}
        if row.facts["is_agreed"]:
            return _("Discussed, not done yet: %(factors)s") % facts
        return _("Discussed, but nothing was done: %(factors)s") % facts

    def _factors(self, row: AlertRow) -> str:
        """Return such as “Commitment 2.8, Experience 2.9”, the lowest first."""
        names = load_instrument("seven_factors", 1).factors_by_key
        low = sorted(
            (factor for factor in row.facts["summary"] if factor["band"] == "act"), key=lambda factor: factor["score"]
        )
        language = get_language() or "en"
        return ", ".join(
            f"{names[factor['key']].short_name.get(language)} {decimal(factor['score'], 1)}" for factor in low
        )

    def step(self, row: AlertRow) -> NextStep:
        return NextStep(_("See the actions"), collaboration_page(row, "#actions"))


@register
class RoundStuck(BlockedRound):
    """A planned round should be open: its day is past, or it is today and something is in its way."""

    key = "round_stuck"
    need = EVALUATION
    dashboard = 3
    with_partner = True
    mail = ROUND_STUCK
    mail_steps = (MailStep(0, PLANNER), *WHEN_LATE)
    settled_with = "assessments.manage_cycle"
    facts = {**BlockedRound.facts, "planner": "planned_by"}

    def rows(self, day: date, reader: Reader) -> CycleQuerySet:
        return rounds_for(reader).stuck(day)

    def brief(self, row: AlertRow, day: date) -> str:
        text = _("The round should have opened on %(day)s but could not.")
        return self._with_reasons(row, day, text % {"day": date_format(row.counts_from)})

    def line(self, row: AlertRow, day: date) -> str:
        return self._with_reasons(row, day, _("Round %(number)d could not open.") % row.facts)

    def _with_reasons(self, row: AlertRow, day: date, text: str) -> str:
        return " ".join([text, *(obstacle.reason for obstacle in self.obstacles(row, day))])

    def brief_step(self, row: AlertRow) -> NextStep:
        return NextStep(_("See why"), self.place(row))

    def people(self, step: MailStep, row: AlertRow, day: date) -> list[Recipient]:
        """Return the planner at first; without that colleague, and later on, only people of the host."""
        if step.role == PLANNER:
            planner = User.objects.filter(pk=row.facts["planner"], is_active=True).first()
            if planner and planner.is_colleague:
                return [of_user(planner)]
        role = RoleKind.LEAD if step.role == PLANNER else step.role
        assert isinstance(role, RoleKind | Role)
        return people_for(row.collaboration, role, day, ours=True)

    def mail_facts(self, row: AlertRow, day: date) -> dict[str, Any]:
        opens_on = day_in(row.facts, "opens_on")
        return {"number": row.facts["number"], "opens_on": opens_on, "reasons": self.reasons(row, day)}


@register
class RoundBlocked(BlockedRound):
    """A planned round opens on a day to come, and could not if that were today."""

    key = "round_blocked"

    def rows(self, day: date, reader: Reader) -> CycleQuerySet:
        planned = rounds_for(reader).filter(status=CycleStatus.PLANNED, opens_on__gt=day)
        return planned.filter(collaboration__stage__in=AWAKE).that_cannot_open()


@register
class RoundOneSided(RoundAlert):
    """From one side of an open round no answer came and none can come any more."""

    status = CycleStatus.OPEN
    key = "round_one_sided"
    facts = {"number": "number", "names": "silent_parties"}

    def rows(self, day: date, reader: Reader) -> CycleQuerySet:
        opened = rounds_for(reader).filter(status=CycleStatus.OPEN, collaboration__stage__in=NOT_ENDED)
        return opened.with_a_silent_party()

    def message(self, row: AlertRow, day: date) -> str:
        facts = {"number": row.facts["number"], "names": ", ".join(row.facts["names"])}
        return _("In round %(number)d nobody of %(names)s can answer any more.") % facts


class OpenRound(RoundAlert):
    """An open round, with the number of people who answered."""

    status = CycleStatus.OPEN
    since = "closes_on"
    oldest_first = ("closes_on", "pk")

    def facts_for(self, day: date, reader: Reader) -> Mapping[str, Any]:
        invited, submitted = _number_of(ASKED), _number_of([InvitationStatus.SUBMITTED])
        return {**self.facts, "invited": invited, "submitted": submitted}

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "discuss"

    def message(self, row: AlertRow, day: date) -> str:
        message = _("Round %(number)d is open: %(submitted)d of %(invited)d people answered. Last day: %(when)s.")
        return message % {**row.facts, "when": due_text(day_in(row.facts, "closes_on"), day)}


def _number_of(statuses: Any) -> Combinable:
    found = Invitation.objects.filter(cycle=OuterRef("pk"), status__in=statuses)
    counted = found.order_by().values("cycle").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@register
class RoundClosing(OpenRound):
    """An open round closes within three days and still waits for answers."""

    key = "round_closing"
    dashboard = 7

    def rows(self, day: date, reader: Reader) -> CycleQuerySet:
        waiting = Invitation.objects.filter(cycle=OuterRef("pk"), status__in=UNFINISHED)
        opened = rounds_for(reader).filter(status=CycleStatus.OPEN, collaboration__stage__in=NOT_ENDED)
        return opened.filter(Exists(waiting), closes_on__lte=day + CLOSES_SOON)

    def brief(self, row: AlertRow, day: date) -> str:
        left = max((day_in(row.facts, "closes_on") - day).days, 0)
        text = ngettext("The round closes in %(count)d day", "The round closes in %(count)d days", left)
        text = text % {"count": left} if left else _("The round closes today")
        answered = _("%(submitted)d of %(invited)d answered") % row.facts
        return f"{text}; {answered}"


@register
class RoundOpen(OpenRound):
    """A round is open, with its state."""

    key = "round_open"
    gives_way_to = ("round_one_sided", "round_closing", *_SAY_MORE)

    def rows(self, day: date, reader: Reader) -> CycleQuerySet:
        return rounds_for(reader).filter(status=CycleStatus.OPEN, collaboration__stage__in=NOT_ENDED)


@register
class RoundPlanned(RoundAlert):
    """A round is planned, with the day on which it opens."""

    status = CycleStatus.PLANNED
    key = "round_planned"
    gives_way_to = ("round_stuck", "round_blocked", *_SAY_MORE)

    def rows(self, day: date, reader: Reader) -> CycleQuerySet:
        return rounds_for(reader).filter(status=CycleStatus.PLANNED, collaboration__stage__in=NOT_ENDED)

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "quiet"

    def message(self, row: AlertRow, day: date) -> str:
        opens_on = date_format(day_in(row.facts, "opens_on"))
        return _("Round %(number)d opens on %(day)s.") % {"number": row.facts["number"], "day": opens_on}
