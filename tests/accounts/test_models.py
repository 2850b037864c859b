from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError

from accounts.enums import Role
from accounts.models import User
from accounts.rules import Visitor
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory, UserFactory
from tests.factories.partners import PartnerUserFactory

pytestmark = pytest.mark.django_db


def test_address_is_kept_in_lower_case() -> None:
    user = User.objects.create_user("Noor@Example.ORG", name="Noor")

    assert user.email == "noor@example.org"
    assert User.objects.get_by_natural_key("NOOR@example.org") == user


def test_address_in_capitals_is_refused_by_the_database() -> None:
    user = UserFactory()

    with pytest.raises(IntegrityError, match="user_email_lower_case"):
        User.objects.filter(pk=user.pk).update(email="Noor@example.org")


def test_account_without_a_password_is_opened_by_no_password() -> None:
    user = User.objects.create_user("noor@example.org", name="Noor")

    assert not user.has_usable_password()
    assert not user.check_password("")


def test_first_administrator_of_an_installation_is_one() -> None:
    user = User.objects.create_superuser("root@example.org", "s3cret-words", name="Root")

    assert user.roles == {Role.ADMINISTRATOR}
    assert user.is_colleague


@pytest.mark.parametrize(
    ("make", "roles"),
    [
        (UserFactory, set()),
        (PartnerUserFactory, set()),
        (CoordinatorFactory, {Role.COORDINATOR}),
        (ManagerFactory, {Role.MANAGER}),
        (AdministratorFactory, {Role.ADMINISTRATOR}),
        (lambda: UserFactory(roles=Role.values), set(Role.values)),
        (lambda: ManagerFactory(is_active=False), set()),
    ],
)
def test_roles_are_the_groups_of_an_account_that_works(make: Callable[[], User], roles: set[str]) -> None:
    user = User.objects.get(pk=make().pk)

    assert user.roles == roles
    assert user.is_coordinator is (Role.COORDINATOR in roles)
    assert user.is_manager is (Role.MANAGER in roles)
    assert user.is_administrator is (Role.ADMINISTRATOR in roles)
    assert user.is_colleague is bool(roles)


def test_person_is_called_by_name_or_else_by_address() -> None:
    assert str(User(name="Noor", email="noor@example.org")) == "Noor"
    assert str(User(email="noor@example.org")) == "noor@example.org"


def test_colleagues_are_those_with_a_role_each_once() -> None:
    UserFactory()
    PartnerUserFactory()
    both = UserFactory(roles=[Role.MANAGER, Role.COORDINATOR])
    first = User.objects.create_superuser("root@example.org", name="Root")

    assert set(User.objects.colleagues()) == {both, first}
    assert User.objects.colleagues().count() == 2


@pytest.mark.parametrize(
    ("make", "sees_all"),
    [
        (UserFactory, False),
        (PartnerUserFactory, False),
        (CoordinatorFactory, True),
        (ManagerFactory, True),
        (AdministratorFactory, True),
    ],
)
def test_colleagues_see_accounts_and_others_their_own(make: Callable[[], User], sees_all: bool) -> None:
    other, user = UserFactory(), make()

    assert (other in User.objects.visible_to(user)) is sees_all
    assert user in User.objects.visible_to(user)


def test_visitor_sees_no_account() -> None:
    UserFactory()

    assert not User.objects.visible_to(AnonymousUser()).exists()


@pytest.mark.parametrize(
    ("make", "may"),
    [
        (AnonymousUser, False),
        (UserFactory, False),
        (PartnerUserFactory, False),
        (CoordinatorFactory, False),
        (ManagerFactory, False),
        (AdministratorFactory, True),
    ],
)
def test_administrators_keep_the_accounts_of_colleagues(make: Callable[[], Visitor], may: bool) -> None:
    assert make().has_perm("accounts.manage_colleagues") is may
