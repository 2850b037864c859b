"""Roles, stages, actions and decisions on their pages."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from collab.enums import ActionStatus, RoleKind, Stage, Visibility
from collab.models import ActionItem, Collaboration, Decision, RoleAssignment
from tests.collab.pages import errors, page
from tests.edits import seen_on
from tests.factories.collab import (
    ActionItemFactory,
    CollaborationFactory,
    RoleAssignmentFactory,
)
from tests.factories.partners import ContactFactory, HostFactory

pytestmark = pytest.mark.django_db


class TestRoles:
    def test_a_role_is_filled(self, coordinator: Client, collaboration: Collaboration) -> None:
        part = collaboration.participations.last()
        contact = ContactFactory(organisation=part.organisation)
        data = {"role": RoleKind.LEAD, "contact": contact.pk, "starts_on": "2026-01-01"}

        response = coordinator.post(page("role-create", collaboration), data)

        role = RoleAssignment.objects.get()
        assert response.headers["Location"].endswith("#roles")
        assert (role.participation, role.contact, role.role, role.ends_on) == (part, contact, RoleKind.LEAD, None)

    def test_people_are_listed_by_organisation(self, coordinator: Client, collaboration: Collaboration) -> None:
        for part in collaboration.participations.all():
            ContactFactory(organisation=part.organisation, name=f"At {part.organisation}")
        ContactFactory(organisation=part.organisation, name="Gone", deactivated_at=timezone.now())
        ContactFactory(name="Elsewhere")

        choices = list(coordinator.get(page("role-create", collaboration)).context["form"].fields["contact"].choices)

        assert [(group, [str(name) for _key, name in people]) for group, people in choices[1:]] == [
            ("Stichting Samen", ["At Stichting Samen"]),
            ("Library North", ["At Library North"]),
        ]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"role": "boss"}, "role"),
            ({"contact": "0"}, "contact"),
            ({"starts_on": "31-31-2026"}, "starts_on"),
            ({"ends_on": "2025-12-31"}, "ends_on"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(
        self, coordinator: Client, collaboration: Collaboration, changes: dict[str, str], field: str
    ) -> None:
        contact = ContactFactory(organisation=HostFactory())
        data = {"role": "lead", "contact": contact.pk, "starts_on": "2026-01-01", **changes}

        assert set(errors(coordinator.post(page("role-create", collaboration), data))) == {field}
        assert not RoleAssignment.objects.exists()

    def test_a_later_holder_is_named(self, coordinator: Client, collaboration: Collaboration) -> None:
        host = collaboration.participations.first()
        RoleAssignmentFactory(participation=host, contact__name="Anna", starts_on=date(2026, 6, 1))
        contact = ContactFactory(organisation=host.organisation)
        data = {"role": "lead", "contact": contact.pk, "starts_on": "2026-01-01"}

        (message,) = errors(coordinator.post(page("role-create", collaboration), data))["ends_on"]

        assert message == "Anna takes over this role on 1 June 2026. Choose an end on or before that day."

    def test_a_role_ends(self, coordinator: Client) -> None:
        role = RoleAssignmentFactory()
        coordinator.post(page("role-end", role), {"ends_on": "2026-01-01"})

        role.refresh_from_db()
        assert role.ends_on == date(2026, 1, 1)

    def test_a_role_does_not_end_before_it_began(self, coordinator: Client) -> None:
        response = coordinator.post(page("role-end", RoleAssignmentFactory()), {"ends_on": "2020-01-01"})

        assert errors(response) == {"ends_on": ["The end cannot be before the start."]}


class TestStages:
    @pytest.fixture
    def decider(self, collaboration: Collaboration) -> Any:
        part = collaboration.participations.last()
        return RoleAssignmentFactory(participation=part, role=RoleKind.DECIDER).contact

    def test_the_next_stage_is_a_decision(
        self, coordinator: Client, collaboration: Collaboration, decider: Any
    ) -> None:
        seen = seen_on(coordinator, page("stage-change", collaboration))
        data = {"to": Stage.DESIGNING, "decided_by": decider.pk, "why": "We fit.", "seen": seen}
        coordinator.post(page("stage-change", collaboration), data)

        collaboration.refresh_from_db()
        assert collaboration.stage == Stage.DESIGNING
        assert collaboration.decisions.get().why == "We fit."

    def test_only_steps_that_are_possible_are_offered(
        self, coordinator: Client, collaboration: Collaboration, decider: Any
    ) -> None:
        choices = coordinator.get(page("stage-change", collaboration)).context["form"].fields["to"].choices

        assert [value for value, _label in choices] == [Stage.DESIGNING, Stage.ENDED]
        data = {"to": Stage.ACTIVE, "decided_by": decider.pk}
        assert set(errors(coordinator.post(page("stage-change", collaboration), data))) == {"to"}

    def test_an_end_asks_for_reason_and_lessons(
        self, coordinator: Client, collaboration: Collaboration, decider: Any
    ) -> None:
        seen = seen_on(coordinator, page("stage-change", collaboration))
        data = {"to": Stage.ENDED, "decided_by": decider.pk, "why": "The money stopped.", "seen": seen}

        response = coordinator.post(page("stage-change", collaboration), data)

        assert set(errors(response)) == {"lessons"}
        assert "The money stopped." in response.text

    def test_somebody_who_does_not_decide_is_refused(self, coordinator: Client, collaboration: Collaboration) -> None:
        contact = ContactFactory(organisation=HostFactory())
        data = {"to": Stage.DESIGNING, "decided_by": contact.pk}

        assert set(errors(coordinator.post(page("stage-change", collaboration), data))) == {"decided_by"}

    def test_without_a_decider_one_is_sent_to_name_one(self, coordinator: Client, collaboration: Collaboration) -> None:
        text = coordinator.get(page("stage-change", collaboration)).text

        assert page("role-create", collaboration, "?role=decider") in text

    def test_what_has_ended_stays_as_it_is(self, coordinator: Client) -> None:
        ended = CollaborationFactory(stage=Stage.ENDED)

        assert coordinator.get(page("stage-change", ended)).status_code == 200
        assert coordinator.post(page("stage-change", ended), {"to": Stage.ACTIVE}).status_code in (200, 422)
        ended.refresh_from_db()
        assert ended.stage == Stage.ENDED


class TestAgreements:
    def test_an_action_is_agreed(self, coordinator: Client, collaboration: Collaboration) -> None:
        owner = ContactFactory(organisation=collaboration.participations.last().organisation)
        data = {"title": "Flyer", "owner": owner.pk, "due_on": "2026-09-01", "visibility": Visibility.SHARED}

        response = coordinator.post(page("actionitem-create", collaboration), data)

        item = ActionItem.objects.get()
        assert response.headers["Location"].endswith("#actions")
        assert (item.title, item.owner, item.due_on) == ("Flyer", owner, date(2026, 9, 1))

    def test_an_internal_action_of_a_partner_is_refused_beside_the_owner(
        self, coordinator: Client, collaboration: Collaboration
    ) -> None:
        owner = ContactFactory(organisation=collaboration.participations.last().organisation)
        data = {"title": "Flyer", "owner": owner.pk, "due_on": "2026-09-01", "visibility": Visibility.INTERNAL}

        assert set(errors(coordinator.post(page("actionitem-create", collaboration), data))) == {"owner"}
        assert not ActionItem.objects.exists()

    def test_an_action_changes(self, coordinator: Client) -> None:
        item = ActionItemFactory()
        data = {"title": "Other", "owner": item.owner_id, "due_on": "2026-09-01", "visibility": Visibility.SHARED}
        url = page("actionitem-update", item)
        coordinator.post(url, {**data, "seen": seen_on(coordinator, url)})

        item.refresh_from_db()
        assert (item.title, item.due_on) == ("Other", date(2026, 9, 1))

    @pytest.mark.parametrize(
        ("name", "before", "after"),
        [
            ("actionitem-finish", ActionStatus.OPEN, ActionStatus.DONE),
            ("actionitem-drop", ActionStatus.OPEN, ActionStatus.DROPPED),
            ("actionitem-reopen", ActionStatus.DONE, ActionStatus.OPEN),
        ],
    )
    def test_buttons_settle_an_action(self, coordinator: Client, name: str, before: str, after: str) -> None:
        item = ActionItemFactory(status=before)
        coordinator.post(page(name, item))

        item.refresh_from_db()
        assert item.status == after

    def test_pressing_twice_is_pressing_once(self, coordinator: Client) -> None:
        item = ActionItemFactory()
        for _press in range(2):
            response = coordinator.post(page("actionitem-finish", item), follow=True)

        assert [message.level_tag for message in response.context["messages"]] == ["warning"]
        item.refresh_from_db()
        assert item.status == ActionStatus.DONE

    def test_a_decision_is_recorded(self, coordinator: Client, collaboration: Collaboration) -> None:
        decider = ContactFactory(organisation=HostFactory())
        data = {
            "what": "One newsletter",
            "decided_by": decider.pk,
            "decided_on": "2026-01-01",
            "visibility": Visibility.INTERNAL,
        }
        coordinator.post(page("decision-create", collaboration), data)

        decision = Decision.objects.get()
        assert (decision.what, decision.decided_by, decision.visibility) == (
            "One newsletter",
            decider,
            Visibility.INTERNAL,
        )

    def test_a_decision_in_the_future_is_refused(self, coordinator: Client, collaboration: Collaboration) -> None:
        decider = ContactFactory(organisation=HostFactory())
        tomorrow = timezone.localdate() + timedelta(days=1)
        data = {"what": "A", "decided_by": decider.pk, "decided_on": tomorrow.isoformat(), "visibility": "shared"}

        assert set(errors(coordinator.post(page("decision-create", collaboration), data))) == {"decided_on"}
