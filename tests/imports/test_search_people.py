"""Organisations are found by the people that a file brought."""

import pytest

from imports import actions
from imports.writing.rows import write_contacts
from partners.models import Contact, Organisation
from tests.factories.accounts import CoordinatorFactory
from tests.partners.test_search_people import add, found

pytestmark = pytest.mark.django_db


def test_import_keeps_people(noord: Organisation) -> None:
    Organisation.objects.filter(pk=noord.pk).update(external_id="7")
    add(noord, "Zoë van Dam")
    actions.import_organisations(actor=CoordinatorFactory(), data=b"orgId,name\n7,Imported\n")

    assert found("zoe") == found("imported") == ["Imported"]


def test_imported_people_are_found(noord: Organisation) -> None:
    write_contacts([Contact(organisation=noord, name="Zoë van Dam", email="z@noord.example")])

    assert found("zoe") == ["Noord"]
