"""Helpers that the tests of the pages share."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from collab.enums import ActionStatus, RoleKind, Stage
from collab.models import Collaboration
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.collab import (
    ActionItemFactory,
    CollaborationFactory,
    DecisionFactory,
    RoleAssignmentFactory,
)
from tests.factories.partners import ContactFactory, OrganisationFactory, PartnerUserFactory

PEOPLE: dict[str, Callable[[], User]] = {
    "outsider": PartnerUserFactory,
    "partner": PartnerUserFactory,
    "coordinator": CoordinatorFactory,
    "manager": ManagerFactory,
    "administrator": AdministratorFactory,
}
KEEPERS = {"coordinator", "administrator"}
COLLEAGUES = KEEPERS | {"manager"}
EVERYBODY = COLLEAGUES | {"partner"}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, row: Any = None, query: str = "") -> str:
    return reverse(f"collab:{name}", args=[row.pk] if row else []) + query


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 422
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


def full_collaboration(own: list[Any] | None = None) -> Collaboration:
    """Return a collaboration with a row of every kind."""
    collaboration = CollaborationFactory(
        stage=Stage.ACTIVE, next_evaluation_on=date(2025, 1, 1), partners=[OrganisationFactory(), *(own or [])]
    )
    for part in collaboration.participations.all():
        for role in RoleKind:
            RoleAssignmentFactory(participation=part, role=role)
        contact = ContactFactory(organisation=part.organisation)
        ActionItemFactory(collaboration=collaboration, owner=contact)
        ActionItemFactory(collaboration=collaboration, owner=contact, status=ActionStatus.DONE)
        DecisionFactory(collaboration=collaboration, decided_by=contact)
    return collaboration
