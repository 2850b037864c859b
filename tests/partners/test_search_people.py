"""Organisations are found by the people who work there now."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from collab.models import Collaboration
from partners import actions
from partners.actions.import_writing import write_contacts
from partners.models import Contact, Organisation
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import CollaborationFactory, ParticipationFactory
from tests.factories.partners import ContactFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    return [row.name for row in Organisation.objects.matching(text)]


def add(organisation: Organisation, name: str, email: str = "") -> Contact:
    return actions.add_contact(actor=CoordinatorFactory(), organisation=organisation, name=name, email=email)


def test_names_and_addresses_of_people_find_their_organisation(noord: Organisation) -> None:
    OrganisationFactory(name="West")
    add(noord, "Zoë van Dam", "z.vandam@noord.example")

    assert found("zoe") == found("VAN dam noord") == found("vandam@noord") == ["Noord"]
    assert found("zoe west") == []


def test_who_has_left_finds_nothing_until_back(noord: Organisation) -> None:
    contact = add(noord, "Zoë van Dam")
    actions.deactivate_contact(actor=CoordinatorFactory(), contact=contact)
    assert found("zoe") == []

    actions.reactivate_contact(actor=CoordinatorFactory(), contact=contact)
    assert found("zoe") == ["Noord"]


def test_new_name_replaces_the_old_one(noord: Organisation) -> None:
    contact = add(noord, "Zoë van Dam")
    add(noord, "Piet")
    details = {"email": "", "phone": "", "position": "", "language": "nl"}
    actions.change_contact(actor=CoordinatorFactory(), contact=contact, name="Zoë Berg", **details)

    assert found("dam") == []
    assert found("berg") == found("piet") == ["Noord"]


def test_changing_the_organisation_keeps_its_people(noord: Organisation) -> None:
    add(noord, "Zoë van Dam")
    actions.change_organisation(actor=CoordinatorFactory(), organisation=noord, name="Nieuw Noord")

    assert found("zoe nieuw") == ["Nieuw Noord"]


def test_import_keeps_people(noord: Organisation) -> None:
    Organisation.objects.filter(pk=noord.pk).update(external_id="7")
    add(noord, "Zoë van Dam")
    actions.import_organisations(actor=CoordinatorFactory(), data=b"orgId,name\n7,Imported\n")

    assert found("zoe") == found("imported") == ["Imported"]


def test_imported_people_are_found(noord: Organisation) -> None:
    write_contacts([Contact(organisation=noord, name="Zoë van Dam", email="z@noord.example")])

    assert found("zoe") == ["Noord"]


def test_organisation_that_is_being_written_about_is_not_changed(noord: Organisation) -> None:
    before = Organisation.objects.get(pk=noord.pk).updated_at
    add(noord, "Zoë van Dam")

    assert Organisation.objects.get(pk=noord.pk).updated_at == before
    assert noord.events.count() == 1


def test_people_are_kept_in_bulk(noord: Organisation) -> None:
    Contact.objects.bulk_create([Contact(organisation=noord, name=f"Person {n}") for n in range(3)])
    assert found("person") == []

    Organisation.objects.keep_people_text([noord.pk])
    assert found("person 2") == ["Noord"]


def test_people_who_are_there_already_are_found_after_the_update(noord: Organisation) -> None:
    ContactFactory(organisation=noord, name="Zoë van Dam")
    ContactFactory(organisation=noord, name="Gone", deactivated_at="2026-01-01T00:00Z")
    Organisation.objects.update(people_text="")

    import_module("partners.migrations.0006_lists").fill_people_text(apps, None)

    assert found("zoe") == ["Noord"]
    assert found("gone") == []


def test_searching_collaborations_does_not_tell_who_works_where(noord: Organisation) -> None:
    """Partners search collaborations by partner; the people of another partner are not theirs to find."""
    part = ParticipationFactory(collaboration=CollaborationFactory(), organisation=noord)
    add(noord, "Zoë van Dam", "z@other.example")

    assert list(Collaboration.objects.with_partner_matching("noord")) == [part.collaboration]
    assert list(Collaboration.objects.with_partner_matching("zoe")) == []


def test_search_is_kept_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'organisation_people_search'")
        (definition,) = cursor.fetchone()
    assert "gin (search_with_people)" in definition
