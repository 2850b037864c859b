"""Reminders by kind, recipient and day; every day here is given, never the machine's."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessments.actions import (
    cancel_cycle,
    close_cycle,
    decline,
    extend_cycle,
    open_cycle,
    withdraw_invitation,
)
from assessments.enums import CycleStatus
from assessments.mails import about
from assessments.models import EvaluationCycle
from assessments.reminders import Mailed, evaluations_due, mailed, reminder_days, reviews_due
from assessments.tasks import close_due_cycles, open_due_cycles
from collab.enums import RoleKind, Stage
from collab.models import Collaboration
from common.actions import ActionRefused
from notifications.enums import MailStatus
from notifications.jobs import run_due_jobs
from notifications.models import OutgoingMail, Reminder
from notifications.reminders import send_due
from partners.actions import deactivate_contact
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.assessments import (
    answer,
    closed_cycle,
    collaboration_with,
    opened_cycle,
    planned_cycle,
    start_answering,
)
from tests.factories.collab import RoleAssignmentFactory
from tests.factories.partners import HostFactory

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 1)


def days(*numbers: int) -> list[date]:
    return [date(2026, 3, number) for number in numbers]


@pytest.mark.parametrize(
    ("asked", "closes", "expected"),
    [
        (1, 22, days(8, 14, 20)),
        (1, 12, days(4, 7, 10)),
        (1, 9, days(4, 7)),
        (1, 5, days(3)),
        (1, 4, days(2)),
        (1, 3, []),
        (1, 1, []),
    ],
)
def test_reminders_are_spread_and_end_two_days_before_closing(asked: int, closes: int, expected: list[date]) -> None:
    assert reminder_days(date(2026, 3, asked), date(2026, 3, closes)) == expected


def test_page_of_a_round_says_when_each_was_mailed_and_when_the_next_reminder_goes() -> None:
    cycle = opened_cycle(per_side=2, days=21)
    first, second, third, fourth = cycle.invitations.order_by("pk")
    answer(first, 4)
    withdraw_invitation(actor=None, invitation=second)
    opened = timezone.localdate()
    deactivate_contact(actor=None, contact=third.contact)
    OutgoingMail.objects.filter(about=about(fourth)).update(status=MailStatus.SENT, sent_at=timezone.now())

    def told(day: date) -> Mailed:
        rows = list(cycle.invitations.select_related("contact__organisation", "party").order_by("pk"))
        found = mailed(rows, day)
        assert [found[row.pk].next for row in rows[:3]] == [None, None, None]
        return found[fourth.pk]

    planned = reminder_days(opened, cycle.closes_on)
    assert told(opened) == Mailed(opened, planned[0])
    assert sent_on(planned[0] - timedelta(days=1)) == []
    assert sent_on(planned[0]) == [fourth.contact.email]
    assert told(planned[0] + timedelta(days=1)).next == planned[1]


def sent_on(day: date) -> list[str]:
    """Return the people who get a reminder to answer when the jobs run on this day."""
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    send_due(day)
    new = OutgoingMail.objects.exclude(pk__in=before).filter(kind="evaluation_reminder")
    return sorted(new.values_list("to_email", flat=True))


def test_only_people_who_can_still_answer_are_reminded() -> None:
    cycle = opened_cycle(today=DUE, days=21)
    invitations = list(cycle.invitations.order_by("pk"))
    answer(invitations[0], 4)
    start_answering(invitations[1], value_clear_goal=3)
    decline(invitation=invitations[2])
    withdraw_invitation(actor=None, invitation=invitations[3])
    leaver = invitations[4].contact
    leaver.deactivated_at = timezone.now()
    leaver.save()
    assert sent_on(date(2026, 3, 8)) == sorted([invitations[1].contact.email, invitations[5].contact.email])


def test_nobody_is_reminded_more_than_three_times_nor_within_three_days() -> None:
    cycle = opened_cycle(today=DUE, days=21, per_side=1)
    reminded = [day for day in (DUE + timedelta(days=n) for n in range(22)) if sent_on(day)]
    assert reminded == days(8, 14, 20)
    assert Reminder.objects.filter(subject=f"invitation:{cycle.invitations.first().pk}").count() == 3


def test_missed_days_are_caught_up_with_one_mail() -> None:
    opened_cycle(today=DUE, days=21, per_side=1)
    assert len(sent_on(date(2026, 3, 14))) == 2
    assert sent_on(date(2026, 3, 15)) == []
    assert sent_on(date(2026, 3, 19)) == []
    assert len(sent_on(date(2026, 3, 20))) == 2


def test_late_run_keeps_three_days_between_reminders() -> None:
    opened_cycle(today=DUE, days=21, per_side=1)
    assert len(sent_on(date(2026, 3, 19))) == 2
    assert sent_on(date(2026, 3, 20)) == []
    assert len(sent_on(date(2026, 3, 22))) == 2


def test_who_gets_longer_still_hears_two_days_before_closing() -> None:
    """Extend a round after two of the three reminders: the third one is kept for the end."""
    cycle = opened_cycle(today=DUE, days=21, per_side=1)
    for day in days(8, 14):
        assert len(sent_on(day)) == 2
        OutgoingMail.objects.update(status=MailStatus.SENT, sent_at=timezone.now())
    closes_on = date(2026, 4, 10)
    extend_cycle(actor=None, cycle=cycle, closes_on=closes_on, today=date(2026, 3, 15))
    reminded = [day for day in (DUE + timedelta(days=n) for n in range(14, 41)) if sent_on(day)]
    assert reminded == [closes_on - timedelta(days=2)]


def test_who_was_reminded_three_times_hears_no_more_when_given_longer() -> None:
    cycle = opened_cycle(today=DUE, days=21, per_side=1)
    for day in days(8, 14, 20):
        assert len(sent_on(day)) == 2
        OutgoingMail.objects.update(status=MailStatus.SENT, sent_at=timezone.now())
    extend_cycle(actor=None, cycle=cycle, closes_on=date(2026, 4, 10), today=date(2026, 3, 21))
    assert [day for day in (DUE + timedelta(days=n) for n in range(20, 41)) if sent_on(day)] == []


@pytest.mark.parametrize(
    ("invited_on", "expected"),
    [
        pytest.param(date(2026, 3, 13), days(17, 20), id="later"),
        pytest.param(None, days(8, 14, 20), id="no day on record"),
    ],
)
def test_reminders_count_from_the_day_on_which_somebody_was_asked(
    invited_on: date | None, expected: list[date]
) -> None:
    cycle = opened_cycle(today=DUE, days=21, per_side=1)
    cycle.invitations.update(invited_on=invited_on)
    reminded = []
    for day in days(*range(1, 23)):
        if sent_on(day):
            reminded.append(day)
        OutgoingMail.objects.update(status=MailStatus.SENT, sent_at=timezone.now())
    assert reminded == expected


def test_reminder_carries_a_link_that_is_not_stored() -> None:
    opened_cycle(today=DUE, days=21, per_side=1)
    send_due(date(2026, 3, 8))
    mail = OutgoingMail.objects.filter(kind="evaluation_reminder").first()
    assert mail.link_kind == "invitation_reminder"
    assert "/e/" not in mail.body_text


def overdue_collaboration(**fields: object) -> Collaboration:
    collaboration = collaboration_with()
    Collaboration.objects.filter(pk=collaboration.pk).update(next_evaluation_on=DUE, **fields)
    collaboration.refresh_from_db()
    for role in (RoleKind.LEAD, RoleKind.DECIDER):
        for participation in collaboration.participations.all():
            RoleAssignmentFactory(participation=participation, role=role)
    return collaboration


def host_holder(collaboration: Collaboration, role: str) -> str:
    participation = collaboration.participations.get(organisation=HostFactory())
    return participation.roles.get(role=role).contact.email


def due_on(day: date) -> list[tuple[str, str]]:
    return [(row.recipient.email, row.occurrence) for row in evaluations_due(day)]


def test_evaluation_due_goes_from_lead_to_decider_to_managers() -> None:
    collaboration = overdue_collaboration()
    manager = ManagerFactory()
    lead, decider = (host_holder(collaboration, role) for role in ("lead", "decider"))
    assert due_on(DUE - timedelta(days=15)) == []
    assert due_on(DUE - timedelta(days=14)) == [(lead, "2026-03-01/-14")]
    assert due_on(DUE) == [(lead, "2026-03-01/+0")]
    assert due_on(DUE + timedelta(days=6)) == [(lead, "2026-03-01/+0")]
    assert due_on(DUE + timedelta(days=7)) == [(lead, "2026-03-01/+7")]
    assert due_on(DUE + timedelta(days=14)) == [(lead, "2026-03-01/+7"), (decider, "2026-03-01/+14")]
    assert due_on(DUE + timedelta(days=30)) == [
        (lead, "2026-03-01/+7"),
        (decider, "2026-03-01/+14"),
        (manager.email, "2026-03-01/+30"),
    ]


def test_evaluation_due_is_sent_once_per_step_however_often_the_jobs_run() -> None:
    overdue_collaboration()
    days_of_run = [DUE, DUE, DUE + timedelta(days=3), DUE + timedelta(days=8), DUE + timedelta(days=9)]
    assert [send_due(day) for day in days_of_run] == [1, 0, 0, 1, 0]


def test_planned_round_silences_the_reminder() -> None:
    collaboration = overdue_collaboration()
    planned_cycle(collaboration, per_side=1, opens_on=DUE + timedelta(days=3))
    assert due_on(DUE) == []


def test_only_running_collaborations_are_due() -> None:
    overdue_collaboration(stage="paused")
    assert due_on(DUE + timedelta(days=60)) == []


def test_without_a_lead_at_the_host_the_partners_lead_hears() -> None:
    collaboration = overdue_collaboration()
    host = collaboration.participations.get(organisation=HostFactory())
    host.roles.filter(role="lead").delete()
    partner_lead = collaboration.participations.exclude(pk=host.pk).get().roles.get(role="lead").contact
    (reminder,) = evaluations_due(DUE)
    assert reminder.recipient.email == partner_lead.email


def test_without_any_lead_the_coordinators_hear() -> None:
    collaboration = overdue_collaboration()
    coordinator = CoordinatorFactory()
    for participation in collaboration.participations.all():
        participation.roles.all().delete()
    assert due_on(DUE) == [(coordinator.email, "2026-03-01/+0")]


def test_lead_who_left_counts_as_nobody() -> None:
    collaboration = overdue_collaboration()
    coordinator = CoordinatorFactory()
    for participation in collaboration.participations.all():
        contact = participation.roles.get(role="lead").contact
        contact.deactivated_at = timezone.now()
        contact.save()
    assert due_on(DUE) == [(coordinator.email, "2026-03-01/+0")]


def test_results_nobody_discussed_are_brought_up_after_a_week() -> None:
    cycle = closed_cycle(overdue_collaboration())
    closed_on = timezone.localdate(cycle.closed_at)
    lead = host_holder(cycle.collaboration, "lead")
    assert list(reviews_due(closed_on + timedelta(days=6))) == []
    found = list(reviews_due(closed_on + timedelta(days=7)))
    assert [(row.recipient.email, row.occurrence) for row in found] == [(lead, f"{closed_on.isoformat()}/+7")]


def test_rounds_open_on_their_day_and_after_a_missed_one() -> None:
    cycle = planned_cycle(per_side=1, opens_on=DUE)
    assert open_due_cycles(DUE - timedelta(days=1), False) == 0
    assert open_due_cycles(DUE + timedelta(days=2), True) == 1
    assert open_due_cycles(DUE + timedelta(days=2), False) == 1
    assert open_due_cycles(DUE + timedelta(days=2), False) == 0
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.OPEN


def test_round_is_due_to_open_from_its_first_day() -> None:
    cycle = planned_cycle(per_side=1, opens_on=DUE)
    days = [DUE - timedelta(days=1), DUE, DUE + timedelta(days=1)]
    assert [list(EvaluationCycle.objects.opening_due_by(day)) for day in days] == [[], [cycle], [cycle]]
    assert open_due_cycles(DUE - timedelta(days=1), True) == 0


def test_round_that_cannot_open_stops_no_other() -> None:
    lonely = planned_cycle(per_side=1, opens_on=DUE)
    lonely.invitations.last().delete()
    other = planned_cycle(per_side=1, opens_on=DUE)
    assert open_due_cycles(DUE, False) == 1
    assert set(EvaluationCycle.objects.filter(status=CycleStatus.OPEN)) == {other}


def test_rounds_close_the_day_after_their_last_day() -> None:
    cycle = opened_cycle(today=DUE, days=7)
    assert close_due_cycles(cycle.closes_on, False) == 0
    assert close_due_cycles(cycle.closes_on + timedelta(days=1), True) == 1
    assert close_due_cycles(cycle.closes_on + timedelta(days=1), False) == 1
    assert close_due_cycles(cycle.closes_on + timedelta(days=1), False) == 0


def test_round_that_was_given_longer_at_the_last_moment_stays_open() -> None:
    """Extend a round after the job has found it due and before it comes to it."""
    cycle = opened_cycle(today=DUE, days=7)
    day_after = cycle.closes_on + timedelta(days=1)
    extend_cycle(actor=None, cycle=cycle, closes_on=day_after, today=DUE)
    with pytest.raises(ActionRefused):
        close_cycle(actor=None, cycle=cycle, today=day_after, only_if_due=True)
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.OPEN
    assert close_due_cycles(day_after + timedelta(days=1), False) == 1


def test_round_that_was_put_off_at_the_last_moment_stays_planned() -> None:
    cycle = planned_cycle(per_side=1, opens_on=DUE)
    EvaluationCycle.objects.update(opens_on=DUE + timedelta(days=1))
    with pytest.raises(ActionRefused):
        open_cycle(actor=None, cycle=cycle, today=DUE, only_if_due=True)
    assert OutgoingMail.objects.count() == 0


def test_round_of_a_collaboration_that_has_ended_does_not_open() -> None:
    cycle = planned_cycle(per_side=1, opens_on=DUE)
    Collaboration.objects.update(stage=Stage.ENDED)
    assert open_due_cycles(DUE, False) == 0
    assert OutgoingMail.objects.count() == 0
    cancel_cycle(actor=None, cycle=cycle)


def test_round_that_goes_wrong_stops_no_other_and_is_told_of() -> None:
    """Open a round whose series would lie outside the calendar, which fails without being refused."""
    broken, other = planned_cycle(per_side=1, opens_on=DUE), planned_cycle(per_side=1, opens_on=DUE)
    Collaboration.objects.filter(pk=broken.collaboration_id).update(
        next_evaluation_on=DUE, evaluation_anchor_on=date.max
    )
    with pytest.raises(ExceptionGroup):
        open_due_cycles(DUE, False)
    assert set(EvaluationCycle.objects.filter(status=CycleStatus.OPEN)) == {other}
    failures: list[str] = []
    run_due_jobs(DUE, failures=failures)
    assert [failure.partition(":")[0] for failure in failures] == ["cycles_opened"]


def test_round_closed_in_a_run_for_a_day_to_come_counts_from_that_day() -> None:
    """Close with ``run_due --today`` on a later day, from which people get their week to meet."""
    cycle = opened_cycle(overdue_collaboration(), days=60)
    lead = host_holder(cycle.collaboration, "lead")
    closing = cycle.closes_on + timedelta(days=1)
    assert close_due_cycles(closing, False) == 1
    assert list(reviews_due(closing)) == []
    assert [row.recipient.email for row in reviews_due(cycle.closes_on + timedelta(days=7))] == [lead]


def test_round_that_is_closed_early_has_that_day_as_its_last() -> None:
    cycle = opened_cycle(days=20)
    close_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    assert cycle.closes_on == timezone.localdate(cycle.closed_at)
