"""The nudge to get to know each other, on the page of a collaboration."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import translation

from collab.attention import Attention, what_now
from collab.enums import Stage
from collab.identity import compare_url
from collab.models import Collaboration
from common.visibility import Visibility
from partners.models import Organisation
from tests.collab.pages import browser, page
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import CollaborationFactory, RoleAssignmentFactory
from tests.factories.partners import (
    HostFactory,
    IdentityConversationFactory,
    OrganisationFactory,
    PartnerUserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


@pytest.fixture
def noord() -> Organisation:
    return OrganisationFactory(name="Library North")


def nudges(collaboration: Collaboration) -> list[Attention]:
    rows = Collaboration.objects.with_people().with_agreements(CoordinatorFactory())
    return [found for found in what_now(rows.get(pk=collaboration.pk), TODAY) if found.code.startswith("identity")]


def talked(*organisations: Organisation, days_ago: int) -> None:
    IdentityConversationFactory(organisations=organisations, held_on=TODAY - timedelta(days=days_ago))


@pytest.mark.parametrize("stage", [Stage.EXPLORING, Stage.DESIGNING])
def test_before_the_start_one_is_nudged_to_talk(stage: str, noord: Organisation) -> None:
    (nudge,) = nudges(CollaborationFactory(stage=stage, partners=[noord]))

    assert nudge.message == "You have not had an identity conversation with Library North yet."
    assert nudge.tone == "quiet"
    assert nudge.url == f"/partners/compare/?organisation={HostFactory().pk}&organisation={noord.pk}"


@pytest.mark.parametrize("stage", [Stage.ACTIVE, Stage.PAUSED, Stage.ENDED])
def test_after_the_start_that_is_not_said_any_more(stage: str, noord: Organisation) -> None:
    assert nudges(CollaborationFactory(stage=stage, partners=[noord])) == []


@pytest.mark.parametrize(("days_ago", "is_long_ago"), [(364, False), (365, False), (366, True), (800, True)])
def test_conversation_of_over_a_year_ago_is_due_again(days_ago: int, is_long_ago: bool, noord: Organisation) -> None:
    talked(HostFactory(), noord, days_ago=days_ago)

    found = nudges(CollaborationFactory(stage=Stage.ACTIVE, partners=[noord]))

    expected = ["The last identity conversation with Library North was over a year ago."]
    assert [nudge.message for nudge in found] == (expected if is_long_ago else [])


def test_later_conversation_counts_and_one_without_us_does_not(noord: Organisation) -> None:
    west = OrganisationFactory(name="West")
    talked(HostFactory(), noord, days_ago=700)
    talked(HostFactory(), noord, days_ago=10)
    talked(noord, west, days_ago=10)

    (nudge,) = nudges(CollaborationFactory(partners=[noord, west]))

    assert nudge.message == "You have not had an identity conversation with West yet."


def test_many_partners_are_named_as_one() -> None:
    (nudge,) = nudges(CollaborationFactory(partners=OrganisationFactory.create_batch(7)))

    assert nudge.message == "You have not had an identity conversation with 7 partners yet."
    assert nudge.url.count("organisation=") == 6


def test_nudge_stands_beside_the_next_step(noord: Organisation, coordinator: Client) -> None:
    collaboration = CollaborationFactory(partners=[noord])
    for part in collaboration.participations.all():
        for role in ("lead", "decider"):
            RoleAssignmentFactory(participation=part, role=role)

    findings = coordinator.get(page("collaboration-detail", collaboration)).context["findings"]

    assert [finding.attention.code for finding in findings] == ["next_step", "identity_unknown"]


def test_partner_is_not_told_what_the_host_noted_for_itself(noord: Organisation) -> None:
    """With and without an internal conversation it reads the same."""
    collaboration = CollaborationFactory(partners=[noord])
    petra = browser(PartnerUserFactory(organisation=noord))

    def codes() -> list[str]:
        found = petra.get(page("collaboration-detail", collaboration)).context["findings"]
        return [finding.attention.code for finding in found]

    before = codes()
    IdentityConversationFactory(organisations=[HostFactory(), noord], visibility=Visibility.INTERNAL)

    assert codes() == before
    assert not [code for code in before if code.startswith("identity")]


def test_page_leads_to_the_comparison_until_the_end(noord: Organisation, coordinator: Client) -> None:
    collaboration = CollaborationFactory(partners=[noord])
    url = compare_url(collaboration)

    with translation.override("en"):
        assert "Compare who we are" in coordinator.get(page("collaboration-detail", collaboration)).text
    assert coordinator.get(url).context["comparison"].sides[1].organisation == noord

    collaboration.stage = Stage.ENDED
    assert compare_url(collaboration) == ""
    assert compare_url(CollaborationFactory(partners=[])) == ""
