"""A coordinator reminds by hand: one button, the real number, and the limits of every reminder."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.actions import close_cycle, resend_link
from assessments.mails import about
from assessments.models import EvaluationCycle
from assessments.reminders import mailed
from assessments.reminding import remind_people, reminding_now
from common.actions import ActionRefused
from notifications.enums import MailStatus
from notifications.models import OutgoingMail, RefusedAddress, Reminder
from notifications.reminders import send_due
from partners.models import Contact
from tests.clock import TODAY
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import answer, opened_cycle, same_answer, start_answering

pytestmark = pytest.mark.django_db

LATER = TODAY + timedelta(days=4)
SENT = "evaluation_reminder"


def opened(per_side: int = 3) -> EvaluationCycle:
    cycle = opened_cycle(per_side=per_side, days=21)
    OutgoingMail.objects.update(status=MailStatus.SENT, sent_at=timezone.now())
    return cycle


def why(cycle: EvaluationCycle, day: object) -> list[str]:
    return sorted({reason for _row, reason in reminding_now(cycle, day).left_out})  # type: ignore[arg-type]


def test_all_who_have_not_answered_are_reminded_those_who_started_included() -> None:
    cycle = opened()
    done, begun, *others = cycle.invitations.order_by("pk")
    answer(done, 4)
    start_answering(begun, **{next(iter(same_answer(4))): 4})

    now = reminding_now(cycle, LATER)
    assert (now.can, now.unanswered) == (5, 5)
    assert remind_people(actor=CoordinatorFactory(), cycle=cycle, today=LATER) == 5
    asked = {about(row) for row in (begun, *others)}
    assert set(OutgoingMail.objects.filter(kind=SENT).values_list("about", flat=True)) == asked
    assert {row.subject: row.mail.about for row in Reminder.objects.filter(kind=SENT)} == {key: key for key in asked}


def test_pressing_twice_sends_nothing_twice() -> None:
    cycle = opened()
    remind_people(actor=None, cycle=cycle, today=LATER)

    assert remind_people(actor=None, cycle=cycle, today=LATER) == 0
    assert send_due(LATER) == 0
    assert OutgoingMail.objects.filter(kind=SENT).count() == 6


def test_nobody_is_reminded_within_three_days_of_the_invitation_a_new_link_or_a_reminder() -> None:
    cycle = opened()
    assert reminding_now(cycle, TODAY + timedelta(days=2)).can == 0
    assert reminding_now(cycle, TODAY + timedelta(days=3)).can == 6

    remind_people(actor=None, cycle=cycle, today=LATER)
    assert reminding_now(cycle, LATER + timedelta(days=2)).can == 0
    assert reminding_now(cycle, LATER + timedelta(days=3)).can == 6
    resend_link(actor=None, invitation=cycle.invitations.earliest("pk"))
    assert OutgoingMail.objects.filter(about=about(cycle.invitations.earliest("pk"))).count() == 3


def test_three_reminders_is_the_most_however_they_left() -> None:
    cycle = opened()
    for number in (4, 8, 12):
        assert remind_people(actor=None, cycle=cycle, today=TODAY + timedelta(days=number)) == 6

    assert why(cycle, TODAY + timedelta(days=16)) == ["was reminded three times, and more we do not do"]
    assert [send_due(TODAY + timedelta(days=day)) for day in (16, 19)] == [0, 0]
    assert {mailed(list(cycle.invitations.all()), LATER)[row.pk].next for row in cycle.invitations.all()} == {None}


def test_last_reminders_leave_two_days_before_closing() -> None:
    cycle = opened()
    assert reminding_now(cycle, cycle.closes_on - timedelta(days=2)).can == 6
    assert why(cycle, cycle.closes_on - timedelta(days=1)) == ["the last reminders leave two days before the last day"]


def test_people_who_cannot_be_reminded_are_named_with_the_reason() -> None:
    cycle = opened(per_side=2)
    gone, refused, *_others = cycle.invitations.select_related("contact").order_by("pk")
    Contact.objects.filter(pk=gone.contact_id).update(email="")
    RefusedAddress.objects.create(
        email=refused.contact.email.lower(), words="550 unknown user", refused_at=timezone.now()
    )

    now = reminding_now(cycle, LATER)
    assert {row.pk: reason for row, reason in now.left_out} == {
        gone.pk: "no e-mail address",
        refused.pk: "mail does not arrive: “550 unknown user”",
    }
    assert (now.can, now.unanswered) == (2, 4)


def test_round_that_has_closed_reminds_nobody() -> None:
    cycle = opened()
    for row in cycle.invitations.all():
        answer(row, 4)
    close_cycle(actor=None, cycle=cycle)

    with pytest.raises(ActionRefused):
        remind_people(actor=None, cycle=cycle, today=LATER)


def test_page_has_one_button_with_the_real_number(client: Client) -> None:
    cycle = opened()
    EvaluationCycle.objects.filter(pk=cycle.pk).update(opens_on=TODAY - timedelta(days=5))
    cycle.invitations.update(invited_on=TODAY - timedelta(days=5))
    OutgoingMail.objects.update(created_at=timezone.now() - timedelta(days=5))
    Contact.objects.filter(pk=cycle.invitations.earliest("pk").contact_id).update(email="")
    client.force_login(CoordinatorFactory(language="en"))
    page = reverse("assessments:cycle-detail", args=[cycle.pk])

    assert "Remind 5 of the 6 who have not answered" in " ".join(client.get(page).content.decode().split())
    for said in ("5 people get a reminder.", "There is nobody left to remind now"):
        answered = client.post(reverse("assessments:cycle-remind", args=[cycle.pk]), follow=True)
        assert said in answered.content.decode()
    assert OutgoingMail.objects.filter(kind=SENT).count() == 5
    assert "6 people cannot be reminded now" in " ".join(client.get(page).content.decode().split())
