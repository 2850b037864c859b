"""Lists show exactly the rows that permissions allow, for every kind of user."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from accounts.models import User
from collab.enums import Visibility
from collab.models import ActionItem, Candidate, Collaboration, Decision, Participation, RoleAssignment
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory, UserFactory
from tests.factories.collab import (
    ActionItemFactory,
    CandidateFactory,
    CollaborationFactory,
    DecisionFactory,
    ParticipationFactory,
    RoleAssignmentFactory,
)
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


def deactivated_partner() -> User:
    user = PartnerUserFactory()
    user.contact.deactivated_at = "2026-01-01T12:00Z"
    user.contact.save()
    return User.objects.get(pk=user.pk)


def colleague_without_role() -> User:
    """Return a user of the host whose roles were taken away."""
    return PartnerUserFactory(organisation=HostFactory())


PEOPLE: dict[str, Callable[[], Any]] = {
    "anonymous": AnonymousUser,
    "coordinator": CoordinatorFactory,
    "manager": ManagerFactory,
    "administrator": AdministratorFactory,
    "inactive colleague": lambda: CoordinatorFactory(is_active=False),
    "nobody's account": UserFactory,
    "outsider partner": PartnerUserFactory,
    "participating partner": PartnerUserFactory,
    "deactivated partner": deactivated_partner,
    "colleague without role": colleague_without_role,
}


def fill(own: Iterable[Any]) -> Collaboration:
    """Return a collaboration with a row of every kind, internal and shared."""
    collaboration = CollaborationFactory(partners=[OrganisationFactory(), *own])
    for part in collaboration.participations.all():
        RoleAssignmentFactory(participation=part)
        contact = ContactFactory(organisation=part.organisation)
        ActionItemFactory(collaboration=collaboration, owner=contact)
        DecisionFactory(collaboration=collaboration, decided_by=contact)
    ActionItemFactory(collaboration=collaboration, visibility=Visibility.INTERNAL)
    DecisionFactory(collaboration=collaboration, visibility=Visibility.INTERNAL)
    for organisation in [OrganisationFactory(), *own]:
        CandidateFactory(collaboration=collaboration, organisation=organisation)
    return collaboration


def seen_by(user: Any, model: type[Model]) -> set[int]:
    return set(model._default_manager.visible_to(user).values_list("pk", flat=True))  # type: ignore[attr-defined]


def allowed_to(user: Any, model: type[Model], permission: str, subject: Callable[[Any], Model]) -> set[int]:
    return {row.pk for row in model._default_manager.all() if user.has_perm(permission, subject(row))}


@pytest.mark.parametrize("who", PEOPLE)
def test_lists_and_permissions_agree(who: str) -> None:
    user = PEOPLE[who]()
    fill([])
    if who in ("participating partner", "deactivated partner"):
        fill([user.contact.organisation])

    agree = [
        (Collaboration, "collab.view_collaboration", lambda row: row),
        (Participation, "collab.view_collaboration", lambda row: row.collaboration),
        (RoleAssignment, "collab.view_collaboration", lambda row: row.participation.collaboration),
        (ActionItem, "collab.view_actionitem", lambda row: row),
        (Decision, "collab.view_decision", lambda row: row),
        (Candidate, "collab.view_candidate", lambda row: row),
    ]
    for model, permission, subject in agree:
        assert seen_by(user, model) == allowed_to(user, model, permission, subject), model


SEES = {
    "anonymous": (0, 0),
    "coordinator": (2, 7),
    "manager": (2, 7),
    "administrator": (2, 7),
    "inactive colleague": (0, 0),
    "nobody's account": (0, 0),
    "outsider partner": (0, 0),
    "participating partner": (1, 3),
    "deactivated partner": (0, 0),
    "colleague without role": (2, 5),
}


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_sees_what_is_theirs(who: str) -> None:
    """Check collaborations and actions: no partner sees an internal one."""
    user = PEOPLE[who]()
    fill([])
    own = [user.contact.organisation] if who in ("participating partner", "deactivated partner") else []
    fill(own or [PartnerUserFactory().contact.organisation])

    assert (Collaboration.objects.visible_to(user).count(), ActionItem.objects.visible_to(user).count()) == SEES[who]


def test_a_partner_with_several_colleagues_sees_everything_once() -> None:
    user = PartnerUserFactory()
    ContactFactory.create_batch(3, organisation=user.contact.organisation)
    collaboration = fill([user.contact.organisation])

    assert list(Collaboration.objects.visible_to(user)) == [collaboration]
    assert Participation.objects.visible_to(user).count() == 3


@pytest.mark.parametrize(
    ("permission", "who"),
    [
        ("collab.add_collaboration", {"coordinator", "administrator"}),
        ("collab.change_collaboration", {"coordinator", "administrator"}),
        ("collab.change_stage", {"coordinator", "administrator", "manager"}),
        ("collab.plan_evaluation", {"coordinator", "administrator", "manager"}),
        ("collab.add_decision", {"coordinator", "administrator", "manager"}),
        ("collab.add_actionitem", {"coordinator", "administrator", "manager"}),
        ("collab.view_candidate", {"coordinator", "administrator", "manager"}),
        ("collab.keep_shortlist", {"coordinator", "administrator"}),
    ],
)
def test_colleagues_keep_the_records(permission: str, who: set[str]) -> None:
    collaboration = CollaborationFactory()

    assert {name for name, make in PEOPLE.items() if make().has_perm(permission, collaboration)} == who


def test_an_action_is_finished_by_its_own_side() -> None:
    user = PartnerUserFactory()
    collaboration = CollaborationFactory(partners=[user.contact.organisation])
    own = ActionItemFactory(collaboration=collaboration, owner=ContactFactory(organisation=user.contact.organisation))
    other = ActionItemFactory(collaboration=collaboration)

    assert user.has_perm("collab.finish_actionitem", own)
    assert not user.has_perm("collab.finish_actionitem", other)


def test_an_organisation_writes_about_itself() -> None:
    user = PartnerUserFactory()
    own = ParticipationFactory(organisation=user.contact.organisation)
    other = ParticipationFactory(collaboration=own.collaboration)

    assert user.has_perm("collab.change_participation", own)
    assert not user.has_perm("collab.change_participation", other)
