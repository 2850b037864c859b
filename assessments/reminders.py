"""Find the people to remind on a given day: people with a questionnaire, leads with an evaluation or review due.

Finds reminders due *up to* the day, so that a missed day is caught up with one mail, not with several.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from itertools import groupby

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from assessments.alerts.evaluations import EVALUATION_DUE
from assessments.alerts.rounds import REVIEW_DUE, ROUND_STUCK
from assessments.enums import CycleStatus, NotAsked
from assessments.mails import about, cycle_context
from assessments.models import Invitation
from assessments.personal_links import TO_ANSWER, TO_BE_REMINDED
from assessments.senders import senders_of
from collab.alerts.escalation import reminders_of
from collab.alerts.people import colleagues
from collab.enums import Stage
from notifications.enums import MailStatus
from notifications.models import OutgoingMail, Reminder
from notifications.recipients import number_in, of_user
from notifications.reminders import DueReminder, finder
from partners.recipients import of_contact

DROPPED_OUT = "evaluation_not_asked"
MOST_INVITATION_REMINDERS = 3
DAYS_BETWEEN = timedelta(days=3)
LAST_BEFORE_CLOSING = timedelta(days=2)


@finder()
def unfinished_people(today: date, subject: str = "") -> Iterator[DueReminder]:
    """Yield the people who were asked and have not sent their answers, those who started included."""
    unfinished = list(
        Invitation.objects.unfinished()
        .reachable()
        .in_open_round()
        .filter(cycle__closes_on__gte=today)
        .exclude(cycle__collaboration__stage=Stage.ENDED)
        .select_related("contact", "cycle__collaboration", "cycle__instrument")
        .defer("cycle__instrument__content", "cycle__result")
    )
    sent = sent_so_far(unfinished)
    unasked = set(Invitation.objects.unfinished().in_open_round().never_arrived().values_list("pk", flat=True))
    for invitation in unfinished:
        so_far = sent.get(about(invitation), Sent())
        if invitation.pk not in unasked and _invitation_reminder_due(invitation, today, so_far.times, so_far.last):
            yield reminder_to_answer(invitation, so_far.rows + 1)


def reminder_to_answer(invitation: Invitation, number: int) -> DueReminder:
    """Return the reminder with this number (from 1) of one person in one round."""
    return DueReminder(
        kind="evaluation_reminder",
        subject=about(invitation),
        recipient=of_contact(invitation.contact),
        occurrence=str(number),
        context={**cycle_context(invitation.cycle), "name": invitation.contact.name},
        link=(TO_BE_REMINDED, str(invitation.pk)),
        leave_by=invitation.cycle.closes_on,
        senders=partial(senders_of, invitation.cycle),
    )


def reminder_days(asked_on: date, closes_on: date) -> list[date]:
    """Return the days of reminders: at most 3 between asking and closing, at least 3 days apart.

    The last one is 2 days before closing; the earlier ones divide the time evenly. A round shorter than 2 days has
    none.
    """
    last = closes_on - LAST_BEFORE_CLOSING
    room = (last - asked_on).days
    count = min(MOST_INVITATION_REMINDERS, room // DAYS_BETWEEN.days)
    if count < 1:
        return [last] if room > 0 else []
    return [last - timedelta(days=room * step // count) for step in reversed(range(count))]


def _invitation_reminder_due(invitation: Invitation, today: date, times: int, last: date | None) -> bool:
    left = MOST_INVITATION_REMINDERS - times
    if left < 1:
        return False
    # When people were given longer after some reminders, those left are for the end.
    asked_on = invitation.invited_on or invitation.cycle.opens_on
    passed = [day for day in reminder_days(asked_on, invitation.cycle.closes_on)[-left:] if day <= today]
    if not passed:
        return False
    return last is None or (last < passed[-1] and today - last >= DAYS_BETWEEN)


@dataclass(frozen=True)
class Mailed:
    """The day on which a person was last mailed about a round, and the day of the next reminder; None for neither."""

    last: date | None
    next: date | None


def mailed(invitations: Sequence[Invitation], today: date) -> dict[int, Mailed]:
    """Return by invitation of one open round when the person was mailed and will be, in three queries.

    The next reminder is the first day on which ``unfinished_people`` would find the person.
    """
    keys = {about(invitation): invitation.pk for invitation in invitations}
    mails = OutgoingMail.objects.filter(about__in=keys, sent_at__isnull=False).order_by()
    last = dict(mails.values_list("about").annotate(last=Max("sent_at")))
    sent = sent_so_far(invitations)
    unasked = set(Invitation.objects.filter(pk__in=keys.values()).never_arrived().values_list("pk", flat=True))
    found = {}
    for subject, invitation in zip(keys, invitations, strict=True):
        so_far, at = sent.get(subject, Sent()), last.get(subject)
        is_there = invitation.is_unfinished and not invitation.reason_unreachable
        waits = is_there and invitation.pk not in unasked and not invitation.cycle.collaboration.is_ended
        days = range(max((invitation.cycle.closes_on - today).days + 1, 0)) if waits else ()
        ahead = (today + timedelta(days=number) for number in days)
        due = (day for day in ahead if _invitation_reminder_due(invitation, day, so_far.times, so_far.last))
        found[invitation.pk] = Mailed(timezone.localdate(at) if at else None, next(due, None))
    return found


@dataclass(frozen=True)
class Sent:
    """Reminders of one person so far: the number of rows, the number of mails that count, and the day of the last."""

    rows: int = 0
    times: int = 0
    last: date | None = None


def sent_so_far(invitations: Iterable[Invitation]) -> Mapping[str, Sent]:
    """Return the reminders sent so far, by invitation. A mail that was cancelled or failed uses up no reminder.

    One that failed at the present address keeps its day: the next attempt is days later as well. So does an invitation
    that was sent again.
    """
    address = {about(invitation): invitation.contact.email.lower() for invitation in invitations}
    kinds = ["evaluation_reminder", "evaluation_invitation"]
    rows = Reminder.objects.filter(kind__in=kinds, subject__in=address)
    read = rows.values_list("kind", "subject", "day", "mail__status", "mail__to_email")
    found: dict[str, Sent] = {}
    for kind, subject, day, status, to_email in read:
        so_far, is_reminder = found.get(subject, Sent()), kind == kinds[0]
        failed = status == MailStatus.FAILED
        counts = not failed and status != MailStatus.CANCELLED
        is_last = counts or (failed and to_email.lower() == address[subject])
        found[subject] = Sent(
            rows=so_far.rows + is_reminder,
            times=so_far.times + (counts and is_reminder),
            last=max(so_far.last or day, day) if is_last else so_far.last,
        )
    return found


@finder()
def invitations_that_never_arrived(today: date, subject: str = "") -> Iterator[DueReminder]:
    """Yield the people asked in an open round whose invitation failed, and who have another address since.

    An invitation that was cancelled for want of an address counts as failed.
    """
    waiting = Invitation.objects.unfinished().reachable().in_open_round().filter(cycle__closes_on__gte=today)
    people = waiting.never_arrived().select_related("contact", "cycle__collaboration", "cycle__instrument")
    for invitation in people.defer("cycle__instrument__content", "cycle__result"):
        yield DueReminder(
            kind="evaluation_invitation",
            subject=about(invitation),
            recipient=of_contact(invitation.contact),
            occurrence=f"again-{_digest(invitation.contact.email.lower())}",
            context={**cycle_context(invitation.cycle), "name": invitation.contact.name},
            link=(TO_ANSWER, str(invitation.pk)),
            leave_by=invitation.cycle.closes_on,
            senders=partial(senders_of, invitation.cycle),
        )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


@finder(DROPPED_OUT)
def people_not_asked(today: date, subject: str = "") -> Iterator[DueReminder]:
    """Yield the people who drop out of a round before it opens: its planner hears once of each of them.

    Without a planner, or once the planner may not steer rounds any more, the coordinators hear.
    """
    dropped = Invitation.objects.not_asked(today).exclude(cycle__collaboration__stage=Stage.ENDED)
    if subject:
        dropped = dropped.filter(cycle=number_in(subject))
    rows = dropped.select_related("contact__organisation", "party", "cycle__collaboration", "cycle__planned_by")
    for _key, group in groupby(rows.defer("cycle__result").order_by("cycle", "pk"), key=lambda row: row.cycle_id):
        people = list(group)
        cycle = people[0].cycle
        planner = cycle.planned_by
        if planner is not None and planner.is_active and planner.has_perm("assessments.manage_cycle"):
            recipients = [of_user(planner)]
        else:
            recipients = colleagues(Role.COORDINATOR)
        for recipient in recipients:
            yield DueReminder(
                kind=DROPPED_OUT,
                subject=f"cycle:{cycle.pk}",
                recipient=recipient,
                occurrence=f"dropped-{_digest(','.join(str(row.pk) for row in people))}",
                context={
                    "name": recipient.name,
                    "collaboration": cycle.collaboration.name,
                    "number": cycle.number,
                    "opens_on": cycle.opens_on,
                    "is_open": cycle.status == CycleStatus.OPEN,
                    "people": [
                        {
                            "name": row.contact.name,
                            "organisation": row.party.name,
                            "reason": NotAsked(row.not_asked_because or row.reason_unreachable).label,
                        }
                        for row in people
                    ],
                },
                path=reverse("assessments:cycle-detail", args=[cycle.pk]),
                senders=partial(senders_of, cycle),
            )


@finder(EVALUATION_DUE)
def evaluations_due(today: date, subject: str = "") -> Iterator[DueReminder]:
    """Yield the reminders of collaborations whose next evaluation is near or overdue, and is answered by no round."""
    return reminders_of(EVALUATION_DUE, today, subject)


@finder(REVIEW_DUE)
def reviews_due(today: date, subject: str = "") -> Iterator[DueReminder]:
    """Yield the reminders of closed rounds whose results have not been discussed."""
    return reminders_of(REVIEW_DUE, today, subject)


@finder(ROUND_STUCK)
def rounds_stuck(today: date, subject: str = "") -> Iterator[DueReminder]:
    """Yield the reminders of planned rounds that should be open; they are the host's own, and so are these mails."""
    return reminders_of(ROUND_STUCK, today, subject)
