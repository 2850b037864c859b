"""Before a person or organisation goes, the page names the work that they leave behind, with a link to each."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.actions import change_colleague
from assessments.models import EvaluationCycle
from collab.alerts.reading import alerts_of
from collab.enums import RoleKind, Stage
from collab.models import Collaboration
from common.belongings import belongings_of
from partners.actions import archive_organisation, deactivate_contact, sync_colleague_contact
from partners.enums import OrganisationStatus
from partners.lists.actions import set_status_of_many
from partners.models import Contact, Organisation
from tests.clock import TODAY
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory
from tests.factories.assessments import collaboration_with, opened_cycle, planned_cycle
from tests.factories.collab import ActionItemFactory, RoleAssignmentFactory
from tests.factories.partners import OrganisationFactory

pytestmark = pytest.mark.django_db


def texts(row: Contact | Organisation) -> list[str]:
    with translation.override("en"):
        return sorted(found.text for found in belongings_of([row], TODAY))


@pytest.fixture
def partner() -> Organisation:
    return OrganisationFactory(name="Gemeente Noord")


@pytest.fixture
def person(partner: Organisation) -> Contact:
    """Return a contact who leads, owns two actions, and is the only invited person of their side."""
    cycle = planned_cycle(collaboration_with(partner), per_side=1)
    contact = cycle.invitations.get(party__is_host=False).contact
    part = cycle.collaboration.participations.get(organisation=partner)
    RoleAssignmentFactory(participation=part, contact=contact)
    ActionItemFactory.create_batch(2, collaboration=cycle.collaboration, owner=contact)
    ActionItemFactory(collaboration=cycle.collaboration, owner=contact, status="done")
    over = collaboration_with(partner, name="Over")
    RoleAssignmentFactory(participation=over.participations.get(organisation=partner), contact=contact)
    ActionItemFactory(collaboration=over, owner=contact)
    Collaboration.objects.filter(pk=over.pk).update(stage=Stage.ENDED)
    return contact


def test_of_a_person(person: Contact) -> None:
    assert texts(person) == [
        "2 open actions in Taalhuis Noord",
        "Is asked in Taalhuis Noord, round 1, as the last one of Gemeente Noord",
        "Lead in Taalhuis Noord",
    ]


def test_of_an_organisation(person: Contact) -> None:
    assert texts(person.organisation) == [
        "2 open actions in Taalhuis Noord",
        "Gemeente Noord is a side of Taalhuis Noord, round 1 (planned)",
        "Gemeente Noord takes part in Taalhuis Noord (active)",
    ]


@pytest.mark.parametrize(
    ("page", "of"),
    [
        ("partners:contact-deactivate", "person"),
        ("partners:contact-move", "person"),
        ("partners:organisation-archive", "organisation"),
    ],
)
def test_page_that_asks_whether_one_is_sure_names_it(page: str, of: str, person: Contact, client: Client) -> None:
    client.force_login(CoordinatorFactory(language="en"))
    row = person if of == "person" else person.organisation
    html = client.get(reverse(page, args=[row.pk])).content.decode()
    for text in texts(row):
        assert text in html
    collaboration = Collaboration.objects.get(name="Taalhuis Noord")
    assert f'href="{reverse("collab:collaboration-detail", args=[collaboration.pk])}#actions"' in html


def test_bulk_page_names_it_too(person: Contact, client: Client) -> None:
    client.force_login(CoordinatorFactory(language="en"))
    url = reverse("partners:organisation-bulk") + f"?do=status&ids={person.organisation_id}"
    assert "Gemeente Noord takes part in Taalhuis Noord (active)" in client.get(url).content.decode()


def test_page_of_a_colleague_names_partners_and_what_the_contact_has(client: Client) -> None:
    client.force_login(AdministratorFactory(language="en"))
    collaboration = collaboration_with()
    colleague = CoordinatorFactory()
    contact = sync_colleague_contact(user=colleague)
    ActionItemFactory(collaboration=collaboration, owner=contact)
    OrganisationFactory.create_batch(3, relation_owner=colleague)
    url = reverse("accounts:colleague-update", args=[colleague.pk])
    html = client.get(url).content.decode()
    assert "Relation owner of 3 partners" in html
    assert "1 open action in Taalhuis Noord" in html
    change_colleague(actor=None, user=colleague, name="Weg", language="nl", roles=["coordinator"], is_active=False)
    assert "Relation owner of 3 partners" not in client.get(url).content.decode()


@pytest.mark.parametrize("way", ["one", "many"])
def test_archiving_leaves_a_role_unfilled_at_once_and_coming_back_fills_it(
    way: str, person: Contact, partner: Organisation
) -> None:
    def missing() -> bool:
        return Collaboration.objects.get(name="Taalhuis Noord").lead_missing_since is not None

    assert Collaboration.objects.filter(name="Taalhuis Noord").update(lead_missing_since=None)
    one = Organisation.objects.filter(pk=partner.pk)
    if way == "one":
        archive_organisation(actor=None, organisation=partner)
    else:
        set_status_of_many(actor=None, chosen=one, expected=1, status=OrganisationStatus.ARCHIVED)
    assert missing()
    set_status_of_many(actor=None, chosen=one, expected=1, status=OrganisationStatus.ACTIVE)
    assert not missing()


def test_open_round_of_which_a_side_is_gone_says_so() -> None:
    cycle = opened_cycle(per_side=1)
    deactivate_contact(actor=None, contact=cycle.invitations.get(party__is_host=False).contact)
    user = CoordinatorFactory()
    rows = Collaboration.objects.with_people().with_agreements(user)
    with translation.override("en"):
        found = alerts_of(rows.get(pk=cycle.collaboration_id), user, TODAY)
    (row,) = [row for row in found if row.code == "round_one_sided"]
    assert (row.tone, "Gemeente Noord" in row.message) == ("act", True)


def test_person_with_nothing_leaves_nothing(partner: Organisation, person: Contact) -> None:
    EvaluationCycle.objects.update(opens_on=TODAY + timedelta(days=1))
    assert texts(OrganisationFactory()) == []
    RoleAssignmentFactory(
        participation=collaboration_with(partner, name="Later").participations.get(organisation=partner),
        contact=person,
        role=RoleKind.DESIGNER,
        ends_on=TODAY,
    )
    assert "Designer in Later" not in texts(person)
