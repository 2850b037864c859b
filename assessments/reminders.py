"""Whom to remind of what, on a given day: people with a questionnaire, leads with an evaluation or review due.

Everything here looks at what is due *up to* the day, so a missed day is caught up with one mail, not with several.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from assessments.enums import CycleStatus
from assessments.mails import cycle_context
from assessments.models import EvaluationCycle, Invitation
from assessments.personal_links import TO_BE_REMINDED
from collab.enums import RoleKind
from collab.models import Collaboration, RoleAssignment
from notifications.models import Reminder
from notifications.recipients import Recipient, of_user
from notifications.reminders import DueReminder, finder
from partners.recipients import of_contact

MOST_INVITATION_REMINDERS = 3
DAYS_BETWEEN = timedelta(days=3)
LAST_BEFORE_CLOSING = timedelta(days=2)


@dataclass(frozen=True)
class Step:
    """``days`` after the due date (before it when negative) the people in ``role`` hear of it."""

    days: int
    role: RoleKind | Role


# Ahead and on the day the lead; when it is overdue the lead, the decider, the managers.
EVALUATION_STEPS = (
    Step(-14, RoleKind.LEAD),
    Step(0, RoleKind.LEAD),
    Step(7, RoleKind.LEAD),
    Step(14, RoleKind.DECIDER),
    Step(30, Role.MANAGER),
)
REVIEW_STEPS = EVALUATION_STEPS[2:]


@finder
def unfinished_people(today: date) -> Iterator[DueReminder]:
    """People who were asked and have not sent their answers, those who started included."""
    unfinished = list(
        Invitation.objects.unfinished()
        .reachable()
        .in_open_round()
        .filter(cycle__closes_on__gte=today)
        .select_related("contact", "cycle__collaboration", "cycle__instrument")
        .defer("cycle__instrument__content", "cycle__result")
    )
    sent = _sent_so_far(unfinished)
    for invitation in unfinished:
        times, last = sent.get(_subject(invitation), (0, None))
        if _invitation_reminder_due(invitation, today, times, last):
            yield DueReminder(
                kind="evaluation_reminder",
                subject=_subject(invitation),
                recipient=of_contact(invitation.contact),
                occurrence=str(times + 1),
                context={**cycle_context(invitation.cycle), "name": invitation.contact.name},
                link=(TO_BE_REMINDED, str(invitation.pk)),
            )


def reminder_days(asked_on: date, closes_on: date) -> list[date]:
    """At most 3 days between asking and closing, at least 3 days apart, the last one 2 days before closing.

    The earlier ones divide the time evenly. A round shorter than 2 days has none.
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


def _sent_so_far(invitations: Iterable[Invitation]) -> Mapping[str, tuple[int, date]]:
    """Per invitation how often and when last a reminder went out."""
    rows = Reminder.objects.filter(
        kind="evaluation_reminder", subject__in=[_subject(invitation) for invitation in invitations]
    )
    counted = rows.values("subject").annotate(times=Count("pk"), last=Max("day")).order_by()
    return {row["subject"]: (row["times"], row["last"]) for row in counted}


def _subject(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}"


@finder
def evaluations_due(today: date) -> Iterator[DueReminder]:
    """Running collaborations whose next evaluation is near or overdue, and for which no round is planned or open."""
    soon = today - timedelta(days=EVALUATION_STEPS[0].days)
    due = Collaboration.objects.evaluation_due_by(soon).exclude(
        cycles__status__in=[CycleStatus.PLANNED, CycleStatus.OPEN]
    )
    for collaboration in due.order_by("pk").iterator(chunk_size=500):
        assert collaboration.next_evaluation_on is not None
        yield from _escalated(
            kind="evaluation_due",
            subject=f"collaboration:{collaboration.pk}",
            collaboration=collaboration,
            due_on=collaboration.next_evaluation_on,
            steps=EVALUATION_STEPS,
            path="assessments:cycle-plan",
            target=collaboration.pk,
            today=today,
        )


@finder
def reviews_due(today: date) -> Iterator[DueReminder]:
    """Closed rounds whose results nobody has discussed yet."""
    closed_before = today - timedelta(days=REVIEW_STEPS[0].days)
    waiting = EvaluationCycle.objects.awaiting_review().filter(
        closed_at__date__lte=closed_before, closes_on__lte=closed_before
    )
    waiting = waiting.select_related("collaboration")
    for cycle in waiting.defer("result").order_by("pk").iterator(chunk_size=500):
        assert cycle.closed_at is not None
        yield from _escalated(
            kind="review_due",
            subject=f"cycle:{cycle.pk}",
            collaboration=cycle.collaboration,
            # The later one: in a run for a day to come a round closes before its last day by the clock.
            due_on=max(timezone.localdate(cycle.closed_at), cycle.closes_on),
            steps=REVIEW_STEPS,
            path="assessments:cycle-results",
            target=cycle.pk,
            today=today,
        )


def _escalated(
    *,
    kind: str,
    subject: str,
    collaboration: Collaboration,
    due_on: date,
    steps: Iterable[Step],
    path: str,
    target: int,
    today: date,
) -> Iterator[DueReminder]:
    """For every role the latest step that has come, so that one who was missed hears once and not three times.

    ``path`` is the name of the page with the next step and ``target`` its key; who may not take that step is led
    to the page of the collaboration.
    """
    latest = {step.role: step for step in steps if due_on + timedelta(days=step.days) <= today}
    for step in latest.values():
        for recipient, is_partner in _people(collaboration, step.role, today):
            page = ("collab:collaboration-detail", collaboration.pk) if is_partner else (path, target)
            yield DueReminder(
                kind=kind,
                subject=subject,
                recipient=recipient,
                occurrence=f"{due_on.isoformat()}/{step.days:+d}",
                context={
                    "collaboration": collaboration.name,
                    "due_on": due_on,
                    "days_late": (today - due_on).days,
                    "role": str(step.role.value),
                    "name": recipient.name,
                },
                path=reverse(page[0], args=[page[1]]),
            )


def _people(collaboration: Collaboration, role: RoleKind | Role, today: date) -> list[tuple[Recipient, bool]]:
    """Whom a step is for, each with whether that is somebody of a partner."""
    if isinstance(role, RoleKind):
        return _role_holders(collaboration, role, today) or _colleagues(Role.COORDINATOR)
    return _colleagues(role)


def _role_holders(collaboration: Collaboration, role: RoleKind, today: date) -> list[tuple[Recipient, bool]]:
    """The host's holder of the role, who can plan a round; where the host has none, those of the partners."""
    holders = (
        RoleAssignment.objects.current(today)
        .filter(participation__collaboration=collaboration, role=role)
        .exclude(contact__email="")
        .select_related("contact", "participation__organisation")
        .order_by("pk")
    )
    people = [(of_contact(row.contact), not row.participation.organisation.is_host) for row in holders]
    return [person for person in people if not person[1]] or people


def _colleagues(role: Role) -> list[tuple[Recipient, bool]]:
    """Everybody with the role; coordinators also stand in where nobody holds a role, so that nothing is lost."""
    users = User.objects.filter(is_active=True, groups__name=role).order_by("pk")
    return [(of_user(user), False) for user in users]
