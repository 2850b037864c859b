"""Organisations are found by the people who work there now."""

import pytest
from django.db import connection

from collab.models import Collaboration
from partners import actions
from partners.models import Contact, Organisation
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import CollaborationFactory, ParticipationFactory
from tests.factories.partners import OrganisationFactory

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


def test_organisation_that_is_being_written_about_is_not_changed(noord: Organisation) -> None:
    before = Organisation.objects.get(pk=noord.pk).updated_at
    add(noord, "Zoë van Dam")

    assert Organisation.objects.get(pk=noord.pk).updated_at == before
    assert noord.events.count() == 1


def test_people_are_kept_in_bulk(noord: Organisation) -> None:
    Contact.objects.bulk_create([Contact(organisation=noord, name=f"Person {n}") for n in range(3)])
    assert found("person") == []

    Organisation.objects.sync_people_text([noord.pk])
    assert found("person 2") == ["Noord"]


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
