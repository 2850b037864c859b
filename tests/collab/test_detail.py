"""A collaboration's page, its history, and the panel on an organisation's page."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from collab.enums import Stage, Visibility
from collab.models import Collaboration
from tests.collab.pages import PEOPLE, browser, full_collaboration, page
from tests.factories.collab import (
    ActionItemFactory,
    CollaborationFactory,
    DecisionFactory,
    ParticipationFactory,
    RoleAssignmentFactory,
)
from tests.factories.partners import ContactFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


class TestDetail:
    @pytest.mark.parametrize("who", ["coordinator", "partner"])
    @pytest.mark.parametrize("name", ["collaboration-detail", "collaboration-history"])
    def test_queries_do_not_grow_with_what_is_in_it(
        self, who: str, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        user = PEOPLE[who]()
        own = [user.contact.organisation] if who == "partner" else []
        client, collaboration = browser(user), full_collaboration(own)
        counts = []
        for _round in range(2):
            with django_assert_max_num_queries(15) as queries:
                assert client.get(page(name, collaboration)).status_code == 200
            counts.append(len(queries))
            for part in [ParticipationFactory(collaboration=collaboration) for _ in range(2)]:
                contact = RoleAssignmentFactory(participation=part).contact
                ActionItemFactory(collaboration=collaboration, owner=contact)
                DecisionFactory(collaboration=collaboration, decided_by=contact)
        assert counts[0] == counts[1]

    def test_it_opens_on_what_now(self, coordinator: Client) -> None:
        collaboration = full_collaboration()
        text = coordinator.get(page("collaboration-detail", collaboration)).text

        assert text.index("What now") < text.index("Where it stands") < text.index("Agreed actions")
        assert reverse("assessments:cycle-plan", args=[collaboration.pk]) in text
        assert f'hx-get="{reverse("assessments:collaboration-panel", args=[collaboration.pk])}"' in text

    def test_there_is_one_primary_button(self, coordinator: Client) -> None:
        text = coordinator.get(page("collaboration-detail", full_collaboration())).text

        assert text.count("btn-primary") == 1

    def test_nothing_internal_is_on_a_partners_page(self) -> None:
        user = PartnerUserFactory()
        collaboration = CollaborationFactory(partners=[user.contact.organisation])
        ActionItemFactory(collaboration=collaboration, title="Secret action", visibility=Visibility.INTERNAL)
        DecisionFactory(collaboration=collaboration, what="Secret decision", visibility=Visibility.INTERNAL)
        ActionItemFactory(collaboration=collaboration, title="Shared action")

        response = browser(user).get(page("collaboration-detail", collaboration))

        assert [line.item.title for line in response.context["open_actions"]] == ["Shared action"]
        assert "Secret" not in response.text

    def test_a_partner_is_offered_what_it_can_do(self) -> None:
        user = PartnerUserFactory()
        collaboration = CollaborationFactory(partners=[user.contact.organisation])
        collaboration.participations.update(goal="")
        own = collaboration.participations.get(organisation=user.contact.organisation)
        item = ActionItemFactory(collaboration=collaboration, owner=user.contact)
        other = ActionItemFactory(collaboration=collaboration)

        response = browser(user).get(page("collaboration-detail", collaboration))

        assert [line.url for line in response.context["alerts"] if line.url][-1] == page("participation-update", own)
        text = response.text
        assert page("actionitem-finish", item) in text
        for url in (
            page("actionitem-finish", other),
            page("actionitem-update", item),
            page("collaboration-update", collaboration),
            page("role-create", collaboration),
            page("stage-change", collaboration),
        ):
            assert url not in text

    def test_the_history_is_a_page_and_a_fragment(self, coordinator: Client, collaboration: Collaboration) -> None:
        url = page("collaboration-history", collaboration)

        assert "<html" in coordinator.get(url).text
        assert "<html" not in coordinator.get(url, headers={"HX-Request": "true"}).text


class TestOrganisationPanel:
    def test_it_shows_what_we_do_now_and_did_before(self, coordinator: Client) -> None:
        organisation = OrganisationFactory()
        CollaborationFactory(name="Now", partners=[organisation])
        CollaborationFactory(name="Then", partners=[organisation], stage=Stage.ENDED, ends_on=date(2025, 1, 1))
        CollaborationFactory(name="Elsewhere")

        context = coordinator.get(page("organisation-panel", organisation)).context

        assert [row.name for row in context["now"]] == ["Now"]
        assert [row.name for row in context["before"]] == ["Then"]

    def test_to_start_something_is_next_once_we_know_somebody_and_do_nothing_together(
        self, coordinator: Client
    ) -> None:
        organisation = OrganisationFactory()

        def is_next() -> bool:
            return bool(coordinator.get(page("organisation-panel", organisation)).context["is_next"])

        assert not is_next()
        ContactFactory(organisation=organisation)
        assert is_next()
        CollaborationFactory(partners=[organisation], stage=Stage.ENDED)
        assert is_next()
        CollaborationFactory(partners=[organisation])
        assert not is_next()

    def test_queries_do_not_grow_with_the_rows(
        self, coordinator: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        organisation = OrganisationFactory()
        for _round in range(2):
            CollaborationFactory(partners=[organisation])
            CollaborationFactory(partners=[organisation], stage=Stage.ENDED)
            with django_assert_num_queries(5):
                coordinator.get(page("organisation-panel", organisation), headers={"HX-Request": "true"})
