from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions import add_colleague, change_colleague, change_preferences
from accounts.models import User
from common.actions import ActionRefused
from common.edits import EditConflict, Seen
from notifications.models import OutgoingMail
from notifications.recipients import Recipient
from partners import actions
from partners.history import entries_of
from partners.models import Contact, Organisation
from partners.recipients import of_contact
from partners.signals import contact_deactivated
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory, UserFactory
from tests.factories.partners import ContactFactory, HostFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db
DETAILS = {"name": "Piet", "email": "piet@noord.example", "phone": "", "position": "", "language": "nl"}


@pytest.fixture
def piet(noord: Organisation) -> Contact:
    return ContactFactory(organisation=noord, **DETAILS)


@pytest.fixture
def heard() -> Iterator[list[tuple[Contact, User | None]]]:
    """Who was said to be deactivated, and by whom."""
    calls = []

    def listen(contact: Contact, actor: User | None, **kwargs: Any) -> None:
        calls.append((contact, actor))

    contact_deactivated.connect(listen)
    yield calls
    contact_deactivated.disconnect(listen)


def test_contact_is_added(noord: Organisation) -> None:
    details = {"name": " Piet ", "email": "Piet@Noord.example", "phone": "030 1234567", "position": "Directeur"}

    contact = actions.add_contact(actor=CoordinatorFactory(), organisation=noord, **details, language="en")

    assert (contact.name, contact.email, contact.language) == ("Piet", "piet@noord.example", "en")
    assert contact.is_active
    assert contact.user is None


def test_address_that_another_contact_there_has_is_refused_beside_the_field(piet: Contact) -> None:
    with pytest.raises(ActionRefused, match="already has a contact with this e-mail address") as refused:
        actions.add_contact(actor=None, organisation=piet.organisation, name="Pia", email="PIET@noord.example")

    assert refused.value.field == "email"
    assert Contact.objects.get() == piet


def test_contact_without_a_name_is_refused(piet: Contact) -> None:
    with pytest.raises(ActionRefused, match="Give the contact a name"):
        actions.add_contact(actor=None, organisation=piet.organisation, name=" ")
    with pytest.raises(ActionRefused, match="Give the contact a name"):
        actions.change_contact(actor=None, contact=piet, **{**DETAILS, "name": ""})


def test_contact_is_changed(piet: Contact) -> None:
    actions.change_contact(actor=None, contact=piet, **{**DETAILS, "position": "Directeur", "email": "P@noord.example"})

    piet.refresh_from_db()
    assert (piet.position, piet.email) == ("Directeur", "p@noord.example")


def test_details_that_two_people_change_are_merged_or_refused(piet: Contact) -> None:
    seen = Seen.of({**DETAILS, "name": "Piet", "position": ""})
    actions.change_contact(actor=None, contact=piet, **{**DETAILS, "position": "Directeur"}, seen=seen)

    with pytest.raises(EditConflict) as refused:
        actions.change_contact(actor=None, contact=piet, **{**DETAILS, "name": "Pia", "position": "Baas"}, seen=seen)
    piet.refresh_from_db()
    assert (refused.value.fields, piet.name) == (["position"], "Piet")

    actions.change_contact(actor=None, contact=piet, **{**DETAILS, "name": "Pia", "position": ""}, seen=seen)
    piet.refresh_from_db()
    assert (piet.name, piet.position) == ("Pia", "Directeur")


def test_account_of_a_partner_follows_the_contact(piet: Contact) -> None:
    actions.give_access(actor=None, contact=piet)

    actions.change_contact(
        actor=None, contact=piet, **{**DETAILS, "name": "Pia", "email": "pia@noord.example", "language": "en"}
    )

    user = User.objects.get(contact=piet)
    assert (user.name, user.email, user.language) == ("Pia", "pia@noord.example", "en")


def test_address_of_another_account_is_refused_and_nothing_changes(piet: Contact) -> None:
    UserFactory(email="taken@example.org")
    actions.give_access(actor=None, contact=piet)

    with pytest.raises(ActionRefused, match="already an account") as refused:
        actions.change_contact(actor=None, contact=piet, **{**DETAILS, "email": "taken@example.org"})
    piet.refresh_from_db()
    assert refused.value.field == "email"
    assert piet.email == "piet@noord.example"


def test_who_can_sign_in_keeps_an_address(piet: Contact) -> None:
    actions.give_access(actor=None, contact=piet)

    with pytest.raises(ActionRefused, match="needs an e-mail address"):
        actions.change_contact(actor=None, contact=piet, **{**DETAILS, "email": ""})


def test_contact_that_left_is_deactivated_and_others_hear_of_it(
    piet: Contact, heard: list[tuple[Contact, User | None]]
) -> None:
    anna = CoordinatorFactory()

    actions.deactivate_contact(actor=anna, contact=piet)
    actions.deactivate_contact(actor=anna, contact=piet)

    assert not piet.is_active
    assert list(Contact.objects.active()) == []
    assert heard == [(piet, anna)]


def test_contact_that_left_cannot_sign_in_any_more(piet: Contact) -> None:
    actions.give_access(actor=None, contact=piet)

    actions.deactivate_contact(actor=None, contact=piet)

    assert User.objects.get(contact=piet).is_active is False


def test_contact_that_is_back_gets_access_anew(piet: Contact) -> None:
    actions.give_access(actor=None, contact=piet)
    user = piet.user
    actions.deactivate_contact(actor=None, contact=piet)

    actions.reactivate_contact(actor=None, contact=piet)
    assert piet.is_active
    assert User.objects.get(contact=piet).is_active is False

    actions.give_access(actor=None, contact=piet)
    assert User.objects.get(contact=piet) == user
    assert User.objects.get(contact=piet).is_active is True


def test_access_opens_an_account_without_roles_and_mails_it(piet: Contact) -> None:
    actions.give_access(actor=CoordinatorFactory(), contact=piet)

    user = piet.user
    assert user is not None
    assert (user.email, user.name, user.language) == ("piet@noord.example", "Piet", "nl")
    assert not user.is_colleague
    assert not user.has_usable_password()
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.to_email, mail.to_name, mail.language) == (
        "partner_access",
        "piet@noord.example",
        "Piet",
        "nl",
    )
    assert "http://testserver/accounts/login/code/" in mail.body_text
    assert "piet@noord.example" in mail.body_text
    assert "Noord" in mail.body_html


def test_access_mail_is_in_the_language_of_the_contact(noord: Organisation) -> None:
    contact = ContactFactory(organisation=noord, name="Jane", language="en")

    actions.give_access(actor=None, contact=contact)

    mail = OutgoingMail.objects.get()
    assert mail.subject == "You can now sign in to Samenspel"
    assert "Hello Jane," in mail.body_text


@pytest.mark.parametrize(
    ("details", "message"),
    [
        ({"email": ""}, "has no e-mail address"),
        ({"deactivated_at": "2025-01-01T00:00Z"}, "was deactivated"),
        ({"email": "taken@example.org"}, "already an account"),
    ],
)
def test_access_is_refused_with_the_reason(noord: Organisation, details: dict[str, Any], message: str) -> None:
    UserFactory(email="taken@example.org")
    contact = ContactFactory(organisation=noord, **details)

    with pytest.raises(ActionRefused, match=message):
        actions.give_access(actor=None, contact=contact)
    contact.refresh_from_db()
    assert contact.user is None
    assert not OutgoingMail.objects.exists()


def test_access_is_given_once(piet: Contact) -> None:
    actions.give_access(actor=None, contact=piet)

    with pytest.raises(ActionRefused, match="Piet can sign in already"):
        actions.give_access(actor=None, contact=piet)
    assert OutgoingMail.objects.count() == 1


def test_colleagues_do_not_get_access_as_partners() -> None:
    with pytest.raises(ActionRefused, match="Colleagues get their account at Colleagues"):
        actions.give_access(actor=None, contact=ContactFactory(organisation=HostFactory()))


@pytest.mark.parametrize("factory", [ManagerFactory, PartnerUserFactory])
@pytest.mark.parametrize(
    ("action", "details"),
    [
        (actions.change_contact, DETAILS),
        (actions.deactivate_contact, {}),
        (actions.reactivate_contact, {}),
        (actions.give_access, {}),
    ],
)
def test_contacts_are_changed_by_who_keeps_the_registry(
    piet: Contact, action: Callable[..., None], details: dict[str, Any], factory: type
) -> None:
    with pytest.raises(PermissionDenied):
        action(actor=factory(), contact=piet, **details)


@pytest.mark.parametrize("factory", [ManagerFactory, PartnerUserFactory])
def test_contacts_are_added_by_who_keeps_the_registry(noord: Organisation, factory: type) -> None:
    with pytest.raises(PermissionDenied):
        actions.add_contact(actor=factory(), organisation=noord, name="Pia")


# Colleagues


def add_anna(**details: Any) -> User:
    usual = {"email": "anna@example.org", "name": "Anna", "roles": ["administrator"], "language": "en"}
    return add_colleague(actor=None, **{**usual, **details})


def test_colleague_becomes_a_contact_of_the_host() -> None:
    host = HostFactory()

    user = add_anna()

    contact = Contact.objects.get()
    assert (contact.organisation, contact.user) == (host, user)
    assert (contact.name, contact.email, contact.language) == ("Anna", "anna@example.org", "en")


def test_colleague_without_a_host_is_no_contact_yet() -> None:
    add_anna()

    assert not Contact.objects.exists()


def test_contact_at_the_host_with_the_same_address_becomes_the_colleague() -> None:
    known = ContactFactory(organisation=HostFactory(), name="A.", email="Anna@example.org", position="Directeur")

    user = add_anna()

    known.refresh_from_db()
    assert (known.user, known.name, known.position) == (user, "Anna", "Directeur")
    assert Contact.objects.count() == 1


def test_contact_follows_the_colleague() -> None:
    HostFactory()
    add_anna()
    user = add_anna(email="mo@example.org", name="Mo")

    change_colleague(actor=None, user=user, name="Mohamed", language="nl", roles=["manager"], is_active=True)

    assert list(Contact.objects.values_list("name", "language")) == [("Anna", "en"), ("Mohamed", "nl")]


def test_colleague_who_leaves_and_comes_back(heard: list[tuple[Contact, User | None]]) -> None:
    HostFactory()
    add_anna()
    user = add_anna(email="mo@example.org", name="Mo")
    details = {"actor": None, "user": user, "name": "Mo", "language": "nl", "roles": ["manager"]}
    contact = Contact.objects.get(user=user)

    change_colleague(**details, is_active=False)
    contact.refresh_from_db()
    assert not contact.is_active
    assert [called for called, _actor in heard] == [contact]

    change_colleague(**details, is_active=True)
    contact.refresh_from_db()
    assert contact.is_active


def test_colleague_is_not_deactivated_or_renamed_as_a_contact() -> None:
    HostFactory()
    add_anna()
    contact = Contact.objects.get()

    with pytest.raises(ActionRefused, match="switch off the account at Colleagues"):
        actions.deactivate_contact(actor=None, contact=contact)
    with pytest.raises(ActionRefused, match="at Colleagues"):
        actions.change_contact(actor=None, contact=contact, **DETAILS)

    same = {"name": "Anna", "email": "anna@example.org", "language": "en", "phone": "", "position": "Directeur"}
    actions.change_contact(actor=None, contact=contact, **same)
    contact.refresh_from_db()
    assert contact.position == "Directeur"


def test_mails_follow_the_language_that_somebody_chose(piet: Contact) -> None:
    actions.give_access(actor=None, contact=piet)

    change_preferences(actor=piet.user, language="en", appearance="dark")

    piet.refresh_from_db()
    assert of_contact(piet) == Recipient(
        email="piet@noord.example", name="Piet", language="en", key=f"contact:{piet.pk}"
    )


def test_choice_of_somebody_without_a_contact_changes_no_contact(piet: Contact) -> None:
    change_preferences(actor=AdministratorFactory(), language="en")

    piet.refresh_from_db()
    assert piet.language == "nl"


def test_history_of_the_people_is_part_of_the_organisation(piet: Contact) -> None:
    anna = CoordinatorFactory(name="Anna")
    actions.give_access(actor=anna, contact=piet)
    actions.deactivate_contact(actor=anna, contact=piet)
    actions.reactivate_contact(actor=anna, contact=piet)

    entries = entries_of(piet.organisation, 10)

    assert [(entry.who, entry.what) for entry in entries if entry.who == "Anna"] == [
        ("Anna", "Contact active again"),
        ("Anna", "Contact deactivated"),
        ("Anna", "Access given"),
    ]
