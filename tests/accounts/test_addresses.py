"""An e-mail address opens the account that has it now, and no other."""

from collections.abc import Callable
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client

from accounts import actions
from accounts.models import User
from partners.actions import change_contact, deactivate_contact, move_contact
from partners.merging.actions import merge_organisations
from partners.models import Contact
from tests.accounts.signing_in import (
    PASSWORD,
    ask_code,
    ask_link,
    choose_password,
    type_code,
    type_password,
    visitor,
    who,
)
from tests.factories.accounts import UserFactory
from tests.factories.partners import ContactFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db
OLD, NEW = "old@noord.example", "new@noord.example"


@pytest.fixture
def user() -> User:
    """Return a partner with a password, and the address row that allauth keeps of people who chose one."""
    user = PartnerUserFactory(email=OLD, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=OLD, verified=True, primary=True)
    return user


def by_editing(user: User) -> None:
    contact = user.contact
    details = {name: getattr(contact, name) for name in ("name", "phone", "position", "language")}
    change_contact(actor=None, contact=contact, email=NEW, **details)


def by_moving(user: User) -> None:
    move_contact(actor=None, contact=user.contact, organisation=OrganisationFactory(), day=date(2026, 1, 5), email=NEW)


def by_merging(user: User) -> None:
    """Change the address by a merge of two contacts, which the account must follow."""
    kept = OrganisationFactory()
    User.objects.filter(pk=user.pk).update(email="spelled.otherwise@noord.example")
    Contact.objects.filter(user=user).update(email=NEW)
    ContactFactory(organisation=kept, email=NEW)
    merge_organisations(actor=None, survivor=kept, duplicate=user.contact.organisation)


def by_account(user: User) -> None:
    actions.change_partner_account(actor=None, user=user, email=NEW, name=user.name, language=user.language)


def by_saving(user: User) -> None:
    user.email = NEW
    user.save()


def by_update(user: User) -> None:
    User.objects.filter(pk=user.pk).update(email=NEW)


def by_hand(user: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET email = %s WHERE id = %s", [NEW, user.pk])


WAYS = [by_editing, by_moving, by_merging, by_account, by_saving, by_update, by_hand]


@pytest.mark.parametrize("change", WAYS)
def test_old_address_opens_nothing(user: User, change: Callable[[User], None]) -> None:
    change(user)

    assert list(EmailAddress.objects.values_list("user", "email", "verified")) == [(user.pk, NEW, False)]
    assert ask_code(visitor(), OLD) is None
    assert ask_link(visitor(), OLD) is None
    client = visitor()
    type_password(client, OLD)
    assert who(client) is None
    type_password(client, NEW)
    assert who(client) == user


@pytest.mark.parametrize("change", WAYS)
def test_address_that_somebody_else_has_now_opens_that_account_only(user: User, change: Callable[[User], None]) -> None:
    change(user)
    heir = PartnerUserFactory(email=OLD)

    client = visitor()
    code = ask_code(client, OLD)
    assert code is not None
    type_code(client, code)
    assert who(client) == heir
    link = ask_link(visitor(), OLD)
    assert link is not None
    assert choose_password(visitor(), link, "orange-bridge-77-river")
    user.refresh_from_db()
    heir.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert heir.check_password("orange-bridge-77-river")


@pytest.mark.parametrize("change", WAYS)
def test_code_of_before_the_change_opens_nothing_after_it(user: User, change: Callable[[User], None]) -> None:
    client = visitor()
    code = ask_code(client, OLD)
    change(user)
    PartnerUserFactory(email=OLD)

    assert code is not None
    type_code(client, code)
    assert who(client) is None


@pytest.mark.parametrize("change", WAYS)
def test_link_of_before_the_change_opens_nothing_after_it(user: User, change: Callable[[User], None]) -> None:
    begun, fresh = visitor(), visitor()
    link = ask_link(visitor(), OLD)
    assert link is not None
    begun.get(link, follow=True)
    change(user)

    for client in (begun, fresh):
        assert not choose_password(client, link, "orange-bridge-77-river")
    page = begun.post(f"{link.rsplit('/', 2)[0]}/x-set-password/", {"password1": "q" * 20, "password2": "q" * 20})
    assert page.status_code in (200, 302, 404)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_link_that_was_opened_before_the_change_saves_nothing_after_it(user: User) -> None:
    client = visitor()
    link = ask_link(client, OLD)
    assert link is not None
    form = client.get(link, follow=True).request["PATH_INFO"]
    by_editing(user)

    page = client.post(form, {"password1": "orange-bridge-77-river", "password2": "orange-bridge-77-river"})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert "This link does not work any more" in page.text


def test_closed_account_gets_no_code_and_no_link(user: User) -> None:
    link = ask_link(visitor(), OLD)
    deactivate_contact(actor=None, contact=user.contact)

    assert ask_code(visitor(), OLD) is None
    assert ask_link(visitor(), OLD) is None
    assert link is not None
    assert not choose_password(visitor(), link, "orange-bridge-77-river")


def test_code_and_link_of_before_the_account_closed_stay_closed_when_it_opens_again(user: User) -> None:
    client = visitor()
    code, link = ask_code(client, OLD), ask_link(visitor(), OLD)
    actions.close_account(actor=None, user=user)
    actions.reopen_account(actor=None, user=user)

    assert code is not None
    assert link is not None
    type_code(client, code)
    assert who(client) is None
    assert not choose_password(visitor(), link, "orange-bridge-77-river")
    assert "does not work any more" in client.get("/accounts/login/code/").text


def test_library_can_keep_no_address_but_that_of_the_account(user: User) -> None:
    EmailAddress.objects.update(email="stale@noord.example")
    other = UserFactory(email="other@noord.example")
    EmailAddress.objects.create(user=other, email=OLD, verified=False)

    assert set(EmailAddress.objects.values_list("user", "email")) == {(user.pk, OLD), (other.pk, other.email)}


def test_stored_password_does_not_bring_back_an_older_address(user: User, client: Client) -> None:
    """Choose a password: only the password is written."""
    from accounts.adapter import AccountAdapter

    stale = User.objects.get(pk=user.pk)
    by_editing(user)
    AccountAdapter().set_password(stale, "orange-bridge-77-river")

    assert User.objects.get(pk=user.pk).email == NEW
