"""The last results of collaborations with an organisation, limited to rounds that the reader may see."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.enums import Mode
from assessments.experience import Experience, experiences
from assessments.models import EvaluationCycle
from collab.models import Collaboration
from partners.models import Organisation
from tests.collab.pages import browser
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import closed_cycle, collaboration_with, opened_cycle, planned_cycle
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def noord() -> Organisation:
    return OrganisationFactory(name="Noord")


def seen(organisation: Organisation) -> list[Experience]:
    return experiences(organisation, CoordinatorFactory())


def panel(client: Client, organisation: Organisation) -> str:
    return client.get(reverse("assessments:organisation-results", args=[organisation.pk]), headers=HTMX).text


def test_bands_of_the_last_round_and_what_changed(noord: Organisation) -> None:
    taalhuis = collaboration_with(noord)
    closed_cycle(taalhuis, host=(2, 2, 2), partner=(2, 2, 2))
    last = closed_cycle(taalhuis, host=(4, 4, 4), partner=(4, 4, 4))

    (row,) = seen(noord)

    assert (row.name, row.rounds, row.last, row.is_ended) == ("Taalhuis Noord", 2, last.pk, False)
    assert (row.bands, row.hidden) == ([("strong", 7)], 0)
    assert row.changes == {"up": 7, "down": 0, "same": 0, "regrouped": 0}


def test_first_round_has_nothing_to_compare_with(noord: Organisation) -> None:
    closed_cycle(collaboration_with(noord), host=(3, 3, 3), partner=(3, 3, 3))
    assert [(row.bands, row.changes) for row in seen(noord)] == [([("discuss", 7)], None)]


def test_small_group_shows_no_number(noord: Organisation) -> None:
    """Give each side one person: no figure is disclosed, and so none is shown here."""
    closed_cycle(collaboration_with(noord), host=(1,), partner=(1,))
    assert [(row.bands, row.hidden) for row in seen(noord)] == [([], 7)]


def test_what_is_running_or_planned_tells_nothing(noord: Organisation) -> None:
    opened_cycle(collaboration_with(noord, name="Open"))
    planned_cycle(collaboration_with(noord, name="Planned"), mode=Mode.OPEN)
    assert seen(noord) == []


def test_rounds_without_the_organisation_are_not_about_it(noord: Organisation) -> None:
    taalhuis = collaboration_with(OrganisationFactory(name="West"))
    closed_cycle(taalhuis)
    taalhuis.participations.create(organisation=noord)
    assert seen(noord) == []


def test_newest_comes_first_and_ended_ones_say_so(noord: Organisation) -> None:
    old, new = (closed_cycle(collaboration_with(noord, name=name)) for name in ("Old", "New"))
    EvaluationCycle.objects.filter(pk=old.pk).update(opens_on="2020-01-01", closes_on="2020-02-01")
    Collaboration.objects.filter(pk=old.collaboration_id).update(stage="ended")
    assert [(row.name, row.is_ended) for row in seen(noord)] == [("New", False), ("Old", True)]
    assert new.pk == seen(noord)[0].last


def test_panel_says_it_in_words(noord: Organisation) -> None:
    coordinator = browser(CoordinatorFactory())
    assert "No round has results yet." in panel(coordinator, noord)
    closed_cycle(collaboration_with(noord), host=(4, 4, 4), partner=(4, 4, 4))
    text = panel(coordinator, noord)
    assert "Strong" in text
    assert "<html" not in text


def test_partner_reads_of_its_own_collaborations_only(noord: Organisation) -> None:
    west = OrganisationFactory(name="West")
    closed_cycle(collaboration_with(west, name="Without Noord"))
    closed_cycle(collaboration_with(noord, name="With Noord"))
    client = browser(PartnerUserFactory(organisation=noord))
    assert "With Noord" in panel(client, noord)
    assert client.get(reverse("assessments:organisation-results", args=[west.pk])).status_code == 404


def test_our_own_organisation_has_none() -> None:
    client = browser(CoordinatorFactory())
    assert client.get(reverse("assessments:organisation-results", args=[HostFactory().pk])).status_code == 404


def test_queries_are_the_same_for_one_and_for_three(noord: Organisation) -> None:
    client = browser(CoordinatorFactory())

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            panel(client, noord)
        return len(captured)

    closed_cycle(collaboration_with(noord))
    one = queries()
    for name in ("Second", "Third"):
        closed_cycle(collaboration_with(noord, name=name))
    assert queries() == one <= 12
