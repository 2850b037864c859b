from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from accounts import actions
from accounts.enums import Role
from accounts.models import User
from accounts.signals import colleague_saved, preferences_changed
from common.actions import ActionRefused
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory, UserFactory
from tests.factories.partners import PartnerUserFactory

pytestmark = pytest.mark.django_db
NOOR = {"email": "noor@example.org", "name": "Noor", "roles": [Role.MANAGER], "language": "nl"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Switch messages outside of requests to English."""
    with translation.override("en"):
        yield


@pytest.fixture
def heard() -> Iterator[list[User]]:
    """Collect the accounts about which other apps get a signal."""
    users = []

    def listen(user: User, **kwargs: Any) -> None:
        users.append(user)

    colleague_saved.connect(listen)
    preferences_changed.connect(listen)
    yield users
    colleague_saved.disconnect(listen)
    preferences_changed.disconnect(listen)


def again(user: User) -> User:
    """Return the account as it is stored, with nothing cached."""
    return User.objects.get(pk=user.pk)


def test_colleague_gets_an_account_that_a_code_opens(heard: list[User]) -> None:
    user = actions.add_colleague(actor=AdministratorFactory(), **{**NOOR, "email": "Noor@Example.org"})

    stored = again(user)
    assert (stored.email, stored.name, stored.language) == ("noor@example.org", "Noor", "nl")
    assert stored.roles == {Role.MANAGER}
    assert not stored.has_usable_password()
    assert heard == [user]


def test_colleague_may_get_a_password() -> None:
    assert again(actions.add_colleague(actor=None, **NOOR, password="s3cret-words")).check_password("s3cret-words")


@pytest.mark.parametrize("email", ["noor@example.org", "NOOR@example.org"])
def test_address_that_has_an_account_is_refused(email: str, heard: list[User]) -> None:
    UserFactory(email="noor@example.org")

    with pytest.raises(ActionRefused, match="already an account with this e-mail address") as refused:
        actions.add_colleague(actor=None, **{**NOOR, "email": email})
    assert refused.value.field == "email"
    assert User.objects.count() == 1
    assert heard == []


def test_colleague_is_changed(heard: list[User]) -> None:
    AdministratorFactory()
    user = CoordinatorFactory()

    actions.change_colleague(
        actor=None, user=user, name="New", language="nl", roles=[Role.MANAGER, Role.COORDINATOR], is_active=True
    )

    stored = again(user)
    assert (stored.name, stored.language, stored.is_active) == ("New", "nl", True)
    assert stored.roles == user.roles == {Role.MANAGER, Role.COORDINATOR}
    assert heard == [user]


@pytest.mark.parametrize(("roles", "is_active"), [([Role.MANAGER], True), ([Role.ADMINISTRATOR], False)])
def test_last_administrator_stays_one(roles: list[str], is_active: bool, heard: list[User]) -> None:
    administrator = AdministratorFactory(name="Anna")
    AdministratorFactory(is_active=False)

    with pytest.raises(ActionRefused, match="at least one active administrator") as refused:
        actions.change_colleague(
            actor=None, user=administrator, name="X", language="en", roles=roles, is_active=is_active
        )
    assert refused.value.field == "roles"
    assert (again(administrator).name, again(administrator).is_administrator) == ("Anna", True)
    assert heard == []


def test_administrator_may_go_when_there_is_another() -> None:
    first, _second = AdministratorFactory.create_batch(2)

    actions.change_colleague(actor=first, user=first, name="X", language="en", roles=[Role.MANAGER], is_active=True)

    assert again(first).roles == {Role.MANAGER}


def test_switched_off_account_holds_no_role() -> None:
    AdministratorFactory()
    user = ManagerFactory()

    actions.change_colleague(actor=None, user=user, name="X", language="en", roles=[Role.MANAGER], is_active=False)

    assert again(user).roles == frozenset()
    assert not again(user).is_colleague


@pytest.mark.parametrize("factory", [CoordinatorFactory, ManagerFactory, PartnerUserFactory, UserFactory])
def test_colleagues_are_kept_by_administrators_only(factory: type) -> None:
    actor, user = factory(), ManagerFactory()

    with pytest.raises(PermissionDenied):
        actions.add_colleague(actor=actor, **NOOR)
    with pytest.raises(PermissionDenied):
        actions.change_colleague(actor=actor, user=user, name="X", language="en", roles=[], is_active=True)


def test_partner_account_has_no_role_and_no_password() -> None:
    user = actions.open_partner_account(actor=None, email="Piet@Noord.example", name="Piet", language="nl")

    stored = again(user)
    assert (stored.email, stored.roles, stored.has_usable_password()) == ("piet@noord.example", frozenset(), False)


def test_partner_account_for_a_taken_address_is_refused() -> None:
    ManagerFactory(email="piet@noord.example")

    with pytest.raises(ActionRefused, match="already an account"):
        actions.open_partner_account(actor=None, email="Piet@noord.example", name="Piet", language="nl")


def test_partner_account_moves_to_another_address() -> None:
    user = UserFactory(email="piet@noord.example")

    actions.change_partner_account(actor=None, user=user, email="P@noord.example", name="Pieter", language="en")

    stored = again(user)
    assert (stored.email, stored.name, stored.language) == ("p@noord.example", "Pieter", "en")


def test_partner_account_does_not_take_somebody_elses_address() -> None:
    UserFactory(email="taken@example.org")
    user = UserFactory(email="piet@noord.example")

    with pytest.raises(ActionRefused, match="already an account"):
        actions.change_partner_account(actor=None, user=user, email="Taken@example.org", name="P", language="nl")
    assert again(user).email == "piet@noord.example"


def test_account_is_closed_and_opened_again() -> None:
    user = UserFactory()

    actions.close_account(actor=None, user=user)
    assert not again(user).is_active

    actions.reopen_account(actor=None, user=user)
    assert again(user).is_active


def test_preferences_are_kept_and_told(heard: list[User]) -> None:
    user = UserFactory(language="nl")

    actions.change_preferences(actor=user, language="en", appearance="dark")

    assert (again(user).language, again(user).appearance) == ("en", "dark")
    assert heard == [user]
