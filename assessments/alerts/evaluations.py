"""Declare the alerts about an evaluation that is due, near or without a day."""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.enums import Role
from assessments.enums import CycleStatus
from assessments.models import EvaluationCycle
from assessments.querysets import OPENS_SOON, CycleQuerySet
from collab.alerts.kinds import (
    AlertKind,
    AlertRow,
    MailStep,
    Need,
    NextStep,
    Reader,
    Tone,
    day_in,
    page,
    register,
)
from collab.enums import RoleKind
from collab.models import Collaboration
from collab.querysets import CollaborationQuerySet
from common.deadlines import SOON_DAYS, due_text

EVALUATION_DUE = "evaluation_due"
EVALUATION = Need("evaluation", gettext_lazy("An evaluation"))
# When it is late the lead, the decider, the managers; a date that is near is announced before.
WHEN_LATE = (MailStep(7, RoleKind.LEAD), MailStep(14, RoleKind.DECIDER), MailStep(30, Role.MANAGER))
AHEAD_AND_LATE = (MailStep(-14, RoleKind.LEAD), MailStep(0, RoleKind.LEAD), *WHEN_LATE)


def rounds_for(reader: Reader) -> CycleQuerySet:
    """Return the rounds that ``reader`` may know of."""
    rounds = EvaluationCycle.objects.all()
    return rounds if reader is None else rounds.known_at(reader)


class EvaluationMissed(AlertKind):
    """The next evaluation of an active collaboration is due, and no round that the reader knows of answers it.

    A round that is planned or open and does not answer it stands in its way: then the step is to look at that round.
    """

    since = "next_evaluation_on"
    oldest_first = ("next_evaluation_on", "pk")
    need = EVALUATION
    with_partner = True
    mail = EVALUATION_DUE
    mail_steps = AHEAD_AND_LATE
    settled_with = "assessments.manage_cycle"

    @abstractmethod
    def due(self, collaborations: CollaborationQuerySet, day: date) -> CollaborationQuerySet:
        """Return those whose date makes the alert, without regard to their rounds."""

    def rows(self, day: date, reader: Reader) -> CollaborationQuerySet:
        answers = rounds_for(reader).answering(day + OPENS_SOON).filter(collaboration=OuterRef("pk"))
        return self.due(Collaboration.objects.running(), day).filter(~Exists(answers))

    def facts_for(self, day: date, reader: Reader) -> Mapping[str, Any]:
        told = JSONObject(
            pk="pk", number="number", status="status", opens_on="opens_on", closes_on="closes_on", is_extra="is_extra"
        )
        rounds = rounds_for(reader).running().filter(collaboration=OuterRef("pk"))
        return {"round": Subquery(rounds.order_by().values_list(told)[:1])}

    def brief_facts_for(self, day: date, reader: Reader) -> Mapping[str, Any]:
        return {}

    def is_possible(self, collaboration: Collaboration, day: date) -> bool:
        on = collaboration.next_evaluation_on
        return collaboration.is_running and on is not None and on <= day + timedelta(days=SOON_DAYS)

    def message(self, row: AlertRow, day: date) -> str:
        if row.facts["round"]:
            cycle = row.facts["round"]
            opens_on, closes_on = day_in(cycle, "opens_on"), day_in(cycle, "closes_on")
            facts = {"due": date_format(row.counts_from), "number": cycle["number"], "day": date_format(opens_on)}
            if cycle["status"] == CycleStatus.OPEN:
                facts["day"] = date_format(closes_on)
                return _("Looking back together is due on %(due)s. Round %(number)d stays open until %(day)s.") % facts
            if cycle["is_extra"]:
                return (
                    _("Looking back together is due on %(due)s. Round %(number)d, from %(day)s, is an extra round.")
                    % facts
                )
            return (
                _("Looking back together is due on %(due)s. Round %(number)d opens long after that, on %(day)s.")
                % facts
            )
        return self.due_message(row.counts_from, day)

    @abstractmethod
    def due_message(self, since: date, day: date) -> str:
        """Return the sentence for the page where no round is in the way."""

    def brief(self, row: AlertRow, day: date) -> str:
        return self.due_message(row.counts_from, day)

    def line(self, row: AlertRow, day: date) -> str:
        return _("Next evaluation")

    def step(self, row: AlertRow) -> NextStep:
        if row.facts["round"]:
            return NextStep(_("Look at the round"), page("assessments:cycle-detail", row.facts["round"]["pk"]))
        url = page("assessments:cycle-plan", row.collaboration)
        return NextStep(_("Plan the evaluation"), url, "assessments.manage_cycle")

    def brief_step(self, row: AlertRow) -> NextStep:
        return self.mail_step(row)

    def mail_step(self, row: AlertRow) -> NextStep:
        # The page to plan a round leads on to one that is in the way.
        url = page("assessments:cycle-plan", row.collaboration)
        return NextStep(_("Plan a round"), url, "assessments.manage_cycle")


@register
class EvaluationOverdue(EvaluationMissed):
    """The day of the next evaluation is past."""

    key = "evaluation_overdue"
    dashboard = 1

    def due(self, collaborations: CollaborationQuerySet, day: date) -> CollaborationQuerySet:
        return collaborations.filter(next_evaluation_on__lt=day)

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "act"

    def due_message(self, since: date, day: date) -> str:
        facts = {"day": date_format(since), "when": due_text(since, day)}
        return _("Looking back together was due on %(day)s: %(when)s.") % facts

    def brief(self, row: AlertRow, day: date) -> str:
        late = (day - row.counts_from).days
        text = ngettext("The evaluation is %(count)d day late", "The evaluation is %(count)d days late", late)
        return text % {"count": late}


@register
class EvaluationSoon(EvaluationMissed):
    """The next evaluation is due today or within two weeks."""

    key = "evaluation_soon"

    def due(self, collaborations: CollaborationQuerySet, day: date) -> CollaborationQuerySet:
        return collaborations.filter(next_evaluation_on__range=(day, day + timedelta(days=SOON_DAYS)))

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "discuss"

    def due_message(self, since: date, day: date) -> str:
        facts = {"day": date_format(since), "when": due_text(since, day)}
        return _("Looking back together is due %(when)s, on %(day)s.") % facts


@register
class EvaluationUndated(AlertKind):
    """No day has been agreed for the next evaluation of an active collaboration, and no round is planned or open."""

    key = "evaluation_undated"

    def rows(self, day: date, reader: Reader) -> CollaborationQuerySet:
        running = rounds_for(reader).running().filter(collaboration=OuterRef("pk"))
        return Collaboration.objects.running().filter(~Exists(running), next_evaluation_on=None)

    def is_possible(self, collaboration: Collaboration, day: date) -> bool:
        return collaboration.is_running and collaboration.next_evaluation_on is None

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "discuss"

    def message(self, row: AlertRow, day: date) -> str:
        return _("No day has been agreed to look back together.")

    def step(self, row: AlertRow) -> NextStep:
        url = page("collab:evaluation-update", row.collaboration)
        return NextStep(_("Agree on a day"), url, "collab.plan_evaluation")
