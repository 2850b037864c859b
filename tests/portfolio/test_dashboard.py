"""The first page of colleagues: the alerts, and the bands of every last round."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from assessments.models import EvaluationCycle
from collab.models import Collaboration
from portfolio.alerts import dashboard_alerts
from portfolio.health import health_rows
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.assessments import answer, closed_cycle, collaboration_with, opened_cycle, planned_cycle
from tests.factories.collab import ActionItemFactory, CollaborationFactory, RoleAssignmentFactory
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def manager() -> User:
    return ManagerFactory()


def overdue(days: int, **fields: Any) -> Collaboration:
    return CollaborationFactory(stage="active", next_evaluation_on=TODAY - timedelta(days=days), **fields)


def texts(user: User, today: date = TODAY) -> list[tuple[str, str, str]]:
    return [(row.name, row.text, row.tone) for row in dashboard_alerts(user, today)]


def test_late_evaluations_come_first_oldest_on_top(manager: User) -> None:
    overdue(3, name="Voorleesexpress")
    overdue(31, name="Ouderkracht")
    assert texts(manager) == [
        ("Ouderkracht", "The evaluation is 31 days late", "act"),
        ("Voorleesexpress", "The evaluation is 3 days late", "act"),
    ]


def test_what_is_months_late_comes_before_what_is_days_late(manager: User) -> None:
    overdue(59, name="Voorleesexpress")
    CollaborationFactory(name="Zonder trekker", lead_missing_since=TODAY - timedelta(days=60))
    CollaborationFactory(name="Zonder beslisser", decider_missing_since=TODAY - timedelta(days=90))
    assert [name for name, _text, _tone in texts(manager)] == ["Zonder beslisser", "Zonder trekker", "Voorleesexpress"]


def test_counts_say_how_many_run_are_due_and_have_no_lead_and_lead_to_them(client: Client, manager: User) -> None:
    today = timezone.localdate()
    CollaborationFactory(name="Loopt", stage="active", next_evaluation_on=today + timedelta(days=90))
    CollaborationFactory(name="Te laat", stage="active", next_evaluation_on=today - timedelta(days=1))
    CollaborationFactory(name="Zonder trekker", stage="exploring", lead_missing_since=today)
    CollaborationFactory(name="Voorbij", stage="ended", next_evaluation_on=None, lead_missing_since=today)
    client.force_login(manager)
    counts = client.get(reverse("portfolio:dashboard")).context["counts"]
    assert {key: count.text for key, count in counts.items()} == {"running": "2", "due": "1", "without_lead": "1"}
    for key, names in {"running": {"Loopt", "Te laat"}, "due": {"Te laat"}, "without_lead": {"Zonder trekker"}}.items():
        rows = client.get(counts[key].url).context["page"]
        assert {row.collaboration.name for row in rows} == names


def test_dashboard_on_which_all_have_ended_is_not_an_empty_installation(client: Client, manager: User) -> None:
    CollaborationFactory(stage="ended")
    client.force_login(manager)
    content = client.get(reverse("portfolio:dashboard")).content.decode()
    assert "No collaborations found" in content
    assert "No collaborations yet" not in content


def test_what_is_not_late_not_running_or_already_planned_is_left_alone(manager: User) -> None:
    overdue(0)
    overdue(-5)
    CollaborationFactory(stage="paused", next_evaluation_on=TODAY - timedelta(days=9))
    planned_cycle(overdue(9, partners=[OrganisationFactory()]), per_side=1, opens_on=TODAY)
    assert texts(manager) == []


def test_missing_roles_overdue_actions_and_undiscussed_results_are_found(manager: User) -> None:
    CollaborationFactory(name="Zonder trekker", lead_missing_since=date(2026, 5, 1))
    CollaborationFactory(name="Zonder beslisser", decider_missing_since=date(2026, 5, 2))
    late = CollaborationFactory(name="Met actie")
    ActionItemFactory(collaboration=late, due_on=TODAY - timedelta(days=2))
    closed_cycle(collaboration_with(name="Niet besproken"), host=(4, 4, 4), partner=(2, 2, 2))
    assert texts(manager) == [
        ("Niet besproken", "Not discussed yet: Experience 3.0, the sides are 2.0 apart", "discuss"),
        ("Zonder trekker", "No lead since 1 May 2026", "act"),
        ("Zonder beslisser", "No decider since 2 May 2026", "act"),
        ("Met actie", "An action is 2 days late", "act"),
    ]


def test_round_that_closes_soon_is_found_while_people_have_not_answered(manager: User) -> None:
    cycle = opened_cycle(collaboration_with(name="Werk & Taal"), per_side=1, days=2)
    today = timezone.localdate()
    first, second = cycle.invitations.all()
    answer(first, 4)
    assert texts(manager, today) == [("Werk & Taal", "The round closes in 2 days; 1 of 2 answered", "discuss")]
    answer(second, 4)
    assert texts(manager, today) == []


def test_results_give_way_to_those_of_a_later_round(manager: User) -> None:
    first = closed_cycle(collaboration_with(name="Taalhuis Noord"))
    closed_cycle(first.collaboration, host=(5, 5, 5), partner=(4, 4, 4))
    assert [text for _name, text, _tone in texts(manager)] == [
        "Not discussed yet: Experience 4.5, the sides are 1.0 apart"
    ]


def test_round_that_could_not_open_is_found(manager: User) -> None:
    planned_cycle(collaboration_with(name="Rekenlokaal"), per_side=1, opens_on=TODAY - timedelta(days=2))
    assert texts(manager) == [("Rekenlokaal", "The round should have opened on 30 May 2026 but could not.", "act")]


def test_confidential_scores_that_are_hidden_stay_hidden(manager: User) -> None:
    closed_cycle(collaboration_with(name="Klein"), host=(1, 1), partner=())
    assert texts(manager) == [("Klein", "Round 1 is closed and not discussed", "discuss")]


def test_each_alert_leads_to_its_next_step() -> None:
    collaboration = overdue(3)
    (alert,) = dashboard_alerts(CoordinatorFactory(), TODAY)
    assert alert.step_url == reverse("assessments:cycle-plan", args=[collaboration.pk])
    assert alert.url == reverse("collab:collaboration-detail", args=[collaboration.pk])


def test_nobody_is_sent_to_a_step_that_is_not_theirs(manager: User) -> None:
    overdue(3, name="Te laat", lead_missing_since=date(2026, 5, 1), decider_missing_since=date(2026, 5, 1))
    pages = [reverse("collab:collaboration-detail", args=[Collaboration.objects.get().pk])] * 3
    found = dashboard_alerts(manager, TODAY)
    assert [(row.step, row.step_url) for row in found] == [("Look at the collaboration", page) for page in pages]


def test_row_shows_leads_bands_and_running_round() -> None:
    collaboration = collaboration_with(name="Taalhuis Noord")
    for participation in collaboration.participations.all():
        RoleAssignmentFactory(participation=participation, contact__name=f"Lead of {participation.organisation.name}")
    closed_cycle(collaboration, host=(5, 5, 5), partner=(3, 3, 3))
    closed_cycle(collaboration, host=(2, 2, 2), partner=(2, 2, 2))
    running = planned_cycle(collaboration, per_side=1)
    (row,) = health_rows([collaboration], TODAY)
    assert row.leads == ["Lead of Stichting Samen", "Lead of Gemeente Noord"]
    assert [(cell["score"], cell["band"]) for cell in row.cells] == [(2.0, "act")] * 7
    assert row.running is not None
    assert (row.running.status, row.running.opens_on) == (running.status, running.opens_on)


def test_row_without_a_round_has_seven_empty_cells() -> None:
    (row,) = health_rows([CollaborationFactory()], TODAY)
    assert [cell["score"] for cell in row.cells] == [None] * 7


def test_home_leads_everybody_to_their_own_first_page(client: Client) -> None:
    client.force_login(CoordinatorFactory())
    assert client.get("/")["Location"] == reverse("portfolio:dashboard")
    client.force_login(PartnerUserFactory())
    assert client.get("/")["Location"] == reverse("portfolio:asked")


@pytest.mark.parametrize(
    ("role", "knows_host", "title", "next_step"),
    [
        (CoordinatorFactory, False, "Begin with your own organisation", "partners:organisation-list"),
        (CoordinatorFactory, True, "No collaborations yet", "collab:collaboration-create"),
        (ManagerFactory, True, "No collaborations yet", None),
    ],
)
def test_new_installation_has_one_next_step(
    client: Client, role: Any, knows_host: bool, title: str, next_step: str | None
) -> None:
    user = role(language="en")
    if knows_host:
        HostFactory()
    client.force_login(user)
    main = client.get(reverse("portfolio:dashboard")).content.decode().split("<main")[1].split("</main>")[0]
    assert f"<h2>{title}</h2>" in main
    assert re.findall(r'class="btn[^"]*"\s+href="([^"]+)"', main) == ([reverse(next_step)] if next_step else [])
    assert "What needs attention" not in main


def test_list_can_be_searched_filtered_and_sorted(client: Client, manager: User) -> None:
    CollaborationFactory(name="Élan", stage="ended")
    CollaborationFactory(name="Bibliotheek op school", stage="active", next_evaluation_on=TODAY)
    CollaborationFactory(name="Aan de slag", stage="active")
    client.force_login(manager)

    def names(query: str) -> list[str]:
        rows = client.get(reverse("portfolio:dashboard") + query).context["rows"]
        return [row.collaboration.name for row in rows]

    assert names("?q=elan") == []
    assert names("?q=elan&stage=all") == ["Élan"]
    assert names("?sort=name") == ["Aan de slag", "Bibliotheek op school"]
    assert names("?sort=name&stage=all") == ["Aan de slag", "Bibliotheek op school", "Élan"]
    assert names("?stage=active&sort=name") == ["Aan de slag", "Bibliotheek op school"]
    assert names("?stage=active&sort=-name") == ["Bibliotheek op school", "Aan de slag"]
    assert names("?sort=nonsense")[0] == "Bibliotheek op school"


def test_list_can_be_sorted_by_lowest_score_and_by_largest_fall(client: Client, manager: User) -> None:
    fell = closed_cycle(collaboration_with(name="Daalt"), host=(5, 5, 5), partner=(5, 5, 5)).collaboration
    closed_cycle(fell, host=(4, 4, 4), partner=(3, 3, 3))
    rose = closed_cycle(collaboration_with(name="Stijgt"), host=(2, 2, 2), partner=(2, 2, 2)).collaboration
    closed_cycle(rose, host=(3, 3, 3), partner=(3, 3, 3))
    closed_cycle(collaboration_with(name="Verborgen"), host=(1, 1), partner=())
    client.force_login(manager)

    def names(sort: str) -> list[str]:
        page = client.get(reverse("portfolio:dashboard"), {"sort": sort})
        return [row.collaboration.name for row in page.context["rows"]]

    assert names("lowest") == ["Stijgt", "Daalt", "Verborgen"]
    assert names("change") == ["Daalt", "Stijgt", "Verborgen"]
    stored = Collaboration.objects.order_by("name").values_list("name", "lowest_score", "lowest_change")
    assert list(stored) == [
        ("Daalt", Decimal("3.5"), Decimal("-1.5")),
        ("Stijgt", Decimal("3.0"), Decimal("1.0")),
        ("Verborgen", None, None),
    ]
    content = client.get(reverse("portfolio:dashboard")).content.decode()
    assert content.count("since the last round</span>") == 1
    assert "−1.5 since the last round" in content


@pytest.mark.parametrize("rows", [1, 3])
def test_dashboard_takes_the_same_queries_however_many_rows(
    client: Client, manager: User, rows: int, django_assert_num_queries: Any
) -> None:
    for _number in range(rows):
        collaboration = collaboration_with()
        closed_cycle(collaboration)
        Collaboration.objects.filter(pk=collaboration.pk).update(next_evaluation_on=TODAY, lead_missing_since=TODAY)
    assert EvaluationCycle.objects.count() == rows
    client.force_login(manager)
    client.get(reverse("portfolio:dashboard"))
    with django_assert_num_queries(11):
        client.get(reverse("portfolio:dashboard"))
