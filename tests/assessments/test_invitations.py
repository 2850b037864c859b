"""Invited people, and those no longer invited: they leave, decline, lose their address or pass on."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessments.actions import (
    cancel_cycle,
    close_cycle,
    decline,
    invite,
    open_cycle,
    pass_on,
    resend_link,
    withdraw_invitation,
)
from assessments.enums import InvitationStatus
from assessments.models import EvaluationCycle, Invitation, Response
from assessments.personal_links import find_invitation
from common.actions import ActionRefused
from notifications.delivery import deliver_due
from notifications.enums import MailStatus
from notifications.jobs import run_due_jobs
from notifications.models import OutgoingMail
from notifications.reminders import send_due
from partners.actions import deactivate_contact
from partners.models import Contact
from tests.factories.assessments import answer, invitations_of, opened_cycle, planned_cycle, start_answering, token_for
from tests.factories.partners import ContactFactory, HostFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def mails(kind: str) -> list[str]:
    return sorted(OutgoingMail.objects.filter(kind=kind).values_list("to_email", flat=True))


def test_who_was_withdrawn_can_be_asked_again() -> None:
    cycle = opened_cycle()
    invitation = cycle.invitations.first()
    old = token_for(invitation)
    withdraw_invitation(actor=None, invitation=invitation)
    assert [row.pk for row in invite(actor=None, cycle=cycle, contacts=[invitation.contact])] == [invitation.pk]
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.INVITED
    assert find_invitation(old) is None
    assert mails("evaluation_invitation").count(invitation.contact.email) == 2


def test_who_leaves_is_not_asked_any_more() -> None:
    """Deactivate a person: the link stops, a draft goes, sent answers count, and no further mail leaves."""
    cycle = opened_cycle()
    idle, started, sent = invitations_of(cycle, cycle.parties.last().organisation)
    tokens = [token_for(row) for row in (idle, started, sent)]
    start_answering(started, value_clear_goal=3)
    answer(sent, 4)
    for row in (idle, started, sent):
        deactivate_contact(actor=None, contact=row.contact)
    assert statuses(idle, started, sent) == ["revoked", "revoked", "submitted"]
    assert [find_invitation(token) for token in tokens] == [None, None, None]
    assert Response.objects.get().invitation == sent
    with pytest.raises(ActionRefused):
        resend_link(actor=None, invitation=sent)
    close_cycle(actor=None, cycle=cycle)
    cycle.refresh_from_db()
    assert (cycle.result["respondents"], cycle.result["invited"]) == (1, 4)
    assert mails("evaluation_results") == sorted(row.contact.email for row in invitations_of(cycle, HostFactory()))


def statuses(*invitations: Invitation) -> list[str]:
    return [Invitation.objects.get(pk=row.pk).status for row in invitations]


def test_passing_on_to_a_colleague_who_left_is_refused() -> None:
    cycle = opened_cycle(per_side=1)
    invitation = cycle.invitations.last()
    gone = ContactFactory(organisation=invitation.contact.organisation, deactivated_at=timezone.now())
    with pytest.raises(ActionRefused) as refusal:
        pass_on(invitation=invitation, name="Whoever", email=gone.email)
    assert (refusal.value.field, "active" in refusal.value.message) == ("email", True)


def test_invitation_that_was_passed_on_cannot_be_withdrawn() -> None:
    invitation = opened_cycle(per_side=1).invitations.last()
    pass_on(invitation=invitation, name="Fatma Yilmaz", email="fatma@example.org")
    with pytest.raises(ActionRefused):
        withdraw_invitation(actor=None, invitation=invitation)
    assert statuses(invitation) == ["passed_on"]


def test_one_person_without_an_address_does_not_hold_up_a_round() -> None:
    """Remove the address after the planning, or after the opening."""
    cycle = planned_cycle()
    first, second, *_others = cycle.invitations.order_by("pk")
    Contact.objects.filter(pk=first.contact_id).update(email="")
    open_cycle(actor=None, cycle=cycle)
    assert not cycle.invitations.asked().filter(pk=first.pk).exists()
    Contact.objects.filter(pk=second.contact_id).update(email="")
    close_cycle(actor=None, cycle=cycle)
    assert len(mails("evaluation_invitation")) == 5
    assert len(mails("evaluation_results")) == 4


def test_who_said_no_is_not_mailed_again() -> None:
    cycle = opened_cycle()
    invitation = cycle.invitations.first()
    decline(invitation=invitation)
    close_cycle(actor=None, cycle=cycle)
    assert len(mails("evaluation_results")) == 5
    assert invitation.contact.email not in mails("evaluation_results")


def close(cycle: EvaluationCycle, invitation: Invitation) -> None:
    close_cycle(actor=None, cycle=cycle)


def call_off(cycle: EvaluationCycle, invitation: Invitation) -> None:
    cancel_cycle(actor=None, cycle=cycle)


def say_no(cycle: EvaluationCycle, invitation: Invitation) -> None:
    decline(invitation=invitation)


def send_answers(cycle: EvaluationCycle, invitation: Invitation) -> None:
    answer(invitation, 4)


def leave(cycle: EvaluationCycle, invitation: Invitation) -> None:
    deactivate_contact(actor=None, contact=invitation.contact)


@pytest.mark.parametrize(
    ("happens", "left"),
    [
        (close, ["evaluation_results"]),
        (call_off, []),
        (say_no, ["evaluation_invitation"]),
        (send_answers, ["evaluation_invitation"]),
        (leave, []),
    ],
)
def test_mail_that_waited_too_long_is_not_sent(
    happens: Callable[[EvaluationCycle, Invitation], None], left: list[str]
) -> None:
    """Let an invitation and a reminder wait for a mail server while one or both lose their purpose."""
    cycle = opened_cycle(today=TODAY)
    invitation = cycle.invitations.first()
    send_due(cycle.closes_on - timedelta(days=2))
    happens(cycle, invitation)
    deliver_due()
    mine = OutgoingMail.objects.filter(to_email=invitation.contact.email)
    assert sorted(mine.filter(status=MailStatus.SENT).values_list("kind", flat=True)) == left
    assert mine.filter(kind="evaluation_reminder", status=MailStatus.CANCELLED).count() == 1


def test_person_who_left_while_the_round_opened_is_withdrawn_by_the_next_job() -> None:
    """Let somebody leave and the round open at the same moment: neither of the two actions sees the other."""
    cycle = opened_cycle(today=TODAY, per_side=2)
    gone, stays = cycle.invitations.order_by("-pk")[:2]
    Contact.objects.filter(pk=gone.contact_id).update(deactivated_at=timezone.now())

    assert [run_due_jobs(TODAY, dry_run=True)["invitations_withdrawn"] for _ in range(2)] == [1, 1]
    assert [run_due_jobs(TODAY)["invitations_withdrawn"] for _ in range(2)] == [1, 0]

    statuses = dict(cycle.invitations.values_list("pk", "status"))
    assert (statuses[gone.pk], statuses[stays.pk]) == (InvitationStatus.REVOKED, InvitationStatus.INVITED)
