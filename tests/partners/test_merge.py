"""One organisation of two: what stays, what both had, what is refused, and what is remembered of it."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions import change_preferences
from accounts.models import User
from audit.timeline import Part
from common.actions import ActionRefused
from partners import actions
from partners.actions import AddressDetails, WebAddressDetails
from partners.history import entries_of
from partners.merging.actions import merge_organisations
from partners.merging.moves import join_texts
from partners.merging.plan import choose_survivor, plan_merge
from partners.models import (
    Affiliation,
    Contact,
    Logo,
    MergedOrganisation,
    Organisation,
)
from partners.querysets import own_organisation_id
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.collab import CollaborationFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory
from tests.partners.files import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def double() -> Organisation:
    """Noord once more."""
    return OrganisationFactory(name="Bieb Noord", kind="other", city="Haren", phone="050 1", website="")


def merged(survivor: Organisation, duplicate: Organisation, actor: User | None = None, **choices: str) -> Organisation:
    return merge_organisations(actor=actor, survivor=survivor, duplicate=duplicate, choices=choices)


def told(survivor: Organisation, duplicate: Organisation) -> list[str]:
    """Return the sentences of the preview about collisions and their solution."""
    return [note.text for note in plan_merge(survivor, duplicate, actor=None, today=timezone.localdate()).solved]


def moving(survivor: Organisation, duplicate: Organisation) -> list[str]:
    return [note.text for note in plan_merge(survivor, duplicate, actor=None, today=timezone.localdate()).moved]


def in_the_way(survivor: Organisation, duplicate: Organisation) -> list[str]:
    return [row.text for row in plan_merge(survivor, duplicate, actor=None, today=timezone.localdate()).obstacles]


# Who may


def test_keepers_of_the_registry_merge_and_nobody_else(noord: Organisation, double: Organisation) -> None:
    partner = PartnerUserFactory(organisation=noord)
    for user in (ManagerFactory(), partner):
        with pytest.raises(PermissionDenied):
            merged(noord, double, user)
    assert merged(noord, double, CoordinatorFactory()) == noord
    assert merged(noord, OrganisationFactory(), AdministratorFactory()) == noord


def test_an_organisation_is_not_merged_with_itself_nor_with_what_is_gone(
    noord: Organisation, double: Organisation
) -> None:
    with pytest.raises(ActionRefused, match="two different"):
        merged(noord, noord)
    merged(noord, double)
    with pytest.raises(ActionRefused, match="“Bieb Noord” is not there any more"):
        merged(noord, double)


def test_host_stays(noord: Organisation) -> None:
    host = HostFactory()
    with pytest.raises(ActionRefused, match="Stichting Samen is our own organisation, and stays"):
        merged(noord, host)
    assert choose_survivor([noord, host]) == host
    merged(host, noord, status="duplicate")
    assert Organisation.objects.get().is_host


def test_the_one_with_more_in_it_stays_else_the_older_one(noord: Organisation, double: Organisation) -> None:
    assert choose_survivor([double, noord]) == noord
    CollaborationFactory(partners=[double])
    assert choose_survivor([noord, double]) == double


def test_who_still_has_a_page_of_the_one_that_is_gone_is_told_in_words(
    noord: Organisation, double: Organisation
) -> None:
    merged(noord, double)
    with pytest.raises(ActionRefused, match="“Bieb Noord” is not there any more"):
        actions.change_organisation(actor=None, organisation=double, name="New")


# Details


def test_values_of_the_one_that_stays_hold_unless_they_are_empty(noord: Organisation, double: Organisation) -> None:
    owner = CoordinatorFactory()
    actions.change_organisation(actor=None, organisation=double, name="Bieb Noord", relation_owner=owner)
    merged(noord, double)
    noord.refresh_from_db()
    assert (noord.name, noord.kind, noord.city, noord.phone) == ("Noord", "library", "Groningen", "050 1")
    assert noord.relation_owner == owner


def test_chosen_values_of_the_other_hold(noord: Organisation, double: Organisation) -> None:
    merged(noord, double, name="duplicate", city="duplicate", phone="survivor")
    noord.refresh_from_db()
    assert (noord.name, noord.city, noord.phone) == ("Bieb Noord", "Haren", "")
    assert list(Organisation.objects.matching("bieb haren")) == [noord]


def test_status_brings_its_day(noord: Organisation) -> None:
    with time_machine.travel("2025-03-01"):
        double = OrganisationFactory(status="former")
    merged(noord, double, status="duplicate")
    noord.refresh_from_db()
    assert (noord.status, noord.status_since) == ("former", date(2025, 3, 1))


def test_kind_other_says_nothing(double: Organisation, noord: Organisation) -> None:
    assert merged(double, noord).kind == "library"


def test_words_languages_and_addresses_come_together(noord: Organisation, double: Organisation) -> None:
    change = actions.change_organisation
    change(actor=None, organisation=noord, name="Noord", tags=["read", "write"], themes=["debt"], languages=["nl"])
    more = {"tags": ["READ", "count"], "themes": ["debt"], "languages": ["en", "nl"]}
    change(actor=None, organisation=double, name="Bieb", **more)  # type: ignore[arg-type]
    post = AddressDetails("postal", street="Box 1", city="Haren")
    site = WebAddressDetails("https://a.example", label="Shop")
    keep = actions.change_addresses
    keep(actor=None, organisation=noord, addresses=[post], web_addresses=[site])
    duplicate = AddressDetails("billing", street="Box 2", city="Haren")
    keep(actor=None, organisation=double, addresses=[post, duplicate], web_addresses=[site])

    merged(noord, double)

    noord.refresh_from_db()
    assert sorted(tag.name for tag in noord.tags.all()) == ["count", "read", "write"]
    assert [theme.name for theme in noord.themes.all()] == ["debt"]
    assert noord.languages == ["nl", "en"]
    assert sorted(row.street for row in noord.addresses.all()) == ["Box 1", "Box 2"]
    assert [row.url for row in noord.web_addresses.all()] == ["https://a.example"]


@pytest.mark.parametrize(("choice", "survivor"), [("survivor", "Noord"), ("duplicate", "Bieb Noord")])
def test_chosen_logo_stays(noord: Organisation, double: Organisation, choice: str, survivor: str) -> None:
    images = {}
    for organisation in (noord, double):
        actions.set_logo(actor=None, organisation=organisation, data=picture())
        logo = Logo.objects.get(organisation=organisation)
        Logo.objects.filter(pk=logo.pk).update(image=organisation.name.encode())
        images[organisation.name] = organisation.name.encode()
    for organisation in (noord, double):
        organisation.refresh_from_db()
    merged(noord, double, logo_at=choice)
    assert bytes(Logo.objects.get().image) == images[survivor]
    assert Logo.objects.get().organisation == noord


def test_only_logo_stays_by_itself(noord: Organisation, double: Organisation) -> None:
    actions.set_logo(actor=None, organisation=double, data=picture())
    double.refresh_from_db()
    merged(noord, double)
    noord.refresh_from_db()
    assert Logo.objects.get().organisation == noord
    assert noord.logo_at is not None


def test_registration_number_of_a_third_is_refused(noord: Organisation, double: Organisation) -> None:
    """Numbers are of a country: the number of one and the country of the other may be those of a third."""
    Organisation.objects.filter(pk=noord.pk).update(registration_number="123", country="BE")
    OrganisationFactory(name="Third", registration_number="123", country="NL")
    with pytest.raises(ActionRefused, match="Third has this registration number already") as refused:
        merged(noord, double, country="duplicate")
    assert refused.value.field == "registration_number"
    assert Organisation.objects.count() == 3


def test_registration_number_of_the_other_can_stay(noord: Organisation, double: Organisation) -> None:
    for organisation, number in ((noord, "11111111"), (double, "22222222")):
        Organisation.objects.filter(pk=organisation.pk).update(registration_number=number, external_id=number)
    merged(noord, double, registration_number="duplicate", external_id="duplicate")
    noord.refresh_from_db()
    assert (noord.registration_number, noord.external_id) == ("22222222", "22222222")
    assert MergedOrganisation.objects.get().external_id == "11111111"


# Part of


def test_branches_of_the_other_become_branches_of_the_one_that_stays(noord: Organisation, double: Organisation) -> None:
    branch = OrganisationFactory(parent=double)
    merged(noord, double)
    branch.refresh_from_db()
    assert branch.parent == noord


@pytest.mark.parametrize("is_above", [True, False])
def test_neither_stays_part_of_the_other(noord: Organisation, double: Organisation, is_above: bool) -> None:
    above, below = (double, noord) if is_above else (noord, double)
    whole = OrganisationFactory(name="Whole")
    Organisation.objects.filter(pk=above.pk).update(parent=whole)
    Organisation.objects.filter(pk=below.pk).update(parent=above)
    assert told(noord, double) == [] or "The link “part of” between the two is removed." in told(
        refreshed(noord), double
    )
    merged(noord, double)
    noord.refresh_from_db()
    assert noord.parent == whole


def refreshed(organisation: Organisation) -> Organisation:
    organisation.refresh_from_db()
    return organisation


def test_no_circle_comes_of_it(noord: Organisation, double: Organisation) -> None:
    """Noord is part of a branch of the double: that branch becomes one of Noord."""
    between = OrganisationFactory(parent=double)
    Organisation.objects.filter(pk=noord.pk).update(parent=between)
    with pytest.raises(ActionRefused, match="is itself part of Noord") as refused:
        merged(noord, double, parent="survivor")
    assert refused.value.field == "parent"
    merged(noord, double)
    noord.refresh_from_db()
    between.refresh_from_db()
    assert (noord.parent, between.parent) == (None, noord)


# People


def test_contacts_move_and_the_organisation_is_found_by_them(noord: Organisation, double: Organisation) -> None:
    contact = ContactFactory(organisation=double, name="Zoë van Dam")
    merged(noord, double)
    contact.refresh_from_db()
    assert contact.organisation == noord
    assert list(Organisation.objects.matching("zoe dam")) == [noord]


def test_access_follows_at_once(noord: Organisation, double: Organisation) -> None:
    user = PartnerUserFactory(organisation=double)
    merged(noord, double)
    user = User.objects.get(pk=user.pk)
    assert own_organisation_id(user) == noord.pk
    assert list(Organisation.objects.visible_to(user)) == [noord]


def test_one_address_is_one_contact_with_what_both_knew(noord: Organisation, double: Organisation) -> None:
    survivor = ContactFactory(
        organisation=noord, name="Jan", email="jan@n.example", phone="", spoken_languages=["nl"], consent="unknown"
    )
    duplicate = ContactFactory(
        organisation=double,
        name="J. Jansen",
        email="Jan@N.example",
        phone="06 1",
        position="Head",
        spoken_languages=["en", "nl"],
        consent="refused",
        consent_on=date(2025, 1, 1),
    )
    assert "Jan (jan@n.example) is a contact of both" in told(noord, double)[0]
    assert moving(noord, double) == []

    merged(noord, double)

    survivor = Contact.objects.get()
    assert (survivor.name, survivor.phone, survivor.position, survivor.spoken_languages) == (
        "Jan",
        "06 1",
        "Head",
        ["nl", "en"],
    )
    assert (survivor.consent, survivor.consent_on) == ("refused", date(2025, 1, 1))
    assert MergedOrganisation.objects.get().contacts == [duplicate.pk]


def test_account_goes_with_its_contact(noord: Organisation, double: Organisation) -> None:
    user = PartnerUserFactory(organisation=double, name="Jan Jansen", email="jan@n.example")
    survivor = ContactFactory(organisation=noord, name="Jan", email="jan@n.example")
    assert "The access of Jan stays, for what Noord may see." in told(noord, double)[0]
    merged(noord, double)
    survivor.refresh_from_db()
    user.refresh_from_db()
    assert (survivor.user, user.is_active) == (user, True)


@pytest.mark.parametrize("is_here", [True, False], ids=["account of who stays", "account of who goes"])
@pytest.mark.parametrize("is_active", [True, False], ids=["open", "closed"])
def test_name_and_language_of_an_account_stay(
    noord: Organisation, double: Organisation, is_here: bool, is_active: bool
) -> None:
    """What a person chose for the own account is not undone by what the registry noted of the other contact."""
    own, noted = (noord, double) if is_here else (double, noord)
    user = PartnerUserFactory(organisation=own, name="Jan Jansen", email="jan@n.example", language="nl")
    change_preferences(actor=user, language="en")
    User.objects.filter(pk=user.pk).update(is_active=is_active)
    ContactFactory(organisation=noted, name="J. Jansen", email="jan@n.example", language="nl")

    merged(noord, double)

    user.refresh_from_db()
    contact = Contact.objects.get(email="jan@n.example")
    assert contact.user == user
    assert (user.name, user.language, user.is_active) == ("Jan Jansen", "en", is_active)
    assert (contact.name, contact.language) == ("Jan Jansen", "en")


def test_two_accounts_are_never_made_one(noord: Organisation, double: Organisation) -> None:
    """Their addresses are unique, so that this is a contact whose address no longer is that of the account."""
    PartnerUserFactory(organisation=noord, email="jan@n.example")
    PartnerUserFactory(organisation=double, email="old@n.example")
    Contact.objects.filter(organisation=double).update(email="jan@n.example", name="Jan")
    with pytest.raises(ActionRefused, match=r"^Jan has an account at both"):
        merged(noord, double)
    assert Contact.objects.count() == 2


def test_who_is_active_at_one_is_active(noord: Organisation, double: Organisation) -> None:
    left = ContactFactory(organisation=noord, email="jan@n.example", deactivated_at=timezone.now())
    ContactFactory(organisation=double, email="jan@n.example")
    merged(noord, double)
    left.refresh_from_db()
    assert left.is_active


def test_two_places_of_now_become_the_longer_one(noord: Organisation, double: Organisation) -> None:
    contact = ContactFactory(organisation=noord)
    note = actions.record_affiliation
    note(actor=None, contact=contact, organisation=noord, starts_on=date(2023, 1, 1))
    note(actor=None, contact=contact, organisation=double, position="Chair", starts_on=date(2021, 1, 1))
    note(actor=None, contact=contact, organisation=double, starts_on=date(2019, 1, 1), ends_on=date(2020, 1, 1))
    merged(noord, double)
    places = Affiliation.objects.order_by("starts_on").values_list("organisation", "starts_on", "ends_on", "position")
    assert list(places) == [
        (noord.pk, date(2019, 1, 1), date(2020, 1, 1), ""),
        (noord.pk, date(2021, 1, 1), None, "Chair"),
    ]


def test_places_of_one_person_known_twice_are_joined(noord: Organisation, double: Organisation) -> None:
    third = OrganisationFactory()
    for organisation in (noord, double):
        contact = ContactFactory(organisation=organisation, email="jan@n.example")
        actions.record_affiliation(actor=None, contact=contact, organisation=third)
        actions.record_affiliation(actor=None, contact=contact, organisation=organisation)
    merged(noord, double)
    assert sorted(Affiliation.objects.values_list("organisation", flat=True)) == sorted([noord.pk, third.pk])


# Our own organisation


def test_who_signs_in_as_a_partner_does_not_come_into_our_own(double: Organisation) -> None:
    host = HostFactory()
    user = PartnerUserFactory(organisation=double, name="Jan")
    assert in_the_way(host, double) == [
        "Jan can sign in as a partner, and would see what is ours alone. Deactivate the contact first."
    ]
    with pytest.raises(ActionRefused):
        merged(host, double)
    actions.deactivate_contact(actor=None, contact=Contact.objects.get(user=user))
    assert merged(host, double) == host


def test_a_colleague_known_at_the_other_as_well_stays_a_colleague(double: Organisation) -> None:
    host = HostFactory()
    colleague = CoordinatorFactory(name="Anna", email="anna@samen.example")
    ours = actions.sync_colleague_contact(user=colleague)
    ContactFactory(organisation=double, name="A.", email="anna@samen.example", phone="06 2")
    merged(host, double)
    contact = Contact.objects.get()
    assert (contact, contact.user, contact.name, contact.phone) == (ours, colleague, "Anna", "06 2")


# What is remembered


def test_history_of_both_is_read_at_the_one_that_stays(noord: Organisation, double: Organisation) -> None:
    anna = CoordinatorFactory(name="Anna")
    actions.change_organisation(actor=anna, organisation=double, name="Bieb Noord", city="Assen", tags=["read"])
    contact = ContactFactory(organisation=double, name="J.", email="jan@n.example")
    ContactFactory(organisation=noord, name="Jan", email="jan@n.example")
    actions.change_contact(
        actor=anna, contact=contact, name="J. J.", email=contact.email, phone="", position="", language="nl"
    )
    actions.change_organisation(actor=anna, organisation=noord, name="Noord", tags=["read"])

    merge_organisations(actor=anna, survivor=noord, duplicate=double, choices={"name": "duplicate"})

    entries = entries_of(noord, 50)
    merge = next(entry for entry in entries if entry.what == "Two organisations merged")
    assert merge.who == "Anna"
    assert Part("Merged with Bieb Noord", "insert") in merge.parts
    assert [part.event for part in merge.parts if part.event == "delete"] == []
    named = next(part for part in merge.parts if part.name == "Bieb Noord" and part.changes)
    assert [(change.old, change.new) for change in named.changes if change.label == "name"] == [("Noord", "Bieb Noord")]
    changed = {change.new for entry in entries for part in entry.parts for change in part.changes}
    assert {"Assen", "J. J."} <= changed


def test_chain_of_merges_ends_at_the_last(noord: Organisation, double: Organisation) -> None:
    last = OrganisationFactory(name="Last")
    anna = CoordinatorFactory(name="Anna")
    merged(noord, double, anna)
    merged(last, noord, anna)
    assert set(MergedOrganisation.objects.values_list("key", "into")) == {(double.pk, last.pk), (noord.pk, last.pk)}
    names = {part.name for entry in entries_of(last, 50) for part in entry.parts}
    assert {"Merged with Bieb Noord", "Merged with Noord"} <= names


def test_stale_preview_is_refused(noord: Organisation, double: Organisation) -> None:
    today = timezone.localdate()
    seen = plan_merge(noord, double, actor=None, today=today).fingerprint
    ContactFactory(organisation=double)
    with pytest.raises(ActionRefused, match=r"^Something changed since you looked") as refused:
        merge_organisations(actor=None, survivor=noord, duplicate=double, seen=seen)
    assert refused.value.field == "seen"
    seen = plan_merge(noord, double, actor=None, today=today).fingerprint
    assert merge_organisations(actor=None, survivor=noord, duplicate=double, seen=seen) == noord


def test_preview_is_the_same_in_every_language(noord: Organisation, double: Organisation) -> None:
    ContactFactory(organisation=double)
    prints = set()
    for language in ("en", "nl"):
        with translation.override(language):
            prints.add(plan_merge(noord, double, actor=None, today=timezone.localdate()).fingerprint)
    assert len(prints) == 1


TEXTS = st.text(st.sampled_from("ab \n"), max_size=12)


@given(TEXTS, TEXTS)
def test_joined_texts_hold_both(text: str, more: str) -> None:
    both = join_texts(text, more)
    assert both.startswith(text.rstrip())
    assert more.strip() in both
    assert join_texts(text, text) == text


def test_joined_texts_say_nothing_twice_and_lose_no_word() -> None:
    assert join_texts("Reading", "Read") == "Reading\n\nRead"
    assert join_texts("Reading\n\nRead", " Read ") == "Reading\n\nRead"
