"""Sessions end with the access, the address and the roles under which they began, and stay ended."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.enums import Role
from accounts.models import User
from partners.actions import deactivate_contact, give_access, reactivate_contact
from tests.accounts.signing_in import PASSWORD, type_password, visitor, who
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, UserFactory
from tests.factories.partners import PartnerUserFactory

pytestmark = pytest.mark.django_db


def two_devices(user: User) -> list[Client]:
    """Sign the same person in on a laptop and a phone."""
    devices = [visitor("192.0.2.1"), visitor("192.0.2.2")]
    for device in devices:
        device.force_login(user)
        assert who(device) == user
    return devices


def change(user: User, *roles: str, is_active: bool = True) -> None:
    actions.change_colleague(
        actor=None, user=user, name=user.name, language=user.language, roles=roles, is_active=is_active
    )


def close_and_open(user: User) -> None:
    actions.close_account(actor=None, user=user)
    actions.reopen_account(actor=None, user=user)


def switch_off_and_on(user: User) -> None:
    change(user, Role.COORDINATOR, is_active=False)
    change(user, Role.COORDINATOR)


def other_address_and_back(user: User) -> None:
    for email in ("another@samen.example", user.email):
        actions.change_partner_account(actor=None, user=user, email=email, name=user.name, language=user.language)


def take_role_and_give_it_back(user: User) -> None:
    change(user, Role.MANAGER)
    change(user, Role.COORDINATOR)


def more_roles(user: User) -> None:
    change(user, Role.COORDINATOR, Role.ADMINISTRATOR)


def group_by_hand(user: User) -> None:
    Group.objects.get(name=Role.MANAGER).user_set.add(user)


def rows_by_hand(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    User.objects.filter(pk=user.pk).update(is_active=True)


ENDS = [
    *(close_and_open, switch_off_and_on, other_address_and_back, take_role_and_give_it_back),
    *(more_roles, group_by_hand, rows_by_hand),
]


@pytest.mark.parametrize("end", ENDS)
def test_every_session_of_the_account_ends_and_stays_ended(end: Callable[[User], None]) -> None:
    AdministratorFactory()
    user = CoordinatorFactory(password=PASSWORD)
    bystander = CoordinatorFactory()
    devices, untouched = two_devices(user), two_devices(bystander)

    end(user)

    assert [who(device) for device in devices] == [None, None]
    assert [who(device) for device in untouched] == [bystander, bystander]
    type_password(devices[0], user.email)
    assert who(devices[0]) == user
    assert who(devices[1]) is None


def test_what_is_no_matter_of_access_ends_no_session() -> None:
    AdministratorFactory()
    user = CoordinatorFactory()
    devices = two_devices(user)

    actions.change_colleague(
        actor=None, user=user, name="New name", language="nl", roles=[Role.COORDINATOR], is_active=True
    )
    actions.change_preferences(actor=user, language="en", appearance="dark")

    assert [who(device) for device in devices] == [user, user]


def test_partner_who_left_and_came_back_signs_in_anew() -> None:
    user = PartnerUserFactory()
    devices = two_devices(user)
    contact = user.contact

    deactivate_contact(actor=None, contact=contact)
    assert [who(device) for device in devices] == [None, None]
    reactivate_contact(actor=None, contact=contact)
    give_access(actor=None, contact=contact)

    assert [who(device) for device in devices] == [None, None]


def test_administrator_who_changes_the_own_roles_stays_signed_in_here_only() -> None:
    AdministratorFactory()
    user = AdministratorFactory()
    here, elsewhere = two_devices(user)
    roles = [Role.ADMINISTRATOR, Role.COORDINATOR]

    here.post(
        reverse("accounts:colleague-update", args=[user.pk]),
        {"name": user.name, "language": "en", "roles": roles, "is_active": "on"},
    )

    assert User.objects.get(pk=user.pk).roles == set(roles)
    assert who(here) == user
    assert who(elsewhere) is None


def test_password_ends_the_other_sessions() -> None:
    user = UserFactory(password=PASSWORD)
    here, elsewhere = two_devices(user)
    data = {"oldpassword": PASSWORD, "password1": "orange-bridge-77-river", "password2": "orange-bridge-77-river"}

    here.post(reverse("account_change_password"), data)

    assert who(here) == user
    assert who(elsewhere) is None


def test_older_copy_of_an_account_opens_no_old_session() -> None:
    user = UserFactory()
    stale = User.objects.get(pk=user.pk)
    devices = two_devices(user)
    close_and_open(user)

    stale.save()

    assert [who(device) for device in devices] == [None, None]
