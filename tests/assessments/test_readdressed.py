"""A personal link to another address: the former one is mailed, and the history of the round shows it."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from assessments.actions import invite, resend_link, withdraw_invitation
from assessments.history import entries_of
from assessments.models import Invitation, LinkReaddressed
from notifications.delivery import build_message, deliver_due
from notifications.enums import MailStatus
from notifications.models import OutgoingMail
from notifications.reminders import send_due
from partners.actions import change_contact
from partners.models import Contact
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import answer, opened_cycle

pytestmark = pytest.mark.django_db
OLD, NEW = "petra@noord.example", "petra.partner@west.example"
KIND = "evaluation_other_address"


@pytest.fixture
def coordinator() -> User:
    return CoordinatorFactory(name="Coen Werk")


@pytest.fixture
def invitation() -> Invitation:
    """Return the invitation of Petra, delivered to her own address."""
    invitation = opened_cycle().invitations.select_related("contact", "cycle").latest("pk")
    change(invitation, OLD)
    deliver_due()
    invitation.refresh_from_db()
    assert invitation.linked_email == OLD
    return invitation


def change(invitation: Invitation, email: str, actor: User | None = None) -> None:
    contact = Contact.objects.get(pk=invitation.contact_id)
    details = {"name": "Petra", "phone": "", "position": "", "language": "en"}
    change_contact(actor=actor, contact=contact, email=email, **details)
    invitation.refresh_from_db()


def told() -> list[tuple[str, str]]:
    rows = LinkReaddressed.objects.order_by("pk").values_list("old_email", "new_email")
    mails = OutgoingMail.objects.filter(kind=KIND).order_by("pk").values_list("to_email", flat=True)
    assert [old for old, _new in rows] == list(mails)
    return list(rows)


def test_new_link_for_another_address_is_told_to_the_old_one(invitation: Invitation, coordinator: User) -> None:
    change(invitation, NEW)
    resend_link(actor=coordinator, invitation=invitation)
    assert told() == [(OLD, NEW)]
    mail = OutgoingMail.objects.get(kind=KIND)
    text = str(build_message(mail).body)
    for words in ("Coen Werk asked for this.", "p…@west.example", "no longer work", "tell Stichting Samen"):
        assert words in text
    assert NEW not in text + mail.body_html
    deliver_due()
    assert told() == [(OLD, NEW)]  # delivering the new link tells nobody twice
    mail.refresh_from_db()
    assert (mail.status, mail.to_email) == (MailStatus.SENT, OLD)


def test_reminder_to_another_address_is_told_with_who_changed_it(invitation: Invitation, coordinator: User) -> None:
    change(invitation, NEW, actor=coordinator)
    send_due(invitation.cycle.closes_on)
    deliver_due(today=invitation.cycle.closes_on)
    assert told() == [(OLD, NEW)]
    text = OutgoingMail.objects.get(kind=KIND).body_text
    assert "because Coen Werk changed your address" in text
    assert "Your own link still works." in text


def test_same_mailbox_is_told_nothing(invitation: Invitation, coordinator: User) -> None:
    """Send again, in other letters, or change the address and back before any link is made."""
    resend_link(actor=coordinator, invitation=invitation)
    Contact.objects.filter(pk=invitation.contact_id).update(email=OLD.upper())
    resend_link(actor=coordinator, invitation=invitation)
    change(invitation, NEW)
    change(invitation, OLD)
    resend_link(actor=coordinator, invitation=invitation)
    deliver_due()
    assert told() == []


def test_every_change_is_told_to_the_address_before(invitation: Invitation, coordinator: User) -> None:
    for email in (NEW, OLD, NEW):
        change(invitation, email)
        resend_link(actor=coordinator, invitation=invitation)
    deliver_due()
    assert told() == [(OLD, NEW), (NEW, OLD), (OLD, NEW)]


def test_who_is_asked_again_at_another_address_is_told_at_the_old_one(
    invitation: Invitation, coordinator: User
) -> None:
    withdraw_invitation(actor=None, invitation=invitation)
    change(invitation, NEW)
    invite(actor=coordinator, cycle=invitation.cycle, contacts=[invitation.contact])
    assert told() == [(OLD, NEW)]


@pytest.mark.parametrize(
    ("language", "what"),
    [("en", "New personal link"), ("nl", "Nieuwe persoonlijke link")],
)
def test_history_of_the_round_tells_it(invitation: Invitation, coordinator: User, language: str, what: str) -> None:
    change(invitation, NEW)
    resend_link(actor=coordinator, invitation=invitation)
    with translation.override(language):
        (entry,) = [entry for entry in entries_of(invitation.cycle) if what in entry.what]
    assert (entry.who, entry.parts[-1].name) == ("Coen Werk", f"Petra: {OLD} → {NEW}")


def test_page_shows_the_history_and_no_button_for_answers_from_another_address(
    client: Client, invitation: Invitation, coordinator: User
) -> None:
    client.force_login(coordinator)
    url = reverse("assessments:cycle-detail", args=[invitation.cycle_id])
    resend = reverse("assessments:invitation-resend", args=[invitation.pk])
    answer(invitation, 4)
    assert resend in client.get(url).content.decode()
    change(invitation, NEW)
    page = client.get(url).content.decode()
    assert resend not in page
    assert "Answered from an earlier address" in page
    history = reverse("assessments:cycle-history", args=[invitation.cycle_id])
    assert history in page
    assert "Round opened" in client.get(history).content.decode()
    assert client.post(resend, follow=True).content.decode().count("Only that address can get a new link") == 1


def test_mail_speaks_dutch(invitation: Invitation, coordinator: User) -> None:
    change(invitation, NEW)
    Contact.objects.filter(pk=invitation.contact_id).update(language="nl")
    resend_link(actor=coordinator, invitation=invitation)
    mail = OutgoingMail.objects.get(kind=KIND)
    assert re.search(r"Coen Werk heeft\s+daarom gevraagd", mail.body_text)
    assert "Stichting Samen" in mail.body_text
