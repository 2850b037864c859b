from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from common.actions import ActionRefused
from common.edits import EditConflict, Seen
from partners.actions import (
    add_organisation,
    archive_organisation,
    change_organisation,
    ensure_host,
    make_host,
)
from partners.enums import OrganisationStatus
from partners.history import entries_of
from partners.models import Contact, Organisation, Tag
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory, TagFactory

pytestmark = pytest.mark.django_db


def tags_of(organisation: Organisation) -> list[str]:
    return [tag.name for tag in organisation.tags.all()]


def test_organisation_is_added_with_its_details_and_tags() -> None:
    coordinator = CoordinatorFactory()

    organisation = add_organisation(
        actor=coordinator, name=" Noord ", city="Groningen", relation_owner=coordinator, tags=["taal", "vrijwilligers"]
    )

    organisation.refresh_from_db()
    assert (organisation.name, organisation.city, organisation.relation_owner) == ("Noord", "Groningen", coordinator)
    assert organisation.status == OrganisationStatus.PROSPECT
    assert tags_of(organisation) == ["taal", "vrijwilligers"]


def test_tags_that_exist_are_used_again_whatever_their_capitals() -> None:
    TagFactory(name="Taal")

    organisation = add_organisation(actor=None, name="Noord", tags=["taal", " TAAL ", "nieuw  woord", ""])

    assert tags_of(organisation) == ["nieuw woord", "Taal"]
    assert Tag.objects.count() == 2


def test_details_that_are_not_given_stay() -> None:
    organisation = add_organisation(actor=None, name="Noord", city="Groningen", tags=["taal"])

    change_organisation(actor=None, organisation=organisation, name="Zuid", phone="030 1234567")

    organisation.refresh_from_db()
    assert (organisation.name, organisation.city, organisation.phone) == ("Zuid", "Groningen", "030 1234567")
    assert tags_of(organisation) == ["taal"]


def test_tags_that_are_given_replace_the_others() -> None:
    organisation = add_organisation(actor=None, name="Noord", tags=["taal", "digitaal"])

    change_organisation(actor=None, organisation=organisation, name="Noord", tags=["digitaal", "nieuw"])

    assert tags_of(organisation) == ["digitaal", "nieuw"]


def test_field_that_both_changed_is_refused_and_nothing_written() -> None:
    organisation = OrganisationFactory(name="Noord", city="Groningen")
    seen = Seen.of({"name": "Noord", "city": "Groningen", "tags": []})
    change_organisation(actor=None, organisation=organisation, name="Noord", city="Haren", seen=seen)

    with pytest.raises(EditConflict) as refused:
        change_organisation(actor=None, organisation=organisation, name="Zuid", city="Peize", seen=seen, tags=["x"])

    organisation.refresh_from_db()
    assert refused.value.fields == ["city"]
    assert (organisation.name, organisation.city, tags_of(organisation)) == ("Noord", "Haren", [])


def test_field_that_one_of_two_changed_is_kept() -> None:
    organisation = OrganisationFactory(name="Noord", city="Groningen")
    seen = Seen.of({"name": "Noord", "city": "Groningen"})
    change_organisation(actor=None, organisation=organisation, name="Noord", city="Haren", seen=seen)

    change_organisation(actor=None, organisation=organisation, name="Zuid", city="Groningen", seen=seen)

    organisation.refresh_from_db()
    assert (organisation.name, organisation.city) == ("Zuid", "Haren")


def test_tags_of_two_people_are_merged_one_by_one() -> None:
    organisation = add_organisation(actor=None, name="Noord", tags=["old", "stays"])
    seen = Seen.of({"name": "Noord", "tags": ["old", "stays"]})
    change_organisation(actor=None, organisation=organisation, name="Noord", tags=["old", "stays", "hers"], seen=seen)

    change_organisation(actor=None, organisation=organisation, name="Noord", tags=["Stays", "his"], seen=seen)

    assert tags_of(organisation) == ["hers", "his", "stays"]


@pytest.mark.parametrize("name", ["", "  "])
def test_organisation_without_a_name_is_refused(name: str) -> None:
    organisation = OrganisationFactory(name="Noord")

    with pytest.raises(ActionRefused, match="Give the organisation a name") as added:
        add_organisation(actor=None, name=name)
    with pytest.raises(ActionRefused, match="Give the organisation a name"):
        change_organisation(actor=None, organisation=organisation, name=name)
    assert added.value.field == "name"
    assert [row.name for row in Organisation.objects.all()] == ["Noord"]


def test_number_in_the_source_that_is_taken_is_refused_in_words() -> None:
    OrganisationFactory(external_id="7")

    with pytest.raises(ActionRefused, match="Another organisation has this number"):
        add_organisation(actor=None, name="Noord", external_id="7")


def test_organisation_is_archived_and_taken_out_again() -> None:
    organisation = OrganisationFactory(status=OrganisationStatus.ACTIVE)

    archive_organisation(actor=CoordinatorFactory(), organisation=organisation)
    organisation.refresh_from_db()
    assert organisation.status == OrganisationStatus.ARCHIVED

    change_organisation(actor=None, organisation=organisation, name="Noord", status=OrganisationStatus.FORMER)
    organisation.refresh_from_db()
    assert organisation.status == OrganisationStatus.FORMER


def test_host_is_never_archived() -> None:
    host = HostFactory()

    with pytest.raises(ActionRefused, match="own organisation cannot be archived"):
        archive_organisation(actor=None, organisation=host)
    with pytest.raises(ActionRefused, match="own organisation cannot be archived") as changed:
        change_organisation(actor=None, organisation=host, name="Host", status=OrganisationStatus.ARCHIVED)
    assert changed.value.field == "status"


def test_first_host_makes_every_colleague_a_contact() -> None:
    administrator = AdministratorFactory(name="Anna", email="anna@example.org")
    ManagerFactory(name="Mo", email="mo@example.org")
    PartnerUserFactory(name="Piet")
    organisation = OrganisationFactory(status=OrganisationStatus.PROSPECT)

    make_host(actor=administrator, organisation=organisation)

    organisation.refresh_from_db()
    assert organisation.is_host
    assert organisation.status == OrganisationStatus.ACTIVE
    assert list(organisation.contacts.values_list("name", "email")) == [
        ("Anna", "anna@example.org"),
        ("Mo", "mo@example.org"),
    ]


def test_second_host_is_refused_and_the_same_one_twice_is_once() -> None:
    host = HostFactory(name="Samen")
    make_host(actor=None, organisation=host)

    with pytest.raises(ActionRefused, match="Samen is already your own organisation"):
        make_host(actor=None, organisation=OrganisationFactory())
    assert Organisation.objects.filter(is_host=True).get() == host


def test_host_is_made_when_there_is_none() -> None:
    host = ensure_host(actor=None, name="Samen", city="Utrecht")

    assert (host.name, host.city, host.is_host) == ("Samen", "Utrecht", True)
    assert ensure_host(actor=None, name="Other") == host
    assert Organisation.objects.count() == 1


def act(name: str, actor: Any, organisation: Organisation) -> None:
    match name:
        case "add":
            add_organisation(actor=actor, name="New")
        case "change":
            change_organisation(actor=actor, organisation=organisation, name="Other")
        case "archive":
            archive_organisation(actor=actor, organisation=organisation)
        case "make_host":
            make_host(actor=actor, organisation=organisation)
        case "ensure_host":
            ensure_host(actor=actor, name="Host")


@pytest.mark.parametrize(
    ("name", "factories"),
    [
        ("add", [CoordinatorFactory, AdministratorFactory]),
        ("change", [CoordinatorFactory, AdministratorFactory]),
        ("archive", [CoordinatorFactory, AdministratorFactory]),
        ("make_host", [AdministratorFactory]),
        ("ensure_host", [AdministratorFactory]),
    ],
)
def test_each_action_is_for_its_roles_only(name: str, factories: list[type]) -> None:
    organisation = OrganisationFactory(name="Noord")
    people = (CoordinatorFactory, AdministratorFactory, ManagerFactory, PartnerUserFactory)

    for factory in people:
        if factory in factories:
            act(name, factory(), organisation)
        else:
            with pytest.raises(PermissionDenied):
                act(name, factory(), organisation)


def test_partner_does_not_change_even_the_own_organisation() -> None:
    partner = PartnerUserFactory()

    with pytest.raises(PermissionDenied):
        change_organisation(actor=partner, organisation=partner.contact.organisation, name="Other")


def test_history_tells_who_changed_what() -> None:
    anna = CoordinatorFactory(name="Anna")
    organisation = add_organisation(actor=anna, name="Noord", city="Groningen", tags=["taal"])
    change_organisation(actor=anna, organisation=organisation, name="Noord", city="Haren", tags=[])
    archive_organisation(actor=None, organisation=organisation)

    archived, changed, added = entries_of(organisation, 10)

    assert [(entry.who, entry.what) for entry in (archived, changed, added)] == [
        ("Automatically", "Organisation archived"),
        ("Anna", "Details changed"),
        ("Anna", "Organisation added"),
    ]
    assert [(part.name, part.event) for part in changed.parts] == [("Noord", "update"), ("Tag “taal”", "delete")]
    assert [(c.label, c.old, c.new) for c in changed.parts[0].changes] == [("city", "Groningen", "Haren")]
    assert changed.at - added.at < timedelta(minutes=1)


def test_history_of_another_organisation_stays_there() -> None:
    one = add_organisation(actor=None, name="One", tags=["taal"])
    add_organisation(actor=None, name="Two", tags=["taal"])
    Contact.objects.create(organisation=one, name="Piet")

    names = {part.name for entry in entries_of(one, 10) for part in entry.parts}
    assert names == {"One", "Tag “taal”", "Piet"}
