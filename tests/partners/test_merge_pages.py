"""The page on which two organisations become one, and the addresses of the one that is gone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from partners.merging.actions import merge_organisations
from partners.merging.plan import plan_merge
from partners.models import MergedOrganisation, Organisation
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.assessments import closed_cycle, collaboration_with, opened_cycle
from tests.factories.collab import RoleAssignmentFactory
from tests.factories.identity import IdentityConversationFactory, IdentityProfileFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory
from tests.partners.pages import at, news, text

pytestmark = pytest.mark.django_db
MERGE = reverse("partners:merge")
Counting = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def double() -> Organisation:
    return OrganisationFactory(name="Bieb Noord", city="Haren", phone="050 1")


def page(client: Client, *organisations: Organisation, **more: object) -> Any:
    return client.get(MERGE, {"organisation": [row.pk for row in organisations], **more})


def form(survivor: Organisation, duplicate: Organisation, **more: object) -> dict[str, Any]:
    """Return the data that the page sends, as it was shown just now."""
    seen = plan_merge(refreshed(survivor), refreshed(duplicate), actor=None, today=timezone.localdate()).fingerprint
    return {"organisation": [survivor.pk, duplicate.pk], "survivor": survivor.pk, "seen": seen, **more}


def refreshed(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_related("parent", "relation_owner").get(pk=organisation.pk)


def test_page_leads_here_and_asks_for_the_other(client: Client, coordinator: User, noord: Organisation) -> None:
    OrganisationFactory(name="Bieb Noord", city="Haren")
    OrganisationFactory(name="West")
    url = f"{MERGE}?organisation={noord.pk}"
    assert f'href="{url}"' in text(client.get(at("organisation-detail", noord)))
    assert "With which organisation is Noord one?" in text(client.get(url))
    found = client.get(url, {"organisation": noord.pk, "q": "haren"})
    assert [row.name for row in found.context["found"]] == ["Bieb Noord"]
    assert "Tick exactly two organisations." not in text(found)


def test_another_number_than_two_is_said(client: Client, coordinator: User, noord: Organisation) -> None:
    third = [OrganisationFactory(), OrganisationFactory()]
    for organisations in ([noord], [noord, *third], [noord, noord]):
        assert "Tick exactly two organisations." in text(page(client, *organisations, show=1))


def test_manager_and_partner_do_not_merge(client: Client, noord: Organisation, double: Organisation) -> None:
    for user in (ManagerFactory(), PartnerUserFactory(organisation=noord)):
        client.force_login(user)
        assert page(client, noord, double).status_code == 403
        assert client.post(MERGE, form(noord, double)).status_code == 403
    assert Organisation.objects.filter(pk=double.pk).exists()
    client.force_login(PartnerUserFactory(organisation=noord))
    assert "Merge with another" not in text(client.get(at("organisation-detail", noord)))


def test_every_difference_has_a_choice_with_its_default(
    client: Client, coordinator: User, noord: Organisation, double: Organisation
) -> None:
    rows = page(client, noord, double).context["form"].rows
    assert [(row.field, row.survivor, row.duplicate, value) for row, _field, value in rows] == [
        ("name", "Noord", "Bieb Noord", "survivor"),
        ("kind", "Library", "Other", "survivor"),
        ("city", "Groningen", "Haren", "survivor"),
        ("phone", "", "050 1", "duplicate"),
    ]


def test_the_other_can_stay(client: Client, coordinator: User, noord: Organisation, double: Organisation) -> None:
    assert page(client, noord, double).context["survivor"] == noord
    assert page(client, noord, double, survivor=double.pk).context["survivor"] == double
    assert page(client, noord, double, survivor="\0").context["survivor"] == noord


def test_preview_says_what_moves_and_what_both_have(
    client: Client, coordinator: User, noord: Organisation, double: Organisation
) -> None:
    collaboration = collaboration_with(noord, double, name="Reading")
    for part in collaboration.participations.filter(organisation__in=[noord, double]):
        RoleAssignmentFactory(participation=part, contact=ContactFactory(organisation=part.organisation, name="Ann"))
    ContactFactory.create_batch(2, organisation=double)
    body = text(page(client, noord, double, survivor=noord.pk))
    for sentence in (
        "3 contacts",
        "1 collaboration with 1 role",
        "Both take part in Reading.",
        "Reading keeps one lead here: Ann. For Ann the role ends today.",
        "A merge cannot be taken back.",
    ):
        assert sentence in body


def test_obstacle_has_a_way_out_and_there_is_no_button(
    client: Client, coordinator: User, noord: Organisation, double: Organisation
) -> None:
    cycle = opened_cycle(collaboration_with(noord, double))
    body = text(page(client, noord, double))
    assert f'href="{reverse("assessments:cycle-detail", args=[cycle.pk])}">Look at the round' in body
    assert "Merge the two" not in body
    response = client.post(MERGE, form(noord, double))
    assert (response.status_code, Organisation.objects.filter(pk=double.pk).exists()) == (422, True)


def test_merging_leads_to_the_one_that_stays(
    client: Client, coordinator: User, noord: Organisation, double: Organisation
) -> None:
    response = client.post(MERGE, form(noord, double, **{"from-city": "duplicate", "from-phone": "survivor"}))
    assert response["Location"] == at("organisation-detail", noord)
    assert "Bieb Noord is now part of Noord. The old address leads here." in news(client, response)
    noord.refresh_from_db()
    assert (noord.name, noord.city, noord.phone) == ("Noord", "Haren", "")
    assert MergedOrganisation.objects.get().merged_by == coordinator


def test_stale_page_is_shown_anew_with_what_was_chosen(
    client: Client, coordinator: User, noord: Organisation, double: Organisation
) -> None:
    data = form(noord, double, **{"from-city": "duplicate"})
    ContactFactory(organisation=double, name="Ann")
    response = client.post(MERGE, data)
    assert response.status_code == 422
    assert "Something changed since you looked. This is how it is now." in text(response)
    assert "1 contact<" in response.text
    assert Organisation.objects.filter(pk=double.pk).exists()
    values = {row.field: value for row, _field, value in response.context["form"].rows}
    assert values["city"] == "duplicate"
    seen = response.context["form"]["seen"].value()
    assert client.post(MERGE, {**data, "seen": seen}).status_code == 302


def test_second_press_of_the_button_is_told_kindly(
    client: Client, coordinator: User, noord: Organisation, double: Organisation
) -> None:
    data = form(noord, double)
    client.post(MERGE, data)
    response = client.post(MERGE, data)
    assert (response.status_code, "Tick exactly two organisations." in text(response)) == (422, True)


@pytest.mark.parametrize(
    "absurd",
    [
        {"from-city": "third"},
        {"from-city": "\0"},
        {"seen": ""},
        {"seen": "x" * 5000},
        {"organisation": ["9" * 30]},
        {"organisation": ["x", "\0"]},
        {"survivor": "9" * 30, "seen": "no"},
    ],
    ids=str,
)
def test_absurd_input_changes_nothing(
    client: Client, coordinator: User, noord: Organisation, double: Organisation, absurd: dict[str, Any]
) -> None:
    response = client.post(MERGE, {**form(noord, double), **absurd})
    assert response.status_code == 422
    assert Organisation.objects.count() == 2


def test_refused_number_stands_beside_its_field(
    client: Client, coordinator: User, noord: Organisation, double: Organisation
) -> None:
    Organisation.objects.filter(pk=noord.pk).update(registration_number="123", country="BE")
    OrganisationFactory(name="Third", registration_number="123", country="NL")
    response = client.post(MERGE, form(noord, double, **{"from-country": "duplicate"}))
    assert "from-registration_number" in response.context["form"].errors
    assert Organisation.objects.count() == 3


def test_it_is_gone_from_lists_searches_and_files(
    client: Client, coordinator: User, noord: Organisation, double: Organisation
) -> None:
    merge_organisations(actor=None, survivor=noord, duplicate=double)
    for url in (
        reverse("partners:organisation-list"),
        reverse("partners:organisation-options") + "?organisation=bieb",
        reverse("partners:organisation-export"),
        reverse("identity:compare") + "?q=bieb",
    ):
        assert "Bieb Noord" not in b"".join(client.get(url)).decode()  # type: ignore[arg-type]


SUB_PAGES = (
    *("partners:organisation-detail", "partners:organisation-history", "partners:organisation-update"),
    *("identity:profile-detail", "identity:organisation-panel", "collab:organisation-panel"),
    "assessments:organisation-panel",
)


@pytest.mark.parametrize("name", SUB_PAGES)
def test_old_addresses_lead_on(
    client: Client, coordinator: User, noord: Organisation, double: Organisation, name: str
) -> None:
    old = reverse(name, args=[double.pk])
    last = OrganisationFactory(name="Last")
    merge_organisations(actor=None, survivor=noord, duplicate=double)
    merge_organisations(actor=None, survivor=last, duplicate=noord)
    response = client.get(f"{old}?version=1&x=%20")
    assert (response.status_code, response["Location"]) == (302, f"{reverse(name, args=[last.pk])}?version=1&x=%20")
    assert client.head(old)["Location"] == reverse(name, args=[last.pk])


def test_old_address_takes_no_post(
    client: Client, coordinator: User, noord: Organisation, double: Organisation
) -> None:
    old = at("organisation-archive", double)
    merge_organisations(actor=None, survivor=noord, duplicate=double)
    assert client.post(old).status_code == 404


def test_who_may_not_see_the_one_that_stays_learns_of_no_merge(
    client: Client, noord: Organisation, double: Organisation
) -> None:
    own, stranger = PartnerUserFactory(organisation=double), PartnerUserFactory()
    old, never = at("organisation-detail", double), reverse("partners:organisation-detail", args=[999_999])
    merge_organisations(actor=None, survivor=noord, duplicate=double)
    client.force_login(stranger)
    assert [client.get(url).status_code for url in (old, never)] == [404, 404]
    client.force_login(own)
    assert client.get(old)["Location"] == at("organisation-detail", noord)
    client.logout()
    assert "/accounts/login/" in client.get(old)["Location"]


def test_history_page_tells_of_the_merge(
    client: Client, coordinator: User, noord: Organisation, double: Organisation
) -> None:
    merge_organisations(actor=coordinator, survivor=noord, duplicate=double)
    body = text(client.get(at("organisation-history", noord)))
    assert "<b>Two organisations merged</b> · Anna" in body
    assert "Merged with Bieb Noord" in body


def full(survivor: Organisation, duplicate: Organisation, rows: int) -> None:
    """So many of everything on both sides."""
    host = HostFactory()
    for number in range(1, rows + 1):
        collaboration = collaboration_with(survivor, duplicate, name=f"Reading {number}")
        for part in collaboration.participations.filter(organisation__in=[survivor, duplicate]):
            contact = ContactFactory(organisation=part.organisation, email=f"ann{number}@n.example")
            RoleAssignmentFactory(participation=part, contact=contact)
            RoleAssignmentFactory(participation=part, role="decider")
        IdentityConversationFactory(organisations=[host, survivor, duplicate])
        for organisation in (survivor, duplicate):
            IdentityProfileFactory(organisation=organisation, version=number)
        closed_cycle(collaboration_with(duplicate, name=f"Writing {number}"), host=(4,), partner=(3,))


def test_preview_takes_as_many_queries_for_much_as_for_little(
    client: Client, coordinator: User, django_assert_max_num_queries: Counting
) -> None:
    numbers = []
    for rows in (1, 3):
        survivor, duplicate = OrganisationFactory(), OrganisationFactory(parent=OrganisationFactory())
        full(survivor, duplicate, rows)
        with django_assert_max_num_queries(12) as queries:
            assert page(client, survivor, duplicate, survivor=survivor.pk).status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_history_and_old_address_take_as_many_queries_for_three_merges_as_for_one(
    client: Client, coordinator: User, django_assert_max_num_queries: Counting
) -> None:
    numbers = []
    for rows in (1, 3):
        survivor = OrganisationFactory()
        for duplicate in OrganisationFactory.create_batch(rows):
            ContactFactory(organisation=duplicate)
            merge_organisations(actor=coordinator, survivor=survivor, duplicate=duplicate)
        with django_assert_max_num_queries(12) as queries:
            client.get(at("organisation-history", survivor))
        with django_assert_max_num_queries(12) as more:
            client.get(reverse("partners:organisation-detail", args=[duplicate.pk]))
        numbers.append((len(queries), len(more)))
    assert numbers[0] == numbers[1]


def test_coordinator_of_a_language_reads_it(client: Client, noord: Organisation, double: Organisation) -> None:
    """A preview read in one language can be confirmed in another."""
    client.force_login(CoordinatorFactory(language="nl"))
    assert client.post(MERGE, form(noord, double)).status_code == 302
