"""An administrator deletes an organisation that nothing refers to."""

from datetime import date

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from common.actions import ActionRefused
from partners.actions import add_partner, change_organisation, record_affiliation
from partners.duplicates.actions import dismiss_duplicate
from partners.merging.actions import merge_organisations
from partners.merging.handlers import relations_to
from partners.models import Contact, DeletedOrganisation, MergedOrganisation, Organisation
from partners.removal.actions import delete_organisation
from partners.removal.references import GOES_ALONG, references_to
from tests.factories.accounts import AdministratorFactory
from tests.factories.collab import ActionItemFactory, ParticipationFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return AdministratorFactory(name="Anne Beheer", language="en")


@pytest.fixture
def mistake() -> Organisation:
    """Return an organisation with everything of its own, and nothing else."""
    ann = {"name": "Ann", "starts_on": date(2025, 1, 1)}
    organisation = add_partner(actor=None, name="Added by mistake", city="Assen", people=[ann], tags=["odd"])
    dismiss_duplicate(actor=None, one=organisation, other=OrganisationFactory())
    return organisation


def test_it_is_deleted_with_what_is_its_own_and_that_stays_on_record(
    client: Client, administrator: User, mistake: Organisation
) -> None:
    client.force_login(administrator)
    url = reverse("partners:organisation-delete", args=[mistake.pk])
    assert "Ann" in client.get(url).text

    assert client.post(url, {"name": "added by mistake"}).status_code == 302

    assert not Organisation.objects.filter(pk=mistake.pk).exists()
    assert not Contact.objects.filter(name="Ann").exists()
    row = DeletedOrganisation.objects.get()
    assert (row.key, row.name, row.city, row.people, row.deleted_by) == (
        mistake.pk,
        "Added by mistake",
        "Assen",
        1,
        administrator,
    )
    assert "Added by mistake" in client.get(reverse("partners:deleted-list")).text
    assert client.get(reverse("partners:organisation-detail", args=[mistake.pk])).status_code == 404
    [event] = apps.get_model("partners.DeletedOrganisationEvent").objects.all()
    assert event.pgh_context.metadata == {"user": administrator.pk, "label": "partners.organisation_deleted"}


def test_another_name_deletes_nothing(client: Client, administrator: User, mistake: Organisation) -> None:
    client.force_login(administrator)

    refused = client.post(reverse("partners:organisation-delete", args=[mistake.pk]), {"name": "Something else"})

    assert (refused.status_code, "This is not the name" in refused.text) == (422, True)
    assert Organisation.objects.filter(pk=mistake.pk).exists()


def refused_for(organisation: Organisation) -> list[str]:
    said = references_to(organisation).said
    with pytest.raises(ActionRefused):
        delete_organisation(actor=None, organisation=organisation, name=organisation.name)
    assert Organisation.objects.filter(pk=organisation.pk).exists()
    return said


def test_what_refers_to_it_is_named(mistake: Organisation) -> None:
    ParticipationFactory(organisation=mistake)
    branch = OrganisationFactory()
    change_organisation(actor=None, organisation=branch, name=branch.name, parent=mistake)
    record_affiliation(actor=None, contact=ContactFactory(), organisation=mistake, ends_on=date(2024, 1, 1))
    ActionItemFactory(owner=mistake.contacts.get())

    assert len(refused_for(mistake)) == 4
    assert "Ann: actions (1)" in references_to(mistake).said


def test_merged_names_stay_right(mistake: Organisation) -> None:
    merge_organisations(actor=None, survivor=mistake, duplicate=OrganisationFactory(name="Earlier name"))

    assert refused_for(mistake) == ["merged organisations: 1"]
    assert MergedOrganisation.objects.get().into == mistake


def test_account_and_own_organisation_stay() -> None:
    assert len(refused_for(PartnerUserFactory(name="Petra").contact.organisation)) == 1
    assert refused_for(HostFactory()) == ["It is your own organisation."]


def test_what_goes_along_are_relations_that_are_there() -> None:
    assert relations_to(Organisation).keys() | relations_to(Contact).keys() >= GOES_ALONG


def test_queries_do_not_grow_with_deleted_organisations(
    client: Client, administrator: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(administrator)
    counts = []
    for number in (1, 3):
        for _ in range(number):
            row = OrganisationFactory()
            delete_organisation(actor=administrator, organisation=row, name=row.name)
        with django_assert_max_num_queries(8) as queries:
            client.get(reverse("partners:deleted-list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
