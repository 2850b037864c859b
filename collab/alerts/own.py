"""Declare the alerts that a collaboration has by itself: missing roles, late actions, who takes part and why."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.alerts.kinds import (
    Alert,
    AlertKind,
    AlertRow,
    MailStep,
    Need,
    NextStep,
    Reader,
    Tone,
    collaboration_page,
    page,
    register,
)
from collab.enums import RoleKind, Stage, Visibility
from collab.models import ActionItem, Collaboration, Participation, RoleAssignment
from collab.querysets import ActionItemQuerySet
from common.deadlines import due_text

ACTION_OVERDUE = "action_overdue"
# Whoever an action belongs to.
OWNER = "owner"
# More of the same than this are counted, not named.
MOST_NAMED = 2


class MissingRole(AlertKind):
    """A role that has to be filled is empty, or its holder is not active any more."""

    role: RoleKind

    def rows(self, day: date, reader: Reader) -> QuerySet[Any]:
        return Collaboration.objects.without(self.role.value)

    def facts_for(self, day: date, reader: Reader) -> Mapping[str, Any]:
        on_paper = RoleAssignment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=day),
            participation__collaboration=OuterRef("pk"),
            role=self.role,
            starts_on__lte=day,
            contact__deactivated_at__isnull=False,
        )
        gone = on_paper.order_by("participation", "starts_on", "pk").values("contact__name")[:1]
        return {"gone": Subquery(gone)}

    def brief_facts_for(self, day: date, reader: Reader) -> Mapping[str, Any]:
        return {}

    def is_possible(self, collaboration: Collaboration, day: date) -> bool:
        return getattr(collaboration, f"{self.role.value}_missing_since") is not None

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "act"

    def message(self, row: AlertRow, day: date) -> str:
        gone = row.facts["gone"]
        left = _("%(person)s is not active any more.") % {"person": gone} if gone else ""
        return f"{left} {self.nobody(row)}".strip()

    @abstractmethod
    def nobody(self, row: AlertRow) -> str:
        """Return the sentence that the role is empty since a day."""

    def role_page(self, row: AlertRow, label: str) -> NextStep:
        """Return the step to fill the role."""
        url = page("collab:role-create", row.collaboration) + f"?role={self.role.value}"
        return NextStep(label, url, "collab.change_collaboration")


@register
class NoDecider(MissingRole):
    """The collaboration has no decider."""

    key = "no_decider"
    role = RoleKind.DECIDER
    since = "decider_missing_since"
    oldest_first = ("decider_missing_since", "pk")
    need = Need("decider", gettext_lazy("A decider"))
    dashboard = 6

    def nobody(self, row: AlertRow) -> str:
        return _("Since %(day)s nobody decides.") % {"day": date_format(row.counts_from)}

    def brief(self, row: AlertRow, day: date) -> str:
        return _("No decider since %(day)s") % {"day": date_format(row.counts_from)}

    def step(self, row: AlertRow) -> NextStep:
        return self.role_page(row, _("Name a decider"))

    def brief_step(self, row: AlertRow) -> NextStep:
        return NextStep(_("Choose a decider"), collaboration_page(row, "#roles"), "collab.change_collaboration")


@register
class NoLead(MissingRole):
    """The collaboration has no lead."""

    key = "no_lead"
    role = RoleKind.LEAD
    since = "lead_missing_since"
    oldest_first = ("lead_missing_since", "pk")
    need = Need("lead", gettext_lazy("A lead"))
    dashboard = 5

    def nobody(self, row: AlertRow) -> str:
        return _("Since %(day)s nobody leads.") % {"day": date_format(row.counts_from)}

    def brief(self, row: AlertRow, day: date) -> str:
        return _("No lead since %(day)s") % {"day": date_format(row.counts_from)}

    def step(self, row: AlertRow) -> NextStep:
        return self.role_page(row, _("Name a lead"))

    def brief_step(self, row: AlertRow) -> NextStep:
        return NextStep(_("Choose a lead"), collaboration_page(row, "#roles"), "collab.change_collaboration")


def items_for(reader: Reader) -> ActionItemQuerySet:
    """Return the actions, in all collaborations, that ``reader`` may know of."""
    items = ActionItem.objects.all()
    return items if reader is None else items.filter(visibility=Visibility.SHARED)


@register
class ActionsOverdue(AlertKind):
    """Open actions are late. Their owners are mailed on the day after, the lead after a week: ``collab.reminders``."""

    key = "actions_overdue"
    model_path = "collaboration"
    since = "due_on"
    oldest_first = ("due_on", "pk")
    facts = {"title": "title", "owner": "owner__name"}
    dashboard = 8
    repeats = True
    with_partner = True
    mail = ACTION_OVERDUE
    mail_steps = (MailStep(1, OWNER), MailStep(7, RoleKind.LEAD))
    mail_about = "action"
    settled_with = "collab.finish_actionitem"

    def rows(self, day: date, reader: Reader) -> QuerySet[Any]:
        return items_for(reader).overdue(day)

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "act"

    def told(self, rows: Sequence[AlertRow], day: date, collaboration: Collaboration) -> Iterable[Alert]:
        oldest = rows[0]
        return [self.alert(oldest, day, collaboration, self._counted(len(rows), oldest, day), self.step(oldest))]

    def message(self, row: AlertRow, day: date) -> str:
        return self._counted(1, row, day)

    def _counted(self, number: int, oldest: AlertRow, day: date) -> str:
        text = ngettext(
            "An action is %(late)s: “%(title)s” (%(owner)s).",
            "%(count)d actions are late. The oldest, %(late)s: “%(title)s” (%(owner)s).",
            number,
        )
        return text % {"count": number, "late": due_text(oldest.counts_from, day), **oldest.facts}

    def brief(self, row: AlertRow, day: date) -> str:
        late = (day - row.counts_from).days
        return ngettext("An action is %(count)d day late", "An action is %(count)d days late", late) % {"count": late}

    def line(self, row: AlertRow, day: date) -> str:
        return _("Action: %(title)s (%(owner)s)") % row.facts

    def step(self, row: AlertRow) -> NextStep:
        return NextStep(_("Look at the actions"), self.place(row))

    def brief_step(self, row: AlertRow) -> NextStep:
        return NextStep(_("See the actions"), self.place(row))

    def place(self, row: AlertRow) -> str:
        return collaboration_page(row, "#actions")


@register
class ActionOwnerless(AlertKind):
    """The owner of an open action has left, works elsewhere, or is of an archived organisation."""

    key = "action_ownerless"
    model_path = "collaboration"
    since = "due_on"
    facts = {"title": "title", "owner": "owner__name"}
    need = Need("owner", gettext_lazy("An owner for an action"))

    def rows(self, day: date, reader: Reader) -> QuerySet[Any]:
        return items_for(reader).ownerless()

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "act"

    def message(self, row: AlertRow, day: date) -> str:
        return _("The action “%(title)s” needs another owner: %(owner)s is not there any more.") % row.facts

    def step(self, row: AlertRow) -> NextStep:
        url = page("collab:actionitem-update", row.subject)
        return NextStep(_("Choose another owner"), url, "collab.change_actionitem")


@register
class Alone(AlertKind):
    """The host takes part alone."""

    key = "alone"
    facts = {"stage": "stage"}

    def rows(self, day: date, reader: Reader) -> QuerySet[Any]:
        parts = Participation.objects.filter(collaboration=OuterRef("pk"))
        return Collaboration.objects.not_ended().filter(~Exists(parts.order_by("pk")[1:2]))

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "discuss"

    def message(self, row: AlertRow, day: date) -> str:
        return _("No partner takes part yet.")

    def step(self, row: AlertRow) -> NextStep:
        if row.facts["stage"] == Stage.EXPLORING:
            return NextStep(_("Choose partners"), page("collab:shortlist", row.collaboration), "collab.keep_shortlist")
        url = page("collab:participation-create", row.collaboration)
        return NextStep(_("Add a partner"), url, "collab.change_collaboration")


@register
class GoalMissing(AlertKind):
    """An organisation that takes part did not write down what it wants to reach."""

    key = "goal_missing"
    model_path = "collaboration"
    facts = {"organisation": "organisation__name"}

    def rows(self, day: date, reader: Reader) -> QuerySet[Any]:
        going_on = Participation.objects.exclude(collaboration__stage=Stage.ENDED)
        return going_on.filter(goal__regex=r"^\s*$")

    def tone(self, row: AlertRow, day: date) -> Tone:
        return "discuss"

    def message(self, row: AlertRow, day: date) -> str:
        return _("What %(organisation)s wants to reach is not written down yet.") % row.facts

    def step(self, row: AlertRow) -> NextStep:
        url = page("collab:participation-update", row.subject)
        return NextStep(_("Write it down"), url, "collab.change_participation")

    def subject(self, row: AlertRow, collaboration: Collaboration) -> Participation:
        return next(part for part in collaboration.participations.all() if part.pk == row.subject)

    def told(self, rows: Sequence[AlertRow], day: date, collaboration: Collaboration) -> Iterable[Alert]:
        if len(rows) <= MOST_NAMED:
            return super().told(rows, day, collaboration)
        message = _("What %(count)d organisations want to reach is not written down yet.") % {"count": len(rows)}
        url = collaboration_page(rows[0], "#organisations")
        step = NextStep(_("Look at who takes part"), url, "collab.change_collaboration")
        return [Alert(self.key, "discuss", message, step, collaboration)]
