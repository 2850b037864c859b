"""What the registry keeps of organisations: parents, numbers, statuses, themes, languages, addresses, logos."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from audit.timeline import Part
from common.actions import ActionRefused
from partners import actions
from partners.actions import AddressDetails, WebAddressDetails
from partners.actions.logos import SIDE, as_logo
from partners.history import entries_of
from partners.models import Logo, Organisation, Theme
from tests.edits import seen_on, send
from tests.factories.accounts import ManagerFactory
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory
from tests.partners.files import picture
from tests.partners.pages import at, news, text

pytestmark = pytest.mark.django_db
FORM = {"name": "Noord", "kind": "library", "status": "active", "country": "NL"}


def change(organisation: Organisation, **details: object) -> None:
    actions.change_organisation(actor=None, organisation=organisation, name=organisation.name, **details)  # type: ignore[arg-type]
    organisation.refresh_from_db()


def told(organisation: Organisation, what: str) -> list[tuple[Part, ...]]:
    """Return the parts of every history entry with this name."""
    return [entry.parts for entry in entries_of(organisation, 20) if entry.what == what]


# Part of


def test_branches_stand_on_the_page_and_the_branch_says_whose_it_is(
    client: Client, coordinator: User, noord: Organisation
) -> None:
    branch = OrganisationFactory(name="Noord Haren", parent=noord)

    assert "Noord Haren" in text(client.get(at("organisation-detail", noord)))
    assert f'href="{at("organisation-detail", noord)}"' in text(client.get(at("organisation-detail", branch)))


def test_no_organisation_is_part_of_itself_by_any_way_round(noord: Organisation) -> None:
    branch = OrganisationFactory(name="Haren", parent=noord)
    desk = OrganisationFactory(name="Desk", parent=branch)

    with pytest.raises(ActionRefused, match=r"^Desk is itself part of Noord\.$") as refused:
        change(noord, parent=desk)
    with pytest.raises(ActionRefused, match="cannot be part of itself"):
        change(noord, parent=noord)

    noord.refresh_from_db()
    assert refused.value.field == "parent"
    assert noord.parent is None


@pytest.mark.parametrize("typed", ["Centrale", "centrale, zwolle", "Centr Zwol", "CB"])
def test_the_whole_is_typed_by_name_place_or_beginnings(client: Client, coordinator: User, typed: str) -> None:
    noord = OrganisationFactory(name="Noord")
    whole = OrganisationFactory(name="Centrale", short_name="CB", city="Zwolle")

    url = at("organisation-update", noord)
    client.post(url, {**FORM, "seen": seen_on(client, url), "parent": typed})

    noord.refresh_from_db()
    assert noord.parent == whole


def test_a_name_that_fits_none_or_several_is_refused_beside_the_field_and_kept(
    client: Client, coordinator: User
) -> None:
    OrganisationFactory(name="Bieb Oost", city="Ede")
    OrganisationFactory(name="Bieb West", city="Ede")

    several = client.post(reverse("partners:organisation-create"), {**FORM, "parent": "Bieb"})
    none = client.post(reverse("partners:organisation-create"), {**FORM, "parent": "Nowhere"})

    assert several.status_code == none.status_code == 422
    assert "Several organisations fit: Bieb Oost, Ede; Bieb West, Ede." in text(several)
    assert "No organisation in the registry is called “Nowhere”." in text(none)
    assert 'value="Nowhere"' in text(none)


def test_the_browser_is_offered_what_letters_may_mean(client: Client, coordinator: User) -> None:
    OrganisationFactory(name="Bieb Oost", city="Ede")
    OrganisationFactory(name="Bieb Weg", status="archived")

    page = text(client.get(reverse("partners:organisation-options"), {"parent": "bie"}))

    assert '<option value="Bieb Oost, Ede">' in page
    assert "Weg" not in page


# Registration numbers


def test_a_number_is_written_one_way_and_had_by_one_organisation_in_a_country(noord: Organisation) -> None:
    change(noord, registration_number="12.34 56 78")

    assert noord.registration_number == "12345678"
    with pytest.raises(ActionRefused, match=r"^Noord has this registration number already\.$") as refused:
        actions.add_organisation(actor=None, name="Zuid", country="NL", registration_number="12345678")
    assert refused.value.field == "registration_number"
    assert actions.add_organisation(actor=None, name="Zuid", country="BE", registration_number="12345678").pk


def test_branches_do_not_share_a_number_and_the_form_says_who_has_it(
    client: Client, coordinator: User, noord: Organisation
) -> None:
    change(noord, registration_number="12345678")
    data = {**FORM, "name": "Haren", "parent": "Noord", "registration_number": "1234 5678"}

    response = client.post(reverse("partners:organisation-create"), data)

    assert response.status_code == 422
    assert response.context["form"].errors == {"registration_number": ["Noord has this registration number already."]}


# Status


def test_a_status_says_since_when_and_history_tells_the_earlier_ones(client: Client, coordinator: User) -> None:
    with time_machine.travel("2025-03-01T12:00Z"):
        noord = actions.add_organisation(actor=coordinator, name="Noord", status="prospect")
    with time_machine.travel("2025-06-01T12:00Z"):
        change(noord, status="active")
    with time_machine.travel("2025-07-01T12:00Z"):
        change(noord, status="active", city="Haren")

    assert noord.status_since == date(2025, 6, 1)
    assert "since 1 June 2025" in " ".join(text(client.get(at("organisation-detail", noord))).split())
    steps = [change for parts in told(noord, "Details changed") for part in parts for change in part.changes]
    assert [(row.label, row.old, row.new) for row in steps if row.label == "status"] == [
        ("status", "Prospect", "Active")
    ]


@time_machine.travel("2025-06-01T12:00Z")
def test_archiving_and_becoming_the_host_change_since_when() -> None:
    noord = OrganisationFactory(status_since=date(2020, 1, 1))
    ours = OrganisationFactory(status="prospect", status_since=date(2020, 1, 1))

    actions.archive_organisation(actor=None, organisation=noord)
    actions.make_host(actor=None, organisation=ours)

    noord.refresh_from_db()
    ours.refresh_from_db()
    assert noord.status_since == ours.status_since == date(2025, 6, 1)


# Themes and languages


def test_themes_are_words_apart_from_tags(client: Client, coordinator: User) -> None:
    data = {**FORM, "themes": "Literacy, literacy, debts", "languages": "Dutch, türkçe, pl", "tags": "region"}

    response = client.post(reverse("partners:organisation-create"), data)

    organisation = Organisation.objects.get(name="Noord")
    page = text(client.get(response["Location"]))
    assert sorted(theme.name for theme in Theme.objects.all()) == ["debts", "literacy"]
    assert [tag.name for tag in organisation.tags.all()] == ["region"]
    assert organisation.languages == ["nl", "tr", "pl"]
    assert "Dutch, Turkish, Polish" in page
    assert "debts" in page


def test_unknown_language_is_refused_beside_the_field(client: Client, coordinator: User) -> None:
    response = client.post(reverse("partners:organisation-create"), {**FORM, "languages": "Dutch, Klingonish"})

    assert response.context["form"].errors == {"languages": ["“Klingonish” is not a language we know."]}
    assert not Organisation.objects.filter(name="Noord").exists()


def test_history_tells_languages_and_themes_in_words(noord: Organisation) -> None:
    change(noord, languages=["nl", "ar"], themes=["debts"])

    parts = told(noord, "Details changed")[0]
    assert ("languages", "—", "Dutch, Arabic") in [
        (change.label, change.old, change.new) for part in parts for change in part.changes
    ]
    assert "Theme “debts”" in [part.name for part in parts]


def test_partner_reads_languages_and_branches_but_no_themes(client: Client, noord: Organisation) -> None:
    change(noord, languages=["nl"], themes=["difficult"])
    OrganisationFactory(name="Haren", parent=noord)
    client.force_login(PartnerUserFactory(organisation=noord))

    page = text(client.get(at("organisation-detail", noord)))

    assert "Dutch" in page
    assert "difficult" not in page
    assert "since" not in page
    assert "Haren" not in page


# Addresses


def addresses(*rows: dict[str, str], web: tuple[dict[str, str], ...] = (), seen: str = "") -> dict[str, str]:
    data = {"seen": seen}
    for prefix, filled in (("address", rows), ("web", web)):
        data |= {f"{prefix}-TOTAL_FORMS": str(len(filled)), f"{prefix}-INITIAL_FORMS": "0"}
        for number, values in enumerate(filled):
            data |= {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return data


def test_more_addresses_are_kept_shown_and_emptied(client: Client, coordinator: User, noord: Organisation) -> None:
    postal = {"kind": "postal", "street": "Postbus 12", "postal_code": "9700 AA", "city": "Groningen", "country": "NL"}
    web = {"label": "Taalhuis", "url": "taalhuis.example"}
    url = at("organisation-addresses", noord)

    first = client.post(url, addresses(postal, web=(web,), seen=seen_on(client, url)))
    page = news(client, first)
    assert "Postal address" in page
    assert "Postbus 12, 9700 AA Groningen, Netherlands" in page
    assert 'href="https://taalhuis.example"' in page
    assert "Postbus 12" in text(client.get(url))

    noord.refresh_from_db()
    client.post(url, addresses({"kind": "postal", "street": ""}, seen=seen_on(client, url)))
    assert noord.addresses.count() == noord.web_addresses.count() == 0
    events = [sorted({part.event for part in parts}) for parts in told(noord, "Addresses changed")]
    assert sorted(events) == [["delete"], ["insert"]]


def test_bad_rows_get_a_message_and_save_nothing(client: Client, coordinator: User, noord: Organisation) -> None:
    wrong = addresses(
        {"kind": "billing", "city": "Haren"},
        {"kind": "other", "country": "NL"},
        web=({"label": "Shop", "url": ""}, {"label": "", "url": "not an address"}),
    )

    response = client.post(at("organisation-addresses", noord), wrong)

    page = text(response)
    assert response.status_code == 422
    assert "A country alone is no address" in page
    assert "Fill in the web address too." in page
    assert "Write a web address such as" in page
    assert 'value="Haren"' in page
    assert noord.addresses.count() == 0


def test_address_that_two_people_replace_is_refused_with_both_below(
    client: Client, coordinator: User, noord: Organisation
) -> None:
    url = at("organisation-addresses", noord)
    client.post(url, addresses({"kind": "postal", "city": "Haren"}, seen=seen_on(client, url)))
    seen = seen_on(client, url)
    hers = addresses({"kind": "postal", "city": "Assen"}, {"kind": "postal", "city": "Zwolle"}, seen=seen)
    client.post(url, hers)

    response = client.post(url, addresses({"kind": "postal", "city": "Peize"}, seen=seen))

    assert response.status_code == 422
    assert "Both addresses are below" in text(response)
    assert [city in text(response) for city in ("Assen", "Zwolle", "Peize")] == [True] * 3
    assert sorted(noord.addresses.values_list("city", flat=True)) == ["Assen", "Zwolle"]
    chosen = addresses(
        {"kind": "postal", "city": "Peize"},
        {"kind": "postal", "city": "Zwolle"},
        seen=response.context["form"]["seen"].value(),
    )
    assert client.post(url, chosen).status_code == 302
    assert sorted(noord.addresses.values_list("city", flat=True)) == ["Peize", "Zwolle"]


def test_address_of_an_older_page_takes_away_nothing_newer(
    client: Client, coordinator: User, noord: Organisation
) -> None:
    url = at("organisation-addresses", noord)
    seen = seen_on(client, url)
    client.post(url, addresses({"kind": "postal", "city": "Assen"}, seen=seen))

    assert client.post(url, addresses({"kind": "postal", "city": "Peize"}, seen=seen)).status_code == 302
    assert sorted(noord.addresses.values_list("city", flat=True)) == ["Assen", "Peize"]


def test_an_address_that_stays_is_not_written_again(noord: Organisation) -> None:
    place, link = AddressDetails("postal", city="Peize"), WebAddressDetails("https://a.example")
    actions.change_addresses(actor=None, organisation=noord, addresses=[place], web_addresses=[link])
    before = (noord.addresses.get().pk, noord.web_addresses.get().pk)

    more = AddressDetails("billing", city="Haren")
    actions.change_addresses(actor=None, organisation=noord, addresses=[place, more], web_addresses=[link])

    assert (noord.addresses.get(kind="postal").pk, noord.web_addresses.get().pk) == before
    assert noord.addresses.count() == 2


# Logo


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_becomes_a_small_png(kind: str) -> None:
    made = Image.open(BytesIO(as_logo(picture(1000, 500, kind))))

    assert (made.format, made.size) == ("PNG", (SIDE, SIDE // 2))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture that can be read"),
        (picture()[:40], "not a picture that can be read"),
        (b"x" * 2_000_001, "too large"),
        (picture(6000, 5000), "too many pixels"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(noord: Organisation, data: bytes, message: str) -> None:
    with pytest.raises(ActionRefused, match=message) as refused:
        actions.set_logo(actor=None, organisation=noord, data=data)

    assert refused.value.field == "file"
    assert not Logo.objects.exists()


def test_logo_is_shown_and_taken_away(client: Client, coordinator: User, noord: Organisation) -> None:
    page = news(client, send(client, at("organisation-logo-update", noord), {"file": BytesIO(picture(8, 8))}))
    served = client.get(at("organisation-logo", noord))
    again = client.get(at("organisation-logo", noord), headers={"If-None-Match": served["ETag"]})

    assert f'src="{at("organisation-logo", noord)}?' in page
    assert served["Content-Type"] == "image/png"
    assert Image.open(BytesIO(served.content)).size == (8, 8)
    assert "no-store" in served["Cache-Control"]
    assert (again.status_code, again.content) == (304, b"")

    seen = seen_on(client, at("organisation-logo-update", noord))
    gone = news(client, client.post(at("organisation-logo-remove", noord), {"seen": seen}))
    assert "The logo is removed." in gone
    assert client.get(at("organisation-logo", noord)).status_code == 404


def test_logo_is_seen_by_whoever_sees_the_organisation(client: Client, noord: Organisation) -> None:
    actions.set_logo(actor=None, organisation=noord, data=picture())

    client.force_login(PartnerUserFactory(organisation=noord))
    assert client.get(at("organisation-logo", noord)).status_code == 200
    client.force_login(PartnerUserFactory())
    assert client.get(at("organisation-logo", noord)).status_code == 404


def test_managers_change_none_of_it(noord: Organisation) -> None:
    manager = ManagerFactory()

    with pytest.raises(PermissionDenied):
        actions.set_logo(actor=manager, organisation=noord, data=picture())
    with pytest.raises(PermissionDenied):
        actions.remove_logo(actor=manager, organisation=noord)
    with pytest.raises(PermissionDenied):
        actions.change_addresses(actor=manager, organisation=noord, addresses=[], web_addresses=[])


def test_our_own_page_has_all_of_it_too(client: Client, coordinator: User) -> None:
    host = HostFactory()

    assert client.get(at("organisation-addresses", host)).status_code == 200
    assert client.get(at("organisation-logo-update", host)).status_code == 200
