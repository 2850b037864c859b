"""Constraints that the database itself holds, for every writer."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from collab.enums import RoleKind
from collab.models import Collaboration, Participation, RoleAssignment
from tests.factories.collab import CollaborationFactory, ParticipationFactory, RoleAssignmentFactory
from tests.factories.partners import HostFactory

pytestmark = pytest.mark.django_db

SPRING, SUMMER, AUTUMN = date(2025, 3, 1), date(2025, 6, 1), date(2025, 9, 1)


def add_role(participation: Participation, role: str, starts_on: date, ends_on: date | None = None) -> RoleAssignment:
    return RoleAssignmentFactory(participation=participation, role=role, starts_on=starts_on, ends_on=ends_on)


def broken_constraint(error: pytest.ExceptionInfo[IntegrityError]) -> str:
    return error.value.__cause__.diag.constraint_name  # type: ignore[union-attr]


@pytest.mark.parametrize("role", [RoleKind.DECIDER, RoleKind.LEAD])
def test_periods_of_one_holder_cannot_overlap(role: str) -> None:
    participation = ParticipationFactory()
    add_role(participation, role, SPRING, AUTUMN)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        add_role(participation, role, SUMMER)

    assert broken_constraint(error) == f"role_one_{role}"


@pytest.mark.parametrize("role", [RoleKind.DECIDER, RoleKind.LEAD])
def test_the_next_holder_starts_on_the_day_the_last_one_ends(role: str) -> None:
    participation = ParticipationFactory()
    add_role(participation, role, SPRING, SUMMER)
    add_role(participation, role, SUMMER)

    assert participation.roles.filter(role=role).count() == 2


@pytest.mark.parametrize("role", [RoleKind.DESIGNER, RoleKind.STAKEHOLDER])
def test_many_hold_the_other_roles_at_once(role: str) -> None:
    participation = ParticipationFactory()
    add_role(participation, role, SPRING)
    add_role(participation, role, SPRING)

    assert participation.roles.filter(role=role).count() == 2


def test_every_organisation_has_its_own_lead() -> None:
    collaboration = CollaborationFactory()
    add_role(ParticipationFactory(collaboration=collaboration), RoleKind.LEAD, SPRING)
    add_role(ParticipationFactory(collaboration=collaboration), RoleKind.LEAD, SPRING)

    assert RoleAssignment.objects.filter(participation__collaboration=collaboration).count() == 2


def test_one_person_decides_and_leads() -> None:
    lead = RoleAssignmentFactory(role=RoleKind.LEAD)
    RoleAssignmentFactory(participation=lead.participation, contact=lead.contact, role=RoleKind.DECIDER)

    assert lead.participation.roles.count() == 2


def test_a_role_cannot_end_before_it_starts() -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        add_role(ParticipationFactory(), RoleKind.DESIGNER, SUMMER, SPRING)

    assert broken_constraint(error) == "role_ends_after_start"


def test_an_organisation_takes_part_once() -> None:
    collaboration = CollaborationFactory()

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Participation.objects.create(collaboration=collaboration, organisation=HostFactory())

    assert broken_constraint(error) == "participation_once"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"name": ""}, "collaboration_named"),
        ({"name": "A", "starts_on": SUMMER, "ends_on": SPRING}, "collaboration_ends_after_start"),
    ],
)
def test_a_collaboration_has_a_name_and_ends_after_its_start(fields: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Collaboration.objects.create(**fields)

    assert broken_constraint(error) == constraint
