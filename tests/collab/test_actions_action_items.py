from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from collab.actions import (
    add_action_item,
    change_action_item,
    drop_action_item,
    finish_action_item,
    reopen_action_item,
)
from collab.enums import ActionStatus, Visibility
from collab.models import ActionItem
from common.actions import ActionRefused
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.collab import ActionItemFactory, CollaborationFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db

TODAY, LATER = date(2026, 6, 15), date(2026, 9, 1)


def state(item: ActionItem) -> tuple[str, date | None]:
    item.refresh_from_db()
    return item.status, item.finished_on


def change(item: ActionItem, **changes: Any) -> None:
    fields = {name: getattr(item, name) for name in ("title", "owner", "due_on", "visibility")}
    change_action_item(actor=CoordinatorFactory(), item=item, **(fields | changes))


@pytest.mark.parametrize("side", ["host", "partner"])
def test_an_action_has_an_owner_on_either_side(side: str) -> None:
    partner = OrganisationFactory()
    owner = ContactFactory(organisation=HostFactory() if side == "host" else partner)
    collaboration = CollaborationFactory(partners=[partner])

    item = add_action_item(
        actor=ManagerFactory(), collaboration=collaboration, title="Make a flyer", owner=owner, due_on=LATER
    )

    assert (item.title, item.owner, item.due_on) == ("Make a flyer", owner, LATER)
    assert (item.status, item.visibility) == (ActionStatus.OPEN, Visibility.SHARED)


def test_a_stranger_owns_no_action() -> None:
    with pytest.raises(ActionRefused) as refusal:
        add_action_item(
            actor=None, collaboration=CollaborationFactory(), title="A", owner=ContactFactory(), due_on=LATER
        )

    assert refusal.value.field == "owner"


def test_a_deactivated_contact_owns_no_action() -> None:
    owner = ContactFactory(organisation=HostFactory(), deactivated_at="2026-01-01T12:00Z")

    with pytest.raises(ActionRefused) as refusal:
        add_action_item(actor=None, collaboration=CollaborationFactory(), title="A", owner=owner, due_on=LATER)

    assert refusal.value.field == "owner"


def test_what_is_internal_belongs_to_the_host() -> None:
    partner = OrganisationFactory()
    collaboration = CollaborationFactory(partners=[partner])
    fields: dict[str, Any] = {"title": "A", "due_on": LATER, "visibility": Visibility.INTERNAL}

    with pytest.raises(ActionRefused) as refusal:
        add_action_item(actor=None, collaboration=collaboration, owner=ContactFactory(organisation=partner), **fields)
    assert refusal.value.field == "owner"

    own = add_action_item(
        actor=None, collaboration=collaboration, owner=ContactFactory(organisation=HostFactory()), **fields
    )
    assert own.visibility == Visibility.INTERNAL


def test_an_open_action_changes() -> None:
    item = ActionItemFactory()
    owner = ContactFactory(organisation=HostFactory())

    change(item, title="Other", owner=owner, due_on=LATER, visibility=Visibility.INTERNAL)

    item.refresh_from_db()
    assert (item.title, item.owner, item.due_on, item.visibility) == ("Other", owner, LATER, Visibility.INTERNAL)


def test_a_shared_action_of_a_partner_does_not_turn_internal() -> None:
    partner = OrganisationFactory()
    item = ActionItemFactory(
        collaboration=CollaborationFactory(partners=[partner]), owner=ContactFactory(organisation=partner)
    )

    with pytest.raises(ActionRefused) as refusal:
        change(item, visibility=Visibility.INTERNAL)

    assert refusal.value.field == "owner"


def test_a_finished_action_does_not_change() -> None:
    item = ActionItemFactory(title="Before", status=ActionStatus.DONE)

    with pytest.raises(ActionRefused):
        change(item, title="After")

    item.refresh_from_db()
    assert item.title == "Before"


def test_an_action_is_done_dropped_and_opened_again() -> None:
    item = ActionItemFactory()

    finish_action_item(actor=None, item=item, today=TODAY)
    assert state(item) == (ActionStatus.DONE, TODAY)
    reopen_action_item(actor=None, item=item)
    assert state(item) == (ActionStatus.OPEN, None)
    drop_action_item(actor=None, item=item, today=TODAY)
    assert state(item) == (ActionStatus.DROPPED, TODAY)


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (finish_action_item, ActionStatus.DONE),
        (finish_action_item, ActionStatus.DROPPED),
        (drop_action_item, ActionStatus.DONE),
        (drop_action_item, ActionStatus.DROPPED),
        (reopen_action_item, ActionStatus.OPEN),
    ],
)
def test_what_is_settled_already_is_refused(action: Callable[..., None], status: str) -> None:
    item = ActionItemFactory(status=status)

    with pytest.raises(ActionRefused):
        action(actor=None, item=item)

    item.refresh_from_db()
    assert item.status == status


class TestPartners:
    """Actions on action items by a partner's contact."""

    @pytest.fixture
    def user(self) -> Any:
        return PartnerUserFactory()

    def test_own_side_finishes_and_opens_again(self, user: Any) -> None:
        organisation = user.contact.organisation
        item = ActionItemFactory(
            collaboration=CollaborationFactory(partners=[organisation]),
            owner=ContactFactory(organisation=organisation),
        )

        finish_action_item(actor=user, item=item, today=TODAY)
        assert state(item) == (ActionStatus.DONE, TODAY)
        reopen_action_item(actor=user, item=item)
        assert state(item) == (ActionStatus.OPEN, None)

    @pytest.mark.parametrize("action", [finish_action_item, drop_action_item])
    def test_the_other_side_is_theirs(self, user: Any, action: Callable[..., None]) -> None:
        item = ActionItemFactory(collaboration=CollaborationFactory(partners=[user.contact.organisation]))

        with pytest.raises(PermissionDenied):
            action(actor=user, item=item)

    def test_own_actions_are_not_dropped_alone(self, user: Any) -> None:
        item = ActionItemFactory(
            collaboration=CollaborationFactory(partners=[user.contact.organisation]), owner=user.contact
        )

        with pytest.raises(PermissionDenied):
            drop_action_item(actor=user, item=item)

    def test_nothing_is_added(self, user: Any) -> None:
        with pytest.raises(PermissionDenied):
            add_action_item(
                actor=user,
                collaboration=CollaborationFactory(partners=[user.contact.organisation]),
                title="A",
                owner=user.contact,
                due_on=LATER,
            )
