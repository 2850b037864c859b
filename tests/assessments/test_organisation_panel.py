"""The panel on an organisation's page with the due dates and the last talk."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from collab.actions import add_action_item
from partners.models import Organisation
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import collaboration_with
from tests.factories.partners import ContactFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def noord() -> Organisation:
    return OrganisationFactory(name="Noord")


def something_due(noord: Organisation, name: str, visibility: str = "shared") -> None:
    taalhuis = collaboration_with(noord, name=name)
    host = taalhuis.participations.get(organisation__is_host=True).organisation
    owner = ContactFactory(organisation=host, name="Anna")
    details = {"title": f"Call about {name}", "due_on": date(2026, 3, 2), "visibility": visibility}
    add_action_item(actor=None, collaboration=taalhuis, owner=owner, **details)


def panel(client: Client, organisation: Organisation) -> str:
    with translation.override("en"):
        return client.get(reverse("assessments:organisation-panel", args=[organisation.pk])).content.decode()


def test_panel_tells_what_is_due(client: Client, noord: Organisation) -> None:
    client.force_login(CoordinatorFactory())
    assert "Nothing is due." in panel(client, noord)
    something_due(noord, "Taalhuis", "internal")

    page = panel(client, noord)

    assert "Action: Call about Taalhuis (Anna)" in page
    assert "No review meeting or decision yet." in page


def test_partner_reads_nothing_internal_there(client: Client, noord: Organisation) -> None:
    something_due(noord, "Taalhuis", "internal")
    something_due(noord, "Digihuis")
    client.force_login(PartnerUserFactory(organisation=noord))

    page = panel(client, noord)

    assert "Call about Digihuis" in page
    assert "Call about Taalhuis" not in page


def test_queries_are_the_same_for_one_and_for_three(client: Client, noord: Organisation) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            panel(client, noord)
        return len(captured)

    client.force_login(CoordinatorFactory())
    something_due(noord, "First")
    one = queries()
    something_due(noord, "Second")
    something_due(noord, "Third")

    assert queries() == one <= 12
