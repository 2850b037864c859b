"""The list of collaborations."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from collab.enums import RoleKind, Stage
from collab.models import Collaboration
from tests.collab.pages import PEOPLE, browser, full_collaboration, page
from tests.factories.collab import (
    CollaborationFactory,
    RoleAssignmentFactory,
)
from tests.factories.partners import OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


class TestList:
    def shown(self, client: Client, query: str = "") -> list[str]:
        rows = client.get(page("collaboration-list", query=query)).context["page"].object_list
        return [row.collaboration.name for row in rows]

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["Ash", "Birch", "Chêne"]),
            ("?q=chen", ["Chêne"]),
            ("?q=read", ["Birch"]),
            ("?partner=north", ["Ash"]),
            ("?partner=nowhere", []),
            ("?stage=active", ["Birch", "Chêne"]),
            ("?needs=lead", ["Ash"]),
            ("?needs=decider", []),
            ("?needs=evaluation", ["Birch"]),
            ("?q=birch&stage=exploring", []),
            ("?sort=-name", ["Chêne", "Birch", "Ash"]),
            ("?sort=next", ["Birch", "Chêne", "Ash"]),
            ("?sort=-next", ["Chêne", "Birch", "Ash"]),
            ("?sort=stage", ["Birch", "Chêne", "Ash"]),
            ("?sort=nonsense&stage=nonsense&page=99", ["Ash", "Birch", "Chêne"]),
        ],
    )
    def test_it_is_searched_narrowed_and_sorted(self, coordinator: Client, query: str, names: list[str]) -> None:
        today = timezone.localdate()
        CollaborationFactory(name="Ash", partners=[OrganisationFactory(name="Library North")], lead_missing_since=today)
        CollaborationFactory(
            name="Birch", stage=Stage.ACTIVE, shared_goal="Reading", next_evaluation_on=today - timedelta(days=1)
        )
        CollaborationFactory(
            name="Chêne", stage=Stage.ACTIVE, shared_goal="", next_evaluation_on=today + timedelta(days=90)
        )
        Collaboration.objects.filter(name="Ash").update(shared_goal="", search_text="ash")

        assert self.shown(coordinator, query) == names

    def test_a_row_names_stage_partners_lead_and_next_evaluation(self, coordinator: Client) -> None:
        partners = [OrganisationFactory(name=name) for name in ("Alpha", "Beta", "Gamma", "Delta")]
        collaboration = CollaborationFactory(
            partners=partners, stage=Stage.ACTIVE, next_evaluation_on=timezone.localdate() + timedelta(days=5)
        )
        host = collaboration.participations.first()
        RoleAssignmentFactory(participation=host, contact__name="Anna")
        RoleAssignmentFactory(participation=host, role=RoleKind.DECIDER, contact__name="Bea")

        response = coordinator.get(page("collaboration-list"))

        (row,) = response.context["page"].object_list
        assert (row.partners, row.leads) == ("Alpha, Beta and 2 more", "Anna")
        text = response.text
        assert "in 5 days" in text
        assert "Bea" not in text

    def test_partners_see_their_own_and_the_other_side(self) -> None:
        user = PartnerUserFactory()
        CollaborationFactory(name="Theirs")
        CollaborationFactory(name="Ours", partners=[user.contact.organisation, OrganisationFactory(name="Alpha")])

        (row,) = browser(user).get(page("collaboration-list")).context["page"].object_list

        assert (row.collaboration.name, row.partners) == ("Ours", "Stichting Samen, Alpha")

    def test_htmx_gets_the_rows_only(self, coordinator: Client, collaboration: Collaboration) -> None:
        text = coordinator.get(page("collaboration-list"), headers={"HX-Request": "true"}).text

        assert "Reading together" in text
        assert "<html" not in text

    def test_pages_have_25_rows(self, coordinator: Client) -> None:
        for number in range(27):
            CollaborationFactory(name=f"Collaboration {number:02}")

        assert len(self.shown(coordinator)) == 25
        assert self.shown(coordinator, "?page=2") == ["Collaboration 25", "Collaboration 26"]

    def test_an_empty_list_offers_to_start(self, coordinator: Client) -> None:
        text = coordinator.get(page("collaboration-list")).text

        assert text.count(page("collaboration-create")) == 2

    @pytest.mark.parametrize("who", ["coordinator", "partner"])
    def test_queries_do_not_grow_with_the_rows(
        self, who: str, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        user = PEOPLE[who]()
        own = [user.contact.organisation] if who == "partner" else []
        client, count = browser(user), 6 if who == "partner" else 5
        for rows in (1, 3):
            while Collaboration.objects.count() < rows:
                full_collaboration(own)
            with django_assert_num_queries(count):
                assert len(self.shown(client)) == rows
