from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from collab.alerts.kinds import Alert, AlertKind, all_kinds, register
from collab.alerts.own import NoLead
from collab.alerts.reading import alerts_of
from collab.alerts.stages import next_step
from collab.enums import ActionStatus, RoleKind, Stage, Visibility
from collab.models import Collaboration
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import (
    ActionItemFactory,
    CollaborationFactory,
    ParticipationFactory,
    RoleAssignmentFactory,
)
from tests.factories.identity import IdentityConversationFactory
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


def well(**fields: Any) -> Collaboration:
    """Return an active collaboration of two without any alert."""
    fields = {"stage": Stage.ACTIVE, "next_evaluation_on": date(2026, 12, 1), **fields}
    north = OrganisationFactory(name="Library North")
    IdentityConversationFactory(organisations=[HostFactory(), north], held_on=TODAY)
    return CollaborationFactory(partners=[north], **fields)


def found(collaboration: Collaboration, user: User | None = None) -> list[Alert]:
    user = user or CoordinatorFactory()
    rows = Collaboration.objects.with_people().with_agreements(user)
    return alerts_of(rows.get(pk=collaboration.pk), user, TODAY)


def codes(collaboration: Collaboration) -> list[tuple[str, str]]:
    return [(alert.code, alert.tone) for alert in found(collaboration)]


def test_nothing_is_found_when_all_is_well() -> None:
    assert codes(well()) == []


def test_a_missing_decider_and_lead_come_first() -> None:
    collaboration = well(
        decider_missing_since=date(2026, 3, 1), lead_missing_since=date(2026, 4, 1), next_evaluation_on=None
    )

    alerts = found(collaboration)

    assert [alert.code for alert in alerts] == ["no_decider", "no_lead", "evaluation_undated"]
    assert alerts[0].message == "Since 1 March 2026 nobody decides."
    assert alerts[1].step.url == f"/collaborations/{collaboration.pk}/roles/new/?role=lead"


def test_alerts_of_collaborations_come_before_those_of_apps_above() -> None:
    collaboration = well(decider_missing_since=date(2026, 3, 1), next_evaluation_on=date(2026, 6, 1))
    ActionItemFactory(collaboration=collaboration, due_on=date(2026, 6, 1))

    assert [alert.code for alert in found(collaboration)] == ["no_decider", "actions_overdue", "evaluation_overdue"]


def test_a_lead_who_was_deactivated_is_named() -> None:
    collaboration = well(lead_missing_since=date(2026, 4, 1))
    part = collaboration.participations.first()
    RoleAssignmentFactory(
        participation=part,
        role=RoleKind.LEAD,
        contact__name="Anna",
        contact__deactivated_at="2026-04-01T12:00Z",
    )

    (alert,) = found(collaboration)

    assert alert.code == "no_lead"
    assert alert.message == "Anna is not active any more. Since 1 April 2026 nobody leads."


def test_somebody_who_was_to_lead_later_is_not_named() -> None:
    collaboration = well(lead_missing_since=date(2026, 4, 1))
    RoleAssignmentFactory(
        participation=collaboration.participations.first(),
        role=RoleKind.LEAD,
        starts_on=TODAY + timedelta(days=1),
        contact__deactivated_at="2026-04-01T12:00Z",
    )

    assert [alert.message for alert in found(collaboration)] == ["Since 1 April 2026 nobody leads."]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-31, [("evaluation_overdue", "act")]),
        (-1, [("evaluation_overdue", "act")]),
        (0, [("evaluation_soon", "discuss")]),
        (14, [("evaluation_soon", "discuss")]),
        (15, []),
    ],
)
def test_an_evaluation_is_announced_two_weeks_ahead(days: int, expected: list[tuple[str, str]]) -> None:
    assert codes(well(next_evaluation_on=TODAY + timedelta(days=days))) == expected


@pytest.mark.parametrize("stage", [Stage.EXPLORING, Stage.DESIGNING, Stage.PAUSED])
def test_only_running_collaborations_are_evaluated(stage: str) -> None:
    assert codes(well(stage=stage, next_evaluation_on=TODAY - timedelta(days=31))) == []


def test_late_actions_are_one_alert_with_the_oldest() -> None:
    collaboration = well()
    ActionItemFactory(collaboration=collaboration, title="Younger", due_on=TODAY - timedelta(days=1))
    ActionItemFactory(collaboration=collaboration, title="Oldest", owner__name="Anna", due_on=TODAY - timedelta(days=3))
    ActionItemFactory(collaboration=collaboration, due_on=TODAY)
    ActionItemFactory(collaboration=collaboration, due_on=date(2025, 1, 1), status=ActionStatus.DONE)

    (alert,) = found(collaboration)

    assert alert.message == "2 actions are late. The oldest, 3 days late: “Oldest” (Anna)."
    assert alert.step.url == f"/collaborations/{collaboration.pk}/#actions"


def test_a_partner_hears_nothing_of_what_is_internal() -> None:
    user = PartnerUserFactory()
    collaboration = well()
    ParticipationFactory(collaboration=collaboration, organisation=user.contact.organisation)
    ActionItemFactory(collaboration=collaboration, due_on=date(2026, 1, 1), visibility=Visibility.INTERNAL)

    assert found(collaboration, user) == []
    assert [alert.code for alert in found(collaboration)] == ["actions_overdue"]


def test_somebody_who_works_alone_is_told() -> None:
    collaboration = CollaborationFactory(stage=Stage.DESIGNING)

    assert codes(collaboration) == [("alone", "discuss")]
    assert found(collaboration)[0].step.url == f"/collaborations/{collaboration.pk}/organisations/new/"


def test_somebody_who_explores_alone_chooses_partners_first() -> None:
    collaboration = CollaborationFactory(stage=Stage.EXPLORING)

    (alert,) = found(collaboration)

    assert (alert.message, alert.step.label) == ("No partner takes part yet.", "Choose partners")
    assert alert.step.url == f"/collaborations/{collaboration.pk}/candidates/"


def test_organisations_that_did_not_say_what_they_want_are_named() -> None:
    collaboration = well()
    collaboration.participations.update(goal=" ")

    alerts = found(collaboration)

    assert [alert.message for alert in alerts] == [
        "What Stichting Samen wants to reach is not written down yet.",
        "What Library North wants to reach is not written down yet.",
    ]
    assert [alert.subject for alert in alerts] == list(collaboration.participations.all())


def test_many_silent_organisations_are_counted() -> None:
    collaboration = well()
    ParticipationFactory(collaboration=collaboration)
    collaboration.participations.update(goal="")

    (alert,) = found(collaboration)

    assert alert.message == "What 3 organisations want to reach is not written down yet."
    assert alert.step.url == f"/collaborations/{collaboration.pk}/#organisations"


def test_what_has_ended_needs_nothing() -> None:
    collaboration = well(stage=Stage.ENDED, next_evaluation_on=date(2025, 1, 1))
    ActionItemFactory(collaboration=collaboration, due_on=date(2025, 1, 1))

    assert codes(collaboration) == []


@pytest.mark.parametrize(
    ("stage", "offer"),
    [
        (Stage.EXPLORING, "Go to designing"),
        (Stage.DESIGNING, "Start working"),
        (Stage.ACTIVE, ""),
        (Stage.PAUSED, "Go on, or end it"),
        (Stage.ENDED, ""),
    ],
)
def test_every_stage_has_its_next_step(stage: str, offer: str) -> None:
    collaboration = CollaborationFactory.build(pk=7, stage=stage, next_evaluation_on=date(2026, 12, 1))

    step = next_step(collaboration, TODAY)

    assert (step.step.label, step.tone, step.step.url) == (offer, "quiet", "/collaborations/7/stage/")


def test_a_quiet_collaboration_says_when_it_looks_back() -> None:
    collaboration = CollaborationFactory.build(pk=7, stage=Stage.ACTIVE, next_evaluation_on=date(2026, 12, 1))

    assert next_step(collaboration, TODAY).message == (
        "Nothing needs doing now. You look back together in 6 months, on 1 December 2026."
    )


@pytest.mark.parametrize("method", ["rows", "tone", "message", "step"])
def test_a_kind_that_leaves_a_method_open_is_refused_when_it_is_registered(method: str) -> None:
    incomplete = type("Incomplete", (NoLead,), {"key": "incomplete", method: getattr(AlertKind, method)})
    with pytest.raises(TypeError, match=method):
        register(incomplete)
    assert "incomplete" not in {kind.key for kind in all_kinds()}
