"""The pages of an organisation."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from audit.context import recording
from partners import actions
from partners.enums import OrganisationStatus
from partners.models import Organisation
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory, TagFactory
from tests.partners.pages import at, news, text

pytestmark = pytest.mark.django_db
FORM = {"name": "Noord", "kind": "library", "status": "active", "country": "NL"}
CREATE = reverse("partners:organisation-create")


def test_page_tells_who_they_are(client: Client, coordinator: User) -> None:
    organisation = OrganisationFactory(
        name="Noord",
        short_name="BN",
        kind="library",
        street="Kade 1",
        postal_code="9711 NV",
        city="Groningen",
        website="https://noord.example",
        email="info@noord.example",
        phone="050 1234567",
        registration_number="12345678",
        external_id="4711",
        relation_owner=coordinator,
    )
    organisation.tags.add(TagFactory(name="taal"))

    page = text(client.get(at("organisation-detail", organisation)))

    for fact in ("BN", "Kade 1", "9711 NV Groningen", "Netherlands", "050 1234567", "12345678", "4711", "Anna", "taal"):
        assert fact in page
    assert 'href="https://noord.example"' in page
    assert 'href="mailto:info@noord.example"' in page
    assert f'hx-get="{reverse("collab:organisation-panel", args=[organisation.pk])}"' in page


def test_relation_of_a_new_partner_is_mine_unless_i_say_otherwise(client: Client, coordinator: User) -> None:
    assert client.get(CREATE).context["form"]["relation_owner"].value() == coordinator.pk
    client.post(CREATE, {**FORM, "relation_owner": ""})
    assert Organisation.objects.get(name="Noord").relation_owner is None


def test_page_tells_whom_we_know_and_who_left(client: Client, coordinator: User, noord: Organisation) -> None:
    ContactFactory(organisation=noord, name="Piet", position="Directeur", email="piet@noord.example")
    ContactFactory(organisation=noord, name="Kees", deactivated_at="2025-03-01T12:00Z")
    ContactFactory(name="Stranger")

    page = text(client.get(at("organisation-detail", noord)))

    assert "Directeur" in page
    assert "piet@noord.example" in page
    assert "1 person who left" in page
    assert "Kees" in page
    assert "Stranger" not in page


def test_partner_reads_the_own_page_without_what_is_ours(client: Client) -> None:
    organisation = OrganisationFactory(
        name="Noord", external_id="4711", status="prospect", relation_owner=CoordinatorFactory(name="Anna")
    )
    organisation.tags.add(TagFactory(name="difficult"))
    ContactFactory(organisation=organisation, name="Piet")
    ContactFactory(organisation=organisation, name="Kees", deactivated_at="2025-03-01T12:00Z")
    client.force_login(PartnerUserFactory(organisation=organisation))

    page = text(client.get(at("organisation-detail", organisation)))

    assert "Piet" in page
    for ours in (
        "4711",
        "Prospect",
        "Anna",
        "difficult",
        "Kees",
        "Edit",
        "Give access",
        at("organisation-history", organisation),
    ):
        assert ours not in page


def test_partner_does_not_find_another_organisation(client: Client, noord: Organisation) -> None:
    client.force_login(PartnerUserFactory())

    assert client.get(at("organisation-detail", noord)).status_code == 404
    assert client.get(at("organisation-history", noord)).status_code == 404


def test_partner_is_led_to_the_own_organisation(client: Client, noord: Organisation) -> None:
    client.force_login(PartnerUserFactory(organisation=noord))

    response = client.get(reverse("partners:own-organisation"))

    assert response["Location"] == at("organisation-detail", noord)


def test_manager_reads_the_page_and_is_offered_no_changes(client: Client, noord: Organisation) -> None:
    ContactFactory(organisation=noord)
    client.force_login(ManagerFactory())

    page = text(client.get(at("organisation-detail", noord)))

    for name in ("organisation-update", "organisation-archive", "contact-create"):
        assert at(name, noord) not in page
    assert "Give access" not in page


def test_queries_of_the_page_are_the_same_for_one_and_for_many_contacts(
    client: Client, coordinator: User, noord: Organisation
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(at("organisation-detail", noord))
        return len(captured)

    noord.tags.add(TagFactory())
    PartnerUserFactory(organisation=noord)
    one = queries()
    noord.tags.add(TagFactory(), TagFactory())
    PartnerUserFactory.create_batch(2, organisation=noord)
    ContactFactory(organisation=noord, deactivated_at="2025-03-01T12:00Z")

    assert queries() == one <= 12


def test_history_is_a_panel_and_a_page(client: Client, coordinator: User) -> None:
    organisation = actions.add_organisation(actor=coordinator, name="Noord", city="Groningen")
    actions.change_organisation(actor=coordinator, organisation=organisation, name="Noord", city="Haren")
    url = at("organisation-history", organisation)

    page, panel = text(client.get(url)), text(client.get(url, headers={"HX-Request": "true"}))

    for html in (page, panel):
        assert "Organisation added" in html
        assert "<del>Groningen</del>" in html
        assert "<ins>Haren</ins>" in html
    assert "<html" in page
    assert "<html" not in panel


def test_history_costs_the_same_for_one_and_for_many_events(
    client: Client, coordinator: User, noord: Organisation
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(at("organisation-history", noord))
        return len(captured)

    actions.change_organisation(actor=coordinator, organisation=noord, name="A", tags=["a"])
    actions.add_contact(actor=coordinator, organisation=noord, name="Piet")
    one = queries()
    for name in "bcd":
        actions.change_organisation(actor=CoordinatorFactory(), organisation=noord, name=name, tags=[name])
        actions.add_contact(actor=coordinator, organisation=noord, name=name)

    assert queries() == one <= 12


# Adding and changing


def test_organisation_is_added(client: Client, coordinator: User) -> None:
    data = {**FORM, "website": "www.noord.example", "tags": "taal, digitaal", "relation_owner": coordinator.pk}

    response = client.post(CREATE, data)

    organisation = Organisation.objects.get()
    assert response["Location"] == at("organisation-detail", organisation)
    assert (organisation.name, organisation.website) == ("Noord", "https://www.noord.example")
    assert [tag.name for tag in organisation.tags.all()] == ["digitaal", "taal"]
    assert "Noord is in the registry." in news(client, response)


def test_mistake_is_explained_and_what_was_typed_is_kept(client: Client, coordinator: User) -> None:
    response = client.post(CREATE, {**FORM, "email": "info@", "city": "Groningen", "tags": "taal"})

    assert response.status_code == 422
    assert "Enter a valid email address." in text(response)
    for typed in ("Noord", "info@", "Groningen", "taal"):
        assert f'value="{typed}"' in text(response)
    assert not Organisation.objects.exists()


def update_form(client: Client, organisation: Organisation) -> dict[str, Any]:
    """Return the data that the browser would send back unchanged."""
    form = client.get(at("organisation-update", organisation)).context["form"]
    return {field.name: field.value() or "" for field in form}


def test_organisation_is_changed(client: Client, coordinator: User, noord: Organisation) -> None:
    response = client.post(at("organisation-update", noord), {**update_form(client, noord), "city": "Haren"})

    noord.refresh_from_db()
    assert (noord.name, noord.city) == ("Noord", "Haren")
    assert "The details are changed." in news(client, response)


def test_change_beside_somebody_elses_keeps_what_was_typed_and_shows_what_is_stored(
    client: Client, coordinator: User, noord: Organisation
) -> None:
    data = update_form(client, noord)
    mia = ManagerFactory(name="Mia")
    with recording(mia, "partners.organisation_changed"):
        actions.change_organisation(actor=None, organisation=noord, name="Noordoost", city="Haren", country="DE")

    refused = client.post(at("organisation-update", noord), {**data, "name": "Noord en Oost"})

    noord.refresh_from_db()
    assert refused.status_code == 422
    assert noord.name == "Noordoost"
    page = text(refused)
    assert "Mia changed this while you were writing." in page
    assert "Stored now, by Mia at" in page
    assert "Noordoost</p>" in page
    assert ('value="Haren"' in page, 'value="Noord en Oost"' in page) == (True, True)

    client.post(at("organisation-update", noord), dict(refused.context["form"].data.items()))
    noord.refresh_from_db()
    assert (noord.name, noord.city, noord.country) == ("Noord en Oost", "Haren", "DE")


def test_heading_is_the_stored_name_not_the_typed_one(client: Client, coordinator: User, noord: Organisation) -> None:
    response = client.post(at("organisation-update", noord), {**update_form(client, noord), "name": "X", "email": "?"})

    assert response.context["organisation"].name == "Noord"


def test_organisation_is_archived_after_asking(client: Client, coordinator: User, noord: Organisation) -> None:
    url = at("organisation-archive", noord)

    assert "Archive Noord?" in text(client.get(url))
    noord.refresh_from_db()
    assert noord.status == OrganisationStatus.ACTIVE

    assert "Noord is archived." in news(client, client.post(url))
    noord.refresh_from_db()
    assert noord.status == OrganisationStatus.ARCHIVED


def test_host_is_not_archived(client: Client, coordinator: User) -> None:
    host = HostFactory()

    response = client.post(at("organisation-archive", host))

    assert "Your own organisation cannot be archived." in news(client, response)
    assert at("organisation-archive", host) not in text(client.get(at("organisation-detail", host)))


def test_administrator_chooses_the_host_once(client: Client, noord: Organisation) -> None:
    client.force_login(AdministratorFactory())
    assert "This is our own organisation" in text(client.get(at("organisation-detail", noord)))

    response = client.post(at("organisation-make-host", noord))

    assert "Noord is now your own organisation here." in news(client, response)
    other = OrganisationFactory()
    assert "This is our own organisation" not in text(client.get(at("organisation-detail", other)))
    refused = client.post(at("organisation-make-host", other))
    assert "Noord is already your own organisation." in news(client, refused)
