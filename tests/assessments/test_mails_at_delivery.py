"""Waiting mails are checked again when they leave: their round, their person or their role may have changed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from assessments.actions import (
    cancel_cycle,
    close_cycle,
    decline,
    extend_cycle,
    plan_cycle,
    record_review,
    resend_link,
    withdraw_invitation,
)
from assessments.enums import NotSent
from assessments.models import EvaluationCycle, Invitation
from collab.actions import assign_role, finish_action_item, plan_next_evaluation
from collab.enums import RoleKind, Stage
from collab.models import Collaboration, RoleAssignment
from common.actions import ActionRefused
from notifications.actions import retry_mail
from notifications.delivery import deliver_due
from notifications.enums import MailStatus, StopReason
from notifications.models import OutgoingMail, Reminder
from notifications.reminders import send_due
from partners.actions import deactivate_contact, give_access
from partners.models import Contact
from tests.factories.accounts import ManagerFactory
from tests.factories.assessments import answer, closed_cycle, collaboration_with, opened_cycle
from tests.factories.collab import ActionItemFactory, RoleAssignmentFactory
from tests.factories.partners import ContactFactory, HostFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def outcome(mail: OutgoingMail, today: date = TODAY) -> str:
    """Deliver; return the reason why the mail was not sent, or that it was."""
    deliver_due(today=today)
    mail.refresh_from_db()
    return mail.stopped_because or mail.status


def invitation_mail() -> tuple[Invitation, OutgoingMail]:
    """Ask a person, and return their mail that waits; every other mail has left."""
    invitation = opened_cycle(today=TODAY, per_side=1).invitations.latest("pk")
    mail = OutgoingMail.objects.get(about=f"invitation:{invitation.pk}")
    OutgoingMail.objects.exclude(pk=mail.pk).update(status=MailStatus.SENT, sent_at=timezone.now())
    return invitation, mail


def end(collaboration: Collaboration) -> None:
    Collaboration.objects.filter(pk=collaboration.pk).update(stage=Stage.ENDED)


INVITATION_IS_OVER: dict[str, tuple[Callable[[Invitation], object], str]] = {
    "nothing": (lambda row: None, MailStatus.SENT),
    "answered": (lambda row: answer(row, 4), MailStatus.SENT),
    "said no": (lambda row: decline(invitation=row), MailStatus.SENT),
    "withdrawn": (lambda row: withdraw_invitation(actor=None, invitation=row), NotSent.NOT_ASKED),
    "called off": (lambda row: cancel_cycle(actor=None, cycle=row.cycle), NotSent.ROUND_OVER),
    "closed": (lambda row: close_cycle(actor=None, cycle=row.cycle, today=TODAY), NotSent.ROUND_OVER),
    "ended": (lambda row: end(row.cycle.collaboration), NotSent.COLLABORATION_ENDED),
    "left": (lambda row: deactivate_contact(actor=None, contact=row.contact), StopReason.PERSON_GONE),
    "no address": (lambda row: Contact.objects.filter(pk=row.contact_id).update(email=""), StopReason.NO_ADDRESS),
    "sent anew": (lambda row: resend_link(actor=None, invitation=row), StopReason.SUPERSEDED),
}


@pytest.mark.parametrize("what", INVITATION_IS_OVER)
def test_invitation_leaves_only_while_the_person_is_asked(what: str) -> None:
    invitation, mail = invitation_mail()
    happens, expected = INVITATION_IS_OVER[what]
    happens(invitation)

    assert outcome(mail) == expected


def test_reminder_does_not_leave_after_the_answers() -> None:
    invitation, _mail = invitation_mail()
    send_due(TODAY + timedelta(days=8))
    mail = OutgoingMail.objects.get(kind="evaluation_reminder", about=f"invitation:{invitation.pk}")
    answer(invitation, 4)

    assert outcome(mail) == NotSent.ANSWERED


def test_result_of_an_ended_collaboration_is_mailed_to_nobody() -> None:
    cycle = closed_cycle()
    mail = OutgoingMail.objects.filter(kind="evaluation_results").first()
    end(cycle.collaboration)

    assert outcome(mail) == NotSent.COLLABORATION_ENDED


def test_corrected_address_gets_the_mail_that_waited() -> None:
    invitation, mail = invitation_mail()
    made_for = mail.to_email
    Contact.objects.filter(pk=invitation.contact_id).update(email="mended@noord.example")

    assert outcome(mail) == MailStatus.SENT
    assert (mail.to_email, mail.corrected_from) == ("mended@noord.example", made_for)


def test_cancelled_mail_can_be_sent_again_once_it_is_wanted_again() -> None:
    invitation, mail = invitation_mail()
    address = invitation.contact.email
    people = Contact.objects.filter(pk=invitation.contact_id)
    people.update(email="")
    assert outcome(mail) == StopReason.NO_ADDRESS
    with pytest.raises(ActionRefused, match="no e-mail address any more"):
        retry_mail(actor=None, mail=mail)
    people.update(email=address)

    retry_mail(actor=None, mail=mail)

    assert outcome(mail) == MailStatus.SENT


# Reminders: wanted as long as their finder would find them again.


def due_collaboration() -> Collaboration:
    """Return a collaboration whose evaluation is due today, with a lead of ours."""
    collaboration = collaboration_with()
    plan_next_evaluation(actor=None, collaboration=collaboration, on=TODAY)
    ours = collaboration.participations.get(organisation=HostFactory())
    RoleAssignmentFactory(participation=ours, role=RoleKind.LEAD, contact__name="Lena")
    return collaboration


def lead(collaboration: Collaboration) -> RoleAssignment:
    return RoleAssignment.objects.get(participation__collaboration=collaboration, role=RoleKind.LEAD)


def plan(collaboration: Collaboration) -> EvaluationCycle:
    contacts = [ContactFactory(organisation=part.organisation) for part in collaboration.participations.all()]
    return plan_cycle(
        actor=None,
        collaboration=collaboration,
        opens_on=TODAY + timedelta(days=3),
        closes_on=TODAY + timedelta(days=20),
        contacts=contacts,
    )


def hand_over(collaboration: Collaboration) -> None:
    held = lead(collaboration)
    successor = ContactFactory(organisation=held.participation.organisation)
    assign_role(
        actor=None,
        participation=held.participation,
        contact=successor,
        role=RoleKind.LEAD,
        starts_on=TODAY,
        today=TODAY,
    )


EVALUATION_IS_OVER: dict[str, tuple[Callable[[Collaboration], object], str]] = {
    "nothing": (lambda row: None, MailStatus.SENT),
    "planned": (plan, StopReason.SETTLED),
    "another day": (
        lambda row: plan_next_evaluation(actor=None, collaboration=row, on=TODAY + timedelta(days=90)),
        StopReason.SETTLED,
    ),
    "ended": (end, StopReason.SETTLED),
    "paused": (lambda row: Collaboration.objects.update(stage=Stage.PAUSED), StopReason.SETTLED),
    "handed over": (hand_over, StopReason.HANDED_OVER),
    "left": (lambda row: deactivate_contact(actor=None, contact=lead(row).contact), StopReason.PERSON_GONE),
}


@pytest.mark.parametrize("what", EVALUATION_IS_OVER)
def test_evaluation_reminder_leaves_only_while_it_is_due(what: str) -> None:
    collaboration = due_collaboration()
    send_due(TODAY)
    mail = OutgoingMail.objects.get(kind="evaluation_due")
    happens, expected = EVALUATION_IS_OVER[what]
    happens(collaboration)

    assert outcome(mail) == expected


def test_later_step_takes_the_place_of_one_that_waited() -> None:
    due_collaboration()
    send_due(TODAY)
    later = TODAY + timedelta(days=8)
    send_due(later)

    deliver_due(today=later)

    states = OutgoingMail.objects.order_by("pk").values_list("occurrence", "status", "stopped_because")
    assert list(states) == [("2026-03-02/+0", "cancelled", "superseded"), ("2026-03-02/+7", "sent", "")]


def test_what_was_cancelled_is_reminded_again_when_it_is_due_again() -> None:
    collaboration = due_collaboration()
    send_due(TODAY)
    cycle = plan(collaboration)
    deliver_due(today=TODAY)
    cancel_cycle(actor=None, cycle=cycle)
    plan_next_evaluation(actor=None, collaboration=collaboration, on=TODAY)

    assert [send_due(TODAY), send_due(TODAY)] == [1, 0]
    deliver_due(today=TODAY)

    assert Reminder.objects.get().mail.status == MailStatus.SENT


def test_review_that_was_held_is_not_asked_for() -> None:
    cycle = closed_cycle(due_collaboration())
    closed_on = timezone.localdate(cycle.closed_at)
    send_due(closed_on + timedelta(days=7))
    mail = OutgoingMail.objects.get(kind="review_due")
    record_review(actor=None, cycle=cycle, held_on=closed_on, outcome="stop")

    assert outcome(mail, closed_on + timedelta(days=7)) == StopReason.SETTLED


def test_action_that_was_done_is_not_late() -> None:
    item = ActionItemFactory(due_on=TODAY)
    send_due(TODAY + timedelta(days=1))
    mail = OutgoingMail.objects.get(kind="action_overdue")
    finish_action_item(actor=None, item=item)

    assert outcome(mail, TODAY + timedelta(days=1)) == StopReason.SETTLED


def test_access_that_was_closed_is_not_announced() -> None:
    contact = ContactFactory()
    give_access(actor=None, contact=contact)
    mail = OutgoingMail.objects.get(kind="partner_access")
    User.objects.filter(contact=contact).update(is_active=False)

    assert outcome(mail) == StopReason.SETTLED


# One person, one mail.


def test_person_who_leads_and_manages_gets_one_mail_of_one_day() -> None:
    """Let the jobs stand still for a month, so that the steps of lead and managers come on the same day."""
    collaboration = due_collaboration()
    manager = ManagerFactory(email="mo@samen.example")
    Contact.objects.filter(pk=lead(collaboration).contact_id).update(email="mo@samen.example", user=manager)
    late = TODAY + timedelta(days=31)

    assert [send_due(late), send_due(late)] == [1, 0]

    assert OutgoingMail.objects.get().to_email == "mo@samen.example"
    assert sorted(Reminder.objects.values_list("recipient", flat=True)) == sorted(
        [f"contact:{lead(collaboration).contact_id}", f"user:{manager.pk}"]
    )


def test_two_people_each_get_their_own_mail() -> None:
    due_collaboration()
    ManagerFactory()

    assert send_due(TODAY + timedelta(days=31)) == 2


def test_extended_round_invites_with_the_new_last_day() -> None:
    invitation, mail = invitation_mail()
    extend_cycle(actor=None, cycle=invitation.cycle, closes_on=TODAY + timedelta(days=40), today=TODAY)

    assert outcome(mail) == StopReason.SUPERSEDED
    assert OutgoingMail.objects.filter(about=mail.about, kind=mail.kind, status=MailStatus.SENT).count() == 1
