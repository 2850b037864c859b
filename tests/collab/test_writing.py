"""Starting and describing collaborations: no typed word is lost or half-saved."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from collab.models import Collaboration, Participation
from tests.collab.pages import browser, errors, page
from tests.edits import seen_on, send
from tests.factories.collab import (
    ParticipationFactory,
    RoleAssignmentFactory,
)
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


class TestCreating:
    def test_a_collaboration_starts_with_the_partners_chosen(self, coordinator: Client) -> None:
        host, partner = HostFactory(), OrganisationFactory()

        response = coordinator.post(page("collaboration-create"), {"name": "Reading", "partners": [partner.pk]})

        collaboration = Collaboration.objects.get()
        assert response.headers["Location"] == page("collaboration-detail", collaboration)
        assert [part.organisation for part in collaboration.participations.all()] == [host, partner]

    def test_what_was_typed_stays_when_something_is_wrong(self, coordinator: Client) -> None:
        HostFactory()
        partner = OrganisationFactory()
        typed = {
            "name": "",
            "purpose": "To reach more people",
            "partners": [partner.pk],
            "starts_on": "2026-02-01",
            "ends_on": "2026-01-01",
            "evaluation_interval_months": "0",
        }

        response = coordinator.post(page("collaboration-create"), typed)

        assert set(errors(response)) == {"name", "ends_on", "evaluation_interval_months"}
        assert "To reach more people" in response.text
        assert response.context["picker"].chosen == [partner]
        assert not Collaboration.objects.exists()

    @pytest.mark.parametrize("partners", [["x"], ["999999"], ["99999999999999999999"]])
    def test_an_organisation_that_does_not_exist_is_refused(self, coordinator: Client, partners: list[str]) -> None:
        HostFactory()

        response = coordinator.post(page("collaboration-create"), {"name": "Reading", "partners": partners})

        assert set(errors(response)) == {"partners"}

    def test_without_a_host_one_learns_why(self, coordinator: Client) -> None:
        way_out = f'href="{reverse("partners:organisation-list")}">To the partners</a>'
        assert way_out in coordinator.get(page("collaboration-create")).text
        assert set(errors(coordinator.post(page("collaboration-create"), {"name": "Reading"}))) == {"__all__"}
        HostFactory()
        assert way_out not in coordinator.get(page("collaboration-create")).text

    def test_a_partner_can_be_given_along(self, coordinator: Client) -> None:
        partner = OrganisationFactory()

        response = coordinator.get(page("collaboration-create", query=f"?partners={partner.pk}"))

        assert response.context["picker"].chosen == [partner]


class TestUpdating:
    def post(self, client: Client, collaboration: Collaboration, **changes: str) -> Any:
        url = page("collaboration-update", collaboration)
        seen = changes.pop("seen", None) or seen_on(client, url)
        return client.post(url, {"name": "Typed", "seen": seen, **changes})

    def test_the_description_changes(self, coordinator: Client, collaboration: Collaboration) -> None:
        response = self.post(coordinator, collaboration, shared_goal="More readers")

        collaboration.refresh_from_db()
        assert response.headers["Location"] == page("collaboration-detail", collaboration)
        assert (collaboration.name, collaboration.shared_goal) == ("Typed", "More readers")

    def test_who_was_overtaken_keeps_the_text_and_sees_the_other(
        self, coordinator: Client, collaboration: Collaboration
    ) -> None:
        seen = seen_on(coordinator, page("collaboration-update", collaboration))
        self.post(coordinator, collaboration, name="Somebody else's", shared_goal="Everybody reads")

        response = self.post(coordinator, collaboration, seen=seen, shared_goal=collaboration.shared_goal)

        assert errors(response) == {"name": ["You changed this in another window."]}
        text = response.text
        assert 'value="Typed"' in text
        assert "Somebody else&#x27;s" in text
        assert "Everybody reads" in text
        again = self.post(coordinator, collaboration, **dict(response.context["form"].data.items()))
        assert again.status_code == 302
        collaboration.refresh_from_db()
        assert (collaboration.name, collaboration.shared_goal) == ("Typed", "Everybody reads")

    def test_a_broken_form_is_not_a_broken_page(self, coordinator: Client, collaboration: Collaboration) -> None:
        assert self.post(coordinator, collaboration, seen="yesterday").status_code == 422

    def test_the_next_evaluation_is_set(self, coordinator: Client, collaboration: Collaboration) -> None:
        on = timezone.localdate() + timedelta(days=40)
        coordinator.post(page("evaluation-update", collaboration), {"on": on.isoformat()})

        collaboration.refresh_from_db()
        assert collaboration.next_evaluation_on == on

    @pytest.mark.parametrize("on", ["", "2020-01-01", "soon"])
    def test_the_next_evaluation_lies_ahead(self, coordinator: Client, collaboration: Collaboration, on: str) -> None:
        assert set(errors(coordinator.post(page("evaluation-update", collaboration), {"on": on}))) == {"on"}


class TestParticipations:
    def test_an_organisation_is_added(self, coordinator: Client, collaboration: Collaboration) -> None:
        organisation = OrganisationFactory()
        data = {"organisation": organisation.pk, "goal": "More readers"}

        response = coordinator.post(page("participation-create", collaboration), data)

        assert response.headers["Location"].endswith("#organisations")
        assert collaboration.participations.get(organisation=organisation).goal == "More readers"

    def test_an_organisation_has_to_be_chosen(self, coordinator: Client, collaboration: Collaboration) -> None:
        response = coordinator.post(page("participation-create", collaboration), {"goal": "More readers"})

        assert set(errors(response)) == {"organisation"}
        assert "More readers" in response.text

    def test_who_takes_part_already_is_refused_beside_the_field(
        self, coordinator: Client, collaboration: Collaboration
    ) -> None:
        organisation = collaboration.participations.last().organisation

        response = coordinator.post(page("participation-create", collaboration), {"organisation": organisation.pk})

        assert errors(response) == {"organisation": ["This organisation already takes part."]}

    def test_a_partner_writes_down_its_own_goal(self) -> None:
        user = PartnerUserFactory()
        part = ParticipationFactory(organisation=user.contact.organisation)

        url, client = page("participation-update", part), browser(user)
        client.post(url, {"goal": "Ours", "seen": seen_on(client, url)})

        part.refresh_from_db()
        assert part.goal == "Ours"

    def test_a_mistake_is_taken_off_after_a_question(self, coordinator: Client, collaboration: Collaboration) -> None:
        part = collaboration.participations.last()
        assert coordinator.get(page("participation-delete", part)).status_code == 200
        assert Participation.objects.filter(pk=part.pk).exists()

        assert send(coordinator, page("participation-delete", part)).status_code == 302
        assert not Participation.objects.filter(pk=part.pk).exists()

    def test_what_left_traces_stays(self, coordinator: Client, collaboration: Collaboration) -> None:
        part = collaboration.participations.last()
        RoleAssignmentFactory(participation=part)

        response = coordinator.post(page("participation-delete", part))

        assert response.status_code == 422
        assert "Library North has, or had, people in a role here." in response.text
        assert Participation.objects.filter(pk=part.pk).exists()
