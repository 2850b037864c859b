from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.rules import Visitor
from partners.models import Contact, Organisation, Tag
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory, UserFactory
from tests.factories.partners import (
    ContactFactory,
    HostFactory,
    OrganisationFactory,
    PartnerUserFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db

Make = Callable[..., Visitor]
EVERYBODY = [
    AnonymousUser,
    UserFactory,
    PartnerUserFactory,
    CoordinatorFactory,
    ManagerFactory,
    AdministratorFactory,
]


def former_partner() -> Visitor:
    user = PartnerUserFactory()
    Contact.objects.filter(user=user).update(deactivated_at="2025-01-01T00:00Z")
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("make", [*EVERYBODY, former_partner])
def test_who_may_look_at_an_organisation_is_who_sees_it(make: Make, noord: Organisation) -> None:
    HostFactory()
    user = make()

    visible = set(Organisation.objects.visible_to(user))
    assert visible == {row for row in Organisation.objects.all() if user.has_perm("partners.view_organisation", row)}


@pytest.mark.parametrize("make", [*EVERYBODY, former_partner])
def test_who_may_look_at_a_contact_is_who_sees_it(make: Make, noord: Organisation) -> None:
    ContactFactory(organisation=noord)
    ContactFactory(organisation=HostFactory())
    user = make()

    visible = set(Contact.objects.visible_to(user))
    assert visible == {row for row in Contact.objects.all() if user.has_perm("partners.view_contact", row)}


@pytest.mark.parametrize("make", [*EVERYBODY, former_partner])
def test_tags_are_for_who_sees_the_registry(make: Make) -> None:
    TagFactory()
    user = make()

    assert Tag.objects.visible_to(user).exists() is user.has_perm("partners.view_registry")


@pytest.mark.parametrize(
    ("make", "reads", "changes", "chooses"),
    [
        (AnonymousUser, False, False, False),
        (UserFactory, False, False, False),
        (PartnerUserFactory, False, False, False),
        (ManagerFactory, True, False, False),
        (CoordinatorFactory, True, True, False),
        (AdministratorFactory, True, True, True),
    ],
)
def test_registry_is_read_changed_and_given_a_host_by(make: Make, reads: bool, changes: bool, chooses: bool) -> None:
    user = make()

    assert user.has_perm("partners.view_registry") is reads
    assert user.has_perm("partners.change_registry") is changes
    assert user.has_perm("partners.choose_host") is chooses


def test_partner_sees_the_own_organisation_and_its_people_only(noord: Organisation) -> None:
    ContactFactory()
    user = PartnerUserFactory(organisation=noord)
    colleague = ContactFactory(organisation=noord)

    assert list(Organisation.objects.visible_to(user)) == [noord]
    assert set(Contact.objects.visible_to(user)) == {user.contact, colleague}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("noord", True),
        ("NOO", True),
        ("bib gron", True),
        ("gron bib", True),
        ("grön", True),
        ("bn", True),
        ("12345", True),
        ("info@noord", True),
        ("ord", False),
        ("noord zuid", False),
        ("!?", True),
        ("", True),
    ],
)
def test_search_finds_the_beginnings_of_words(text: str, found: bool) -> None:
    details = {"short_name": "BN", "registration_number": "12345678", "email": "info@noord.example"}
    OrganisationFactory(name="Bibliotheek Noord", city="Groningen", **details)

    assert Organisation.objects.matching(text).exists() is found


def test_countries_in_use_are_each_named_once() -> None:
    assert Organisation.objects.countries() == set()
    for code in ("NL", "NL", "BE", "", "DE"):
        OrganisationFactory(country=code)

    assert Organisation.objects.countries() == {"NL", "BE", "DE"}


def test_host_is_found_once_there_is_one() -> None:
    OrganisationFactory()
    assert Organisation.objects.host() is None

    host = HostFactory()
    assert Organisation.objects.host() == host


def test_active_contacts_are_those_not_deactivated() -> None:
    contact = ContactFactory()
    ContactFactory(deactivated_at="2025-01-01T00:00Z")

    assert list(Contact.objects.active()) == [contact]
