"""One organisation of two: what stays, what both had, what is refused, and what is remembered of it."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from audit.timeline import Part
from common.actions import ActionRefused
from common.visibility import Visibility
from partners import actions
from partners.actions import AddressDetails, WebAddressDetails, merge_organisations
from partners.actions.merge_moves import joined
from partners.history import entries_of
from partners.merging.plan import plan_merge, which_stays
from partners.models import (
    Affiliation,
    Contact,
    IdentityConversation,
    IdentityProfile,
    IdentityView,
    Logo,
    MergedOrganisation,
    Organisation,
)
from partners.querysets import own_organisation_id
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.collab import CollaborationFactory
from tests.factories.partners import (
    ContactFactory,
    HostFactory,
    IdentityConversationFactory,
    IdentityProfileFactory,
    IdentityViewFactory,
    OrganisationFactory,
    PartnerUserFactory,
)
from tests.partners.files import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def double() -> Organisation:
    """Noord once more."""
    return OrganisationFactory(name="Bieb Noord", kind="other", city="Haren", phone="050 1", website="")


def merged(kept: Organisation, other: Organisation, actor: User | None = None, **choices: str) -> Organisation:
    return merge_organisations(actor=actor, kept=kept, other=other, choices=choices)


def told(kept: Organisation, other: Organisation) -> list[str]:
    """What the preview says of what both have."""
    return [note.text for note in plan_merge(kept, other, actor=None, today=timezone.localdate()).solved]


def moving(kept: Organisation, other: Organisation) -> list[str]:
    return [note.text for note in plan_merge(kept, other, actor=None, today=timezone.localdate()).moved]


def in_the_way(kept: Organisation, other: Organisation) -> list[str]:
    return [row.text for row in plan_merge(kept, other, actor=None, today=timezone.localdate()).obstacles]


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
    assert which_stays([noord, host]) == host
    merged(host, noord, status="other")
    assert Organisation.objects.get().is_host


def test_the_one_with_more_in_it_stays_else_the_older_one(noord: Organisation, double: Organisation) -> None:
    assert which_stays([double, noord]) == noord
    CollaborationFactory(partners=[double])
    assert which_stays([noord, double]) == double


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
    merged(noord, double, name="other", city="other", phone="kept")
    noord.refresh_from_db()
    assert (noord.name, noord.city, noord.phone) == ("Bieb Noord", "Haren", "")
    assert list(Organisation.objects.matching("bieb haren")) == [noord]


def test_status_brings_its_day(noord: Organisation) -> None:
    with time_machine.travel("2025-03-01"):
        double = OrganisationFactory(status="former")
    merged(noord, double, status="other")
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
    keep = actions.keep_addresses
    keep(actor=None, organisation=noord, addresses=[post], web_addresses=[site])
    other = AddressDetails("billing", street="Box 2", city="Haren")
    keep(actor=None, organisation=double, addresses=[post, other], web_addresses=[site])

    merged(noord, double)

    noord.refresh_from_db()
    assert sorted(tag.name for tag in noord.tags.all()) == ["count", "read", "write"]
    assert [theme.name for theme in noord.themes.all()] == ["debt"]
    assert noord.languages == ["nl", "en"]
    assert sorted(row.street for row in noord.addresses.all()) == ["Box 1", "Box 2"]
    assert [row.url for row in noord.web_addresses.all()] == ["https://a.example"]


@pytest.mark.parametrize(("choice", "stays"), [("kept", "Noord"), ("other", "Bieb Noord")])
def test_chosen_logo_stays(noord: Organisation, double: Organisation, choice: str, stays: str) -> None:
    images = {}
    for organisation in (noord, double):
        actions.set_logo(actor=None, organisation=organisation, data=picture())
        logo = Logo.objects.get(organisation=organisation)
        Logo.objects.filter(pk=logo.pk).update(image=organisation.name.encode())
        images[organisation.name] = organisation.name.encode()
    for organisation in (noord, double):
        organisation.refresh_from_db()
    merged(noord, double, logo_at=choice)
    assert bytes(Logo.objects.get().image) == images[stays]
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
        merged(noord, double, country="other")
    assert refused.value.field == "registration_number"
    assert Organisation.objects.count() == 3


def test_registration_number_of_the_other_can_stay(noord: Organisation, double: Organisation) -> None:
    for organisation, number in ((noord, "11111111"), (double, "22222222")):
        Organisation.objects.filter(pk=organisation.pk).update(registration_number=number, external_id=number)
    merged(noord, double, registration_number="other", external_id="other")
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
    assert told(noord, double) == [] or "That one is part of the other falls away." in told(refreshed(noord), double)
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
        merged(noord, double, parent="kept")
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
    stays = ContactFactory(
        organisation=noord, name="Jan", email="jan@n.example", phone="", spoken_languages=["nl"], consent="unknown"
    )
    goes = ContactFactory(
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

    stays = Contact.objects.get()
    assert (stays.name, stays.phone, stays.position, stays.spoken_languages) == ("Jan", "06 1", "Head", ["nl", "en"])
    assert (stays.consent, stays.consent_on) == ("refused", date(2025, 1, 1))
    assert MergedOrganisation.objects.get().contacts == [goes.pk]


def test_account_goes_with_its_contact(noord: Organisation, double: Organisation) -> None:
    user = PartnerUserFactory(organisation=double, name="Jan Jansen", email="jan@n.example")
    stays = ContactFactory(organisation=noord, name="Jan", email="jan@n.example", language=user.language)
    assert "The access of Jan stays, for what Noord may see." in told(noord, double)[0]
    merged(noord, double)
    stays.refresh_from_db()
    user.refresh_from_db()
    assert (stays.user, user.name, user.is_active) == (user, "Jan", True)


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
    note = actions.note_affiliation
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
        actions.note_affiliation(actor=None, contact=contact, organisation=third)
        actions.note_affiliation(actor=None, contact=contact, organisation=organisation)
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


def test_own_words_of_a_partner_never_come_to_us(double: Organisation) -> None:
    """Neither in our pages, nor in the preview: that there are any is nobody's business either."""
    host = HostFactory()
    sentence = "What Bieb Noord wrote for itself only"
    assert sentence in told(host, double)[0]
    third = OrganisationFactory()
    IdentityProfileFactory(organisation=double, draft=True, who_we_are="Murmur")
    talk = IdentityConversationFactory(organisations=[double, third])
    IdentityViewFactory(conversation=talk, by=double, about=third, text="Murmur", visibility=Visibility.INTERNAL)
    assert [sentence in note for note in told(host, double)] == [True]

    merged(host, double)

    colleague = CoordinatorFactory()
    assert not IdentityProfile.objects.visible_to(colleague).exists()
    assert not IdentityView.objects.visible_to(colleague).exists()


def test_a_colleague_known_at_the_other_as_well_stays_a_colleague(double: Organisation) -> None:
    host = HostFactory()
    colleague = CoordinatorFactory(name="Anna", email="anna@samen.example")
    ours = actions.keep_colleague_contact(user=colleague)
    ContactFactory(organisation=double, name="A.", email="anna@samen.example", phone="06 2")
    merged(host, double)
    contact = Contact.objects.get()
    assert (contact, contact.user, contact.name, contact.phone) == (ours, colleague, "Anna", "06 2")


# Identities


def versions(organisation: Organisation) -> list[tuple[int, str]]:
    rows = organisation.profiles.published().order_by("version")
    return [(row.version, row.who_we_are) for row in rows]


def test_identity_of_the_one_that_stays_holds_and_the_other_is_before_it(
    noord: Organisation, double: Organisation
) -> None:
    for organisation, numbers in ((noord, (1, 2)), (double, (1, 2, 3))):
        for number in numbers:
            text = f"{organisation.name} {number}"
            IdentityProfileFactory(organisation=organisation, version=number, who_we_are=text)
    assert "What Bieb Noord published (3) is kept as earlier versions." in told(noord, double)[0]
    merged(noord, double)
    assert versions(noord) == [
        (1, "Bieb Noord 1"),
        (2, "Bieb Noord 2"),
        (3, "Bieb Noord 3"),
        (4, "Noord 1"),
        (5, "Noord 2"),
    ]


def test_only_identity_becomes_that_of_the_one_that_stays(noord: Organisation, double: Organisation) -> None:
    IdentityProfileFactory(organisation=double, who_we_are="We read")
    assert told(noord, double) == ["The identity that Bieb Noord published becomes that of Noord."]
    merged(noord, double)
    assert versions(noord) == [(1, "We read")]


def test_two_drafts_become_one_and_the_preview_is_silent_about_them(noord: Organisation, double: Organisation) -> None:
    IdentityProfileFactory(organisation=noord, draft=True, who_we_are="We", ideas_execution=None)
    IdentityProfileFactory(organisation=double, draft=True, who_we_are="They", ideas_execution=4)
    assert (moving(noord, double), told(noord, double)) == ([], [])
    merged(noord, double)
    draft = IdentityProfile.objects.get()
    assert (draft.organisation, draft.who_we_are, draft.ideas_execution) == (noord, "We\n\nThey", 4)


def test_conversation_of_the_two_stays_with_one_organisation_less(noord: Organisation, double: Organisation) -> None:
    host = HostFactory()
    talk = IdentityConversationFactory(organisations=[host, noord, double], learned="A lot")
    IdentityViewFactory(conversation=talk, by=noord, about=double, text="Shared", visibility=Visibility.SHARED)
    IdentityViewFactory(conversation=talk, by=double, about=noord, text="Kept in", visibility=Visibility.INTERNAL)
    assert told(noord, double) == [
        "1 conversation of the two stays, with one organisation less.",
        "What the two wrote about each other (1) goes: nobody sees itself as another.",
    ]
    merged(noord, double)
    assert set(talk.organisations.all()) == {host, noord}
    assert IdentityConversation.objects.get().learned == "A lot"
    assert not IdentityView.objects.exists()


SHARED, INTERNAL = Visibility.SHARED, Visibility.INTERNAL


@pytest.mark.parametrize(
    ("mine", "theirs", "text"),
    [
        ({"visibility": SHARED}, {"visibility": SHARED}, "Mine\n\nTheirs"),
        ({"visibility": INTERNAL}, {"visibility": INTERNAL}, "Mine\n\nTheirs"),
        ({"visibility": SHARED}, {"visibility": INTERNAL}, "Mine"),
        ({"visibility": INTERNAL}, {"visibility": SHARED}, "Theirs"),
        (
            {"visibility": SHARED},
            {"visibility": SHARED, "answer": "yes", "answered_at": timezone.now()},
            "Theirs",
        ),
    ],
    ids=["both shared", "both internal", "mine shared", "theirs shared", "theirs answered"],
)
@pytest.mark.parametrize("side", ["by", "about"])
def test_of_two_views_of_the_same_nothing_internal_is_shared_and_no_answer_gets_other_words(
    noord: Organisation, double: Organisation, mine: dict[str, Any], theirs: dict[str, Any], text: str, side: str
) -> None:
    host = HostFactory()
    talk = IdentityConversationFactory(organisations=[host, noord, double])
    beside = "about" if side == "by" else "by"
    IdentityViewFactory(conversation=talk, **{side: noord, beside: host}, text="Mine", **mine)
    IdentityViewFactory(conversation=talk, **{side: double, beside: host}, text="Theirs", **theirs)
    merged(noord, double)
    view = IdentityView.objects.get()
    assert (getattr(view, side), view.text) == (noord, text)


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

    merge_organisations(actor=anna, kept=noord, other=double, choices={"name": "other"})

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
        merge_organisations(actor=None, kept=noord, other=double, seen=seen)
    assert refused.value.field == "seen"
    seen = plan_merge(noord, double, actor=None, today=today).fingerprint
    assert merge_organisations(actor=None, kept=noord, other=double, seen=seen) == noord


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
    both = joined(text, more)
    assert both.startswith(text.rstrip())
    assert more.strip() in both
    assert joined(text, text) == text


def test_joined_texts_say_nothing_twice_and_lose_no_word() -> None:
    assert joined("Reading", "Read") == "Reading\n\nRead"
    assert joined("Reading\n\nRead", " Read ") == "Reading\n\nRead"
