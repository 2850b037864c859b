"""History tells who made a colleague administrator, and when."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import actions
from accounts.enums import Role
from accounts.history import entries_of
from accounts.models import User
from audit.timeline import Change, Entry
from partners.actions import deactivate_contact, give_access, reactivate_contact
from partners.history import entries_of as entries_of_organisation
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory
from tests.factories.partners import ContactFactory

pytestmark = pytest.mark.django_db


def told(entry: Entry) -> list[tuple[str, str]]:
    """Return the rows that an entry is about, each with its event."""
    return [(part.name, part.event) for part in entry.parts]


def changed(actor: User, user: User, *roles: str, is_active: bool = True, name: str | None = None) -> None:
    details = {"name": name or user.name, "language": user.language, "roles": roles, "is_active": is_active}
    actions.change_colleague(actor=actor, user=user, **details)


def test_history_says_who_made_whom_an_administrator_and_when() -> None:
    boss = AdministratorFactory(name="Anne")
    with translation.override("en"):
        user = actions.add_colleague(
            actor=boss, email="noor@samen.example", name="Noor", roles=[Role.MANAGER], language="nl"
        )
        changed(boss, user, Role.MANAGER, Role.ADMINISTRATOR)
        changed(user, user, Role.ADMINISTRATOR)
        entries = entries_of(user, 20)

    assert [(entry.what, entry.who, told(entry)) for entry in entries] == [
        ("Colleague changed", "Noor", [("Role “Manager”", "delete")]),
        ("Colleague changed", "Anne", [("Role “Administrator”", "insert")]),
        ("Colleague added", "Anne", [("", "insert"), ("Role “Manager”", "insert")]),
    ]
    # The database has a clock of its own, which stands still inside the transaction of this test.
    assert {entry.at for entry in entries} == set(user.events.values_list("pgh_created_at", flat=True))


def test_history_reads_in_the_language_of_the_reader() -> None:
    boss, user = AdministratorFactory(name="Anne"), CoordinatorFactory()
    with translation.override("nl"):
        changed(boss, user, Role.ADMINISTRATOR, is_active=False)
        (entry,) = (entry for entry in entries_of(user, 20) if entry.what == "Collega gewijzigd")

    assert {part.name for part in entry.parts} == {"", "Rol “Beheerder”", "Rol “Coördinator”"}
    assert Change("kan inloggen", "ja", "nee") in [change for part in entry.parts for change in part.changes]


def test_history_never_holds_a_password() -> None:
    user = CoordinatorFactory(password="river-apple-42-bridge")

    assert not {"password", "last_login", "session_generation"} & {
        field.name for field in user.events.model._meta.get_fields()
    }


def test_page_of_a_colleague_pulls_in_the_history(client: Client) -> None:
    boss, user = AdministratorFactory(name="Anne"), CoordinatorFactory(name="Noor")
    changed(boss, user, Role.MANAGER)
    client.force_login(boss)
    url = reverse("accounts:colleague-history", args=[user.pk])

    assert f'hx-get="{url}"' in client.get(reverse("accounts:colleague-update", args=[user.pk])).text
    page = client.get(url).text
    assert "Role “Manager”" in page
    assert "Anne" in page
    assert "<html" not in client.get(url, headers={"HX-Request": "true"}).text


def test_access_of_a_partner_is_in_the_history_of_its_organisation() -> None:
    boss, contact = CoordinatorFactory(name="Coen"), ContactFactory(name="Petra")
    with translation.override("en"):
        give_access(actor=boss, contact=contact)
        deactivate_contact(actor=boss, contact=contact)
        reactivate_contact(actor=boss, contact=contact)
        give_access(actor=boss, contact=contact)
        entries = entries_of_organisation(contact.organisation, 20)

    access = {
        (entry.what, change.old, change.new)
        for entry in entries
        for part in entry.parts
        for change in part.changes
        if change.label == "can sign in"
    }
    assert access == {("Contact deactivated", "yes", "no"), ("Access given", "no", "yes")}
