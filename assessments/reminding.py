"""Remind people by hand of the questions they have not answered, within the limits of all reminders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.invitations import lock_cycle
from assessments.enums import CycleStatus, InvitationStatus, NotAsked
from assessments.mails import about, delivery_problems
from assessments.models import EvaluationCycle, Invitation
from assessments.querysets import UNFINISHED
from assessments.reminders import (
    DAYS_BETWEEN,
    LAST_BEFORE_CLOSING,
    MOST_INVITATION_REMINDERS,
    Sent,
    reminder_to_answer,
    sent_so_far,
)
from audit.context import record_about, recording
from common.actions import require
from notifications.enums import MailStatus
from notifications.models import OutgoingMail
from notifications.reminders import DueReminder, send_now


@dataclass(frozen=True)
class RemindingNow:
    """The people of an open round who have not answered: the reminders that can leave now, and the reasons of others.

    ``left_out`` has each person with the reason, a sentence.
    """

    reminders: list[DueReminder]
    left_out: list[tuple[Invitation, str]]

    @property
    def can(self) -> int:
        return len(self.reminders)

    @property
    def reasons(self) -> dict[str, list[Invitation]]:
        """Return the people who are left out, by reason."""
        found: dict[str, list[Invitation]] = {}
        for invitation, reason in self.left_out:
            found.setdefault(reason, []).append(invitation)
        return found

    @property
    def unanswered(self) -> int:
        return len(self.reminders) + len(self.left_out)


def reminding_now(cycle: EvaluationCycle, today: date) -> RemindingNow:
    """Return the reminders of a round that a coordinator can send by hand on ``today``, in five queries.

    The limits of reminders hold: at most 3 for each person, 3 days after the last mail about the round, invitations
    included, and none later than 2 days before closing.
    """
    waiting = (*UNFINISHED, InvitationStatus.TO_CONFIRM)
    rows = cycle.invitations.filter(status__in=waiting).select_related("contact__organisation", "party").by_side()
    invitations = list(rows)
    for row in invitations:
        row.cycle = cycle
    sent, mailed_on = sent_so_far(invitations), _mailed_on(invitations)
    unasked = set(cycle.invitations.unfinished().never_arrived().values_list("pk", flat=True))
    problems = delivery_problems(invitations)
    found = RemindingNow([], [])
    for row in invitations:
        so_far = sent.get(about(row), Sent())
        days = [so_far.last, mailed_on.get(about(row)), row.invited_on]
        last = max((day for day in days if day is not None), default=None)
        if reason := _reason_not_now(
            row, so_far.times, last, today, problems.get(row.pk), is_unasked=row.pk in unasked
        ):
            found.left_out.append((row, reason))
        else:
            found.reminders.append(reminder_to_answer(row, so_far.rows + 1))
    return found


def _reason_not_now(
    row: Invitation, times: int, last: date | None, today: date, problem: str | None, *, is_unasked: bool
) -> str:
    """Return why a person cannot be reminded by hand on ``today``; the empty string when that is possible."""
    if row.status == InvitationStatus.TO_CONFIRM:
        return _("wants to pass the questions on, and waits for your yes or no")
    if row.reason_unreachable:
        return str(NotAsked(row.reason_unreachable).label)
    if problem:
        return _("mail does not arrive: “%(problem)s”") % {"problem": problem}
    if is_unasked:
        return _("gets the invitation first, at the new address")
    if today > row.cycle.closes_on - LAST_BEFORE_CLOSING:
        return _("the last reminders leave two days before the last day")
    if times >= MOST_INVITATION_REMINDERS:
        return _("was reminded three times, and more we do not do")
    if last is not None and today - last < DAYS_BETWEEN:
        days = {"day": date_format(last), "next": date_format(last + DAYS_BETWEEN)}
        return _("was mailed on %(day)s, and can be reminded from %(next)s") % days
    return ""


def _mailed_on(invitations: Iterable[Invitation]) -> dict[str, date]:
    """Return by invitation the day of the last mail with a link, those that wait included."""
    mails = OutgoingMail.objects.exclude(link_kind="").filter(about__in=[about(row) for row in invitations])
    counted = mails.exclude(status__in=[MailStatus.CANCELLED, MailStatus.FAILED]).order_by()
    last = counted.values_list("about").annotate(last=Max("created_at"))
    return {subject: timezone.localdate(at) for subject, at in last}


def remind_people(*, actor: User | None, cycle: EvaluationCycle, today: date | None = None) -> int:
    """Mail a reminder to all people of an open round who have not answered and can be reminded; return their number.

    The limits of ``reminding_now`` hold, so that pressing twice sends nothing twice. Each mail has its reminder row
    first, and counts beside those that leave by themselves. Refuses a round that is not open (any more).
    """
    require(actor, "assessments.manage_cycle")
    today = today or timezone.localdate()
    with recording(actor, "assessments.people_reminded"):
        cycle = lock_cycle(cycle, CycleStatus.OPEN)
        sent = send_now(reminding_now(cycle, today).reminders, today)
        if sent:
            record_about(cycle)
    return sent
