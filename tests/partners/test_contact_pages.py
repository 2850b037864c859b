"""The pages of the people at an organisation."""

import pytest
from django.test import Client

from accounts.models import User
from notifications.models import OutgoingMail
from partners import actions
from partners.forms.contacts import ContactForm
from partners.models import Contact, Organisation
from tests.edits import seen_of
from tests.factories.partners import ContactFactory, PartnerUserFactory
from tests.partners.pages import at, news, text

pytestmark = pytest.mark.django_db


def test_contact_is_added(client: Client, coordinator: User, noord: Organisation) -> None:
    data = {"name": "Piet", "email": "piet@noord.example", "language": "nl"}

    response = client.post(at("contact-create", noord), data)

    assert Contact.objects.get().organisation == noord
    assert response["Location"] == at("organisation-detail", noord) + "#contacts"
    assert "Piet is added." in news(client, response)


def test_address_that_is_taken_is_said_beside_the_field(client: Client, coordinator: User, noord: Organisation) -> None:
    ContactFactory(organisation=noord, email="piet@noord.example")

    response = client.post(
        at("contact-create", noord), {"name": "Pia", "email": "piet@noord.example", "language": "nl"}
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "email": ["This organisation already has a contact with this e-mail address."]
    }
    assert 'value="Pia"' in text(response)


def test_contact_is_changed(client: Client, coordinator: User) -> None:
    contact = ContactFactory(name="Piet", email="piet@noord.example")
    data = {"name": "Piet", "email": "piet@noord.example", "language": "nl", "position": "Directeur"}

    response = client.post(at("contact-update", contact), {**data, "seen": seen_of(contact, *ContactForm.Meta.fields)})

    contact.refresh_from_db()
    assert contact.position == "Directeur"
    assert "The details of Piet are changed." in news(client, response)


def test_change_of_a_contact_beside_somebody_elses_keeps_what_was_typed(client: Client, coordinator: User) -> None:
    contact = ContactFactory(name="Piet", email="piet@noord.example", language="nl")
    data = {"name": "Piet", "email": "piet@noord.example", "language": "nl", "position": "Voorzitter"}
    stale = {**data, "seen": seen_of(contact, *ContactForm.Meta.fields)}
    actions.change_contact(actor=None, contact=contact, **{**data, "phone": "", "position": "Directeur"})

    refused = client.post(at("contact-update", contact), stale)

    assert refused.status_code == 422
    assert "Somebody else changed this while you were writing." in text(refused)
    assert "Directeur</p>" in text(refused)
    assert 'value="Voorzitter"' in text(refused)
    contact.refresh_from_db()
    assert contact.position == "Directeur"


def test_contact_is_deactivated_after_asking_and_comes_back(client: Client, coordinator: User) -> None:
    contact = ContactFactory(name="Piet")

    assert "Deactivate Piet?" in text(client.get(at("contact-deactivate", contact)))
    contact.refresh_from_db()
    assert contact.is_active

    assert "Piet is deactivated." in news(client, client.post(at("contact-deactivate", contact)))
    contact.refresh_from_db()
    assert not contact.is_active

    assert "Piet is active again." in news(client, client.post(at("contact-reactivate", contact)))
    contact.refresh_from_db()
    assert contact.is_active


def test_page_of_a_contact_offers_to_deactivate_but_not_a_colleague(
    client: Client, coordinator: User, noord: Organisation
) -> None:
    contact, colleague = ContactFactory(organisation=noord), ContactFactory(user=coordinator)

    assert at("contact-deactivate", contact) in text(client.get(at("contact-update", contact)))
    assert at("contact-deactivate", colleague) not in text(client.get(at("contact-update", colleague)))


def test_question_warns_when_somebody_can_sign_in(client: Client, coordinator: User, noord: Organisation) -> None:
    partner = PartnerUserFactory(organisation=noord)
    other = ContactFactory(organisation=noord)

    assert "can no longer sign in" in text(client.get(at("contact-deactivate", partner.contact)))
    assert "can no longer sign in" not in text(client.get(at("contact-deactivate", other)))


def test_access_is_given_with_one_press(client: Client, coordinator: User, noord: Organisation) -> None:
    contact = ContactFactory(organisation=noord, name="Piet")
    assert at("contact-give-access", contact) in text(client.get(at("organisation-detail", noord)))

    page = news(client, client.post(at("contact-give-access", contact)))

    assert "Piet gets a mail and can sign in with a code." in page
    assert "can sign in" in page
    assert at("contact-give-access", contact) not in page
    assert OutgoingMail.objects.get().to_email == contact.email


def test_refused_access_says_why(client: Client, coordinator: User) -> None:
    contact = ContactFactory(name="Piet", email="")

    assert "Piet has no e-mail address." in news(client, client.post(at("contact-give-access", contact)))


def test_closed_account_is_out_at_once(client: Client, noord: Organisation) -> None:
    partner = PartnerUserFactory(organisation=noord)
    client.force_login(partner)
    assert client.get(at("organisation-detail", noord)).status_code == 200

    actions.deactivate_contact(actor=None, contact=partner.contact)

    assert client.get(at("organisation-detail", noord))["Location"].startswith("/accounts/login/")
