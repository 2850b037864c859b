"""Every way in which a person who is asked gets another address: no mail to it opens answers from the one before.

The links are those in the mails that really left.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.actions import close_cycle, resend_link, save_answers, submit_answers
from assessments.enums import Mode
from assessments.models import EvaluationCycle, Invitation, LinkReaddressed
from assessments.personal_links import find_invitation
from common.actions import ActionRefused
from imports.actions import import_organisations
from notifications.delivery import deliver_due
from notifications.models import OutgoingMail
from notifications.reminders import send_due
from partners.actions import change_contact, deactivate_contact, move_contact, reactivate_contact
from partners.merging.actions import merge_organisations
from partners.models import Contact
from tests.factories.assessments import collaboration_with, opened_cycle, same_answer
from tests.factories.partners import ContactFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
OLD, NEW = "petra@noord.example", "coen@samen.example"
SECRET_WORDS = "Nobody asked me anything"
TICKED = re.compile(r'<input type="radio"\s+name="\w+"\s+value="\w+"\s+checked')
PAGES = ("answer", "answer-sent", "answer-results", "answer-people")


def edit(contact: Contact, email: str = NEW) -> None:
    details = {"name": contact.name, "phone": "", "position": "", "language": "en"}
    change_contact(actor=None, contact=contact, email=email, **details)


def lose_and_import(contact: Contact) -> None:
    edit(contact, "")
    rows = f"orgId,name,contactName,contactEmail\n77,Gemeente Noord,{contact.name},{NEW}\n"
    import_organisations(actor=None, data=rows.encode())


def merge_and_edit(contact: Contact) -> None:
    survivor = OrganisationFactory(name="Gemeente Noord, once more")
    known = ContactFactory(organisation=survivor, name=contact.name, email=OLD)
    merge_organisations(actor=None, survivor=survivor, duplicate=contact.organisation)
    edit(known)


def leave_and_return(contact: Contact) -> None:
    deactivate_contact(actor=None, contact=contact)
    edit(contact)
    reactivate_contact(actor=None, contact=contact)


def move_and_return(contact: Contact) -> None:
    home, today = contact.organisation, timezone.localdate()
    for place, day in ((OrganisationFactory(), today - timedelta(days=5)), (home, today)):
        move_contact(actor=None, contact=contact, organisation=place, day=day, email=NEW)


WAYS = [edit, lose_and_import, merge_and_edit, leave_and_return, move_and_return]


def mailed_to(email: str) -> list[str]:
    """Return the tokens of the links that were mailed to an address."""
    mails = [message for message in mail.outbox if email in message.to[0]]
    return [token for message in mails for token in re.findall(r"/e/([\w-]+)/", str(message.body))]


def started(invitation: Invitation) -> None:
    save_answers(invitation=invitation, answers={"value_clear_goal": 2}, comments={"keep": SECRET_WORDS})


def sent(invitation: Invitation) -> None:
    submit_answers(invitation=invitation, answers=same_answer(2), comments={"keep": SECRET_WORDS})


def everything_leaves(cycle: EvaluationCycle, invitation: Invitation) -> bool:
    """Ask for a new link, send the reminders, close, and tell the results; return whether the new link was allowed."""
    try:
        resend_link(actor=None, invitation=invitation)
        allowed = True
    except ActionRefused:
        allowed = False
    send_due(cycle.closes_on)
    deliver_due(today=cycle.closes_on)
    close_cycle(actor=None, cycle=cycle)
    deliver_due()
    return allowed


def works_again(change: Callable[[Contact], None], fill_in: Callable[[Invitation], None]) -> bool:
    """Return whether a new link is given: not for answers that were sent, nor to a person who was away."""
    return fill_in is started and change not in (leave_and_return, move_and_return)


@pytest.mark.parametrize("mode", Mode.values)
@pytest.mark.parametrize("fill_in", [started, sent])
@pytest.mark.parametrize("change", WAYS)
def test_no_mail_to_the_new_address_opens_answers_from_the_old_one(
    change: Callable[[Contact], None], fill_in: Callable[[Invitation], None], mode: str
) -> None:
    noord = OrganisationFactory(name="Gemeente Noord", external_id="77")
    cycle = opened_cycle(collaboration_with(noord), per_side=1, mode=mode)
    invitation = cycle.invitations.select_related("contact__organisation").latest("pk")
    edit(invitation.contact, OLD)
    deliver_due()
    (own,) = mailed_to(OLD)
    opened = find_invitation(own)
    assert opened is not None
    fill_in(opened)

    change(invitation.contact)
    assert Invitation.objects.get(pk=invitation.pk).contact.email == NEW
    has_new_link = everything_leaves(cycle, invitation)
    # What was sent in a round with names is read by all sides, without the name at this address.
    is_public = mode == Mode.OPEN and fill_in is sent
    client = Client()
    for token in mailed_to(NEW):
        for page in PAGES:
            response = client.get(reverse(f"assessments:{page}", args=[token]), follow=True)
            assert response.status_code == 200
            assert TICKED.search(response.text) is None
            assert is_public or SECRET_WORDS not in response.text
            assert not response.context.get("people")

    assert has_new_link == works_again(change, fill_in)
    was_told = list(OutgoingMail.objects.filter(kind="evaluation_other_address").values_list("to_email", flat=True))
    assert was_told == ([OLD] if mailed_to(NEW) else [])
    assert LinkReaddressed.objects.count() == len(was_told)
    assert client.get(reverse("assessments:answer", args=[own])).status_code == (404 if fill_in is started else 302)
