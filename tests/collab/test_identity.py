"""The alerts about identity conversations, on the page of a collaboration."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import translation

from collab.alerts.kinds import Alert
from collab.alerts.reading import alerts_of
from collab.enums import Stage
from collab.identity import compare_url
from collab.models import Collaboration
from common.enums import Visibility
from partners.models import Organisation
from tests.collab.pages import browser, page
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import CollaborationFactory, RoleAssignmentFactory
from tests.factories.identity import IdentityConversationFactory
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


@pytest.fixture
def noord() -> Organisation:
    return OrganisationFactory(name="Library North")


def identity_alerts(collaboration: Collaboration) -> list[Alert]:
    user = CoordinatorFactory()
    rows = Collaboration.objects.with_people().with_agreements(user)
    return [
        found for found in alerts_of(rows.get(pk=collaboration.pk), user, TODAY) if found.code.startswith("identity")
    ]


def talked(*organisations: Organisation, days_ago: int) -> None:
    IdentityConversationFactory(organisations=organisations, held_on=TODAY - timedelta(days=days_ago))


@pytest.mark.parametrize("stage", [Stage.EXPLORING, Stage.DESIGNING])
def test_before_the_start_one_is_asked_to_talk(stage: str, noord: Organisation) -> None:
    (alert,) = identity_alerts(CollaborationFactory(stage=stage, partners=[noord]))

    assert alert.message == "You have not had an identity conversation with Library North yet."
    assert alert.tone == "quiet"
    assert alert.step.url == f"/partners/compare/?organisation={HostFactory().pk}&organisation={noord.pk}"


@pytest.mark.parametrize("stage", [Stage.ACTIVE, Stage.PAUSED, Stage.ENDED])
def test_after_the_start_that_is_not_said_any_more(stage: str, noord: Organisation) -> None:
    assert identity_alerts(CollaborationFactory(stage=stage, partners=[noord])) == []


@pytest.mark.parametrize(("days_ago", "is_long_ago"), [(364, False), (365, False), (366, True), (800, True)])
def test_conversation_of_over_a_year_ago_is_due_again(days_ago: int, is_long_ago: bool, noord: Organisation) -> None:
    talked(HostFactory(), noord, days_ago=days_ago)

    found = identity_alerts(CollaborationFactory(stage=Stage.ACTIVE, partners=[noord]))

    expected = ["The last identity conversation with Library North was over a year ago."]
    assert [alert.message for alert in found] == (expected if is_long_ago else [])


def test_later_conversation_counts_and_one_without_us_does_not(noord: Organisation) -> None:
    west = OrganisationFactory(name="West")
    talked(HostFactory(), noord, days_ago=700)
    talked(HostFactory(), noord, days_ago=10)
    talked(noord, west, days_ago=10)

    (alert,) = identity_alerts(CollaborationFactory(partners=[noord, west]))

    assert alert.message == "You have not had an identity conversation with West yet."


def test_many_partners_are_named_as_one() -> None:
    (alert,) = identity_alerts(CollaborationFactory(partners=OrganisationFactory.create_batch(7)))

    assert alert.message == "You have not had an identity conversation with 7 partners yet."
    assert alert.step.url.count("organisation=") == 6


def test_alert_stands_beside_the_next_step(noord: Organisation, coordinator: Client) -> None:
    collaboration = CollaborationFactory(partners=[noord])
    for part in collaboration.participations.all():
        for role in ("lead", "decider"):
            RoleAssignmentFactory(participation=part, role=role)

    lines = coordinator.get(page("collaboration-detail", collaboration)).context["alerts"]

    assert [line.alert.code for line in lines] == ["next_step", "identity_unknown"]


def test_partner_is_not_told_what_the_host_noted_for_itself(noord: Organisation) -> None:
    """Compare the page of a partner with and without an internal conversation."""
    collaboration = CollaborationFactory(partners=[noord])
    petra = browser(PartnerUserFactory(organisation=noord))

    def codes() -> list[str]:
        found = petra.get(page("collaboration-detail", collaboration)).context["alerts"]
        return [line.alert.code for line in found]

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
