"""How a partner's contact comes in, and what becomes of that when the contact changes."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from partners import actions
from partners.models import Contact
from tests.factories.partners import ContactFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
DETAILS = {"name": "Piet", "phone": "", "position": "", "language": "en"}


@pytest.fixture
def piet() -> Contact:
    contact = ContactFactory(organisation=OrganisationFactory(name="Noord"), name="Piet", email="piet@noord.example")
    actions.give_access(actor=None, contact=contact)
    return contact


def signs_in(email: str) -> Client | None:
    """Asks for a code by mail and fills it in; None when no code came."""
    client = Client()
    mail.outbox.clear()
    client.post(reverse("account_request_login_code"), {"email": email})
    codes = [re.search(r"^\s*([A-Z0-9-]{6,})\s*$", str(message.body), re.MULTILINE) for message in mail.outbox]
    if not codes or codes[0] is None:
        return None
    response = client.post(reverse("account_confirm_login_code"), {"code": codes[0][1]})
    return client if response.status_code == 302 else None


def test_contact_with_access_signs_in_with_a_code_and_sees_the_own_organisation(piet: Contact) -> None:
    client = signs_in("piet@noord.example")

    assert client is not None
    page = client.get(reverse("partners:own-organisation"), follow=True)
    assert page.status_code == 200
    assert "<h1>Noord</h1>" in re.sub(r"\s*\n\s*", "", page.text)


def test_contact_without_access_gets_no_code() -> None:
    ContactFactory(email="pia@noord.example")

    assert signs_in("pia@noord.example") is None


def test_former_address_opens_nothing_once_the_contact_has_another(piet: Contact) -> None:
    assert signs_in("piet@noord.example") is not None

    actions.change_contact(actor=None, contact=piet, email="p.jansen@noord.example", **DETAILS)

    assert signs_in("piet@noord.example") is None
    assert signs_in("p.jansen@noord.example") is not None


def test_deactivated_contact_gets_in_neither_with_a_code_nor_with_the_old_session(piet: Contact) -> None:
    client = signs_in("piet@noord.example")
    assert client is not None

    actions.deactivate_contact(actor=None, contact=piet)

    assert client.get(reverse("partners:own-organisation")).status_code == 302
    assert signs_in("piet@noord.example") is None
