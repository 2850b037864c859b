"""The registry as a list."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from partners.fields import ORGANISATION_FIELDS
from partners.lists.columns import chosen_columns, fields_of
from partners.lists.filters import OrganisationFilter
from partners.lists.views import registry as lists
from partners.lists.views.registry import PER_PAGE
from partners.models import Organisation
from partners.querysets import COUNTRIES_IN_USE
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory, TagFactory

pytestmark = pytest.mark.django_db
LIST = reverse("partners:organisation-list")
NAME = re.compile(r'<th scope="row">\s*<a href="[^"]+">([^<]+)</a>')


def page(client: Client, **query: Any) -> str:
    return client.get(LIST, query).text


def fragment(client: Client, **query: Any) -> str:
    return client.get(LIST, query, headers={"HX-Request": "true"}).text


def names(html: str) -> list[str]:
    return [unescape(name) for name in NAME.findall(html)]


def row(html: str, name: str) -> list[str]:
    """Return the texts of the cells of a row, without the box to tick."""
    (found,) = [row for row in html.split("<tr>") if f">{name}</a>" in row]
    cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", found, re.S)[1:]
    return [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in cells]


def test_row_says_who_where_and_what(client: Client, coordinator: User) -> None:
    OrganisationFactory(name="Noord", city="Groningen", country="NL", kind="library", relation_owner=coordinator)
    OrganisationFactory(name="Leeg", city="", country="", kind="other", status="prospect")

    html = page(client)

    assert row(html, "Noord") == ["Noord", "Groningen", "NL Netherlands", "Library", "Active", "Anna"]
    assert row(html, "Leeg") == ["Leeg", "—", "—", "Other", "Prospect", "—"]
    assert reverse("partners:organisation-detail", args=[Organisation.objects.get(name="Noord").pk]) in html


def test_name_is_text_and_never_markup(client: Client, coordinator: User) -> None:
    OrganisationFactory(name="<b>Noord</b> & Zn", city="<i>x</i>", country="<>")

    html = page(client)

    assert names(html) == ["<b>Noord</b> & Zn"]
    assert "<b>Noord" not in html
    assert "<i>x</i>" not in html


def test_page_and_fragment_show_the_same_rows(client: Client, coordinator: User) -> None:
    for number in range(60):
        OrganisationFactory(name=f"Org {number:02}", city=f"City {60 - number:02}", kind="library")

    query = {"q": "org", "kind": "library", "sort": "-city", "page": 2}
    second = [f"Org {number:02}" for number in range(60)][PER_PAGE : 2 * PER_PAGE]
    assert names(page(client, **query)) == names(fragment(client, **query)) == second
    assert "<html" in page(client, **query)
    assert "<html" not in fragment(client, **query)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["Aa", "bb", "Cc"]),
        ("name", ["Aa", "bb", "Cc"]),
        ("-name", ["Cc", "bb", "Aa"]),
        ("city", ["Cc", "bb", "Aa"]),
        ("-city", ["Aa", "bb", "Cc"]),
        ("country", ["Aa", "Cc", "bb"]),
        ("-country", ["bb", "Cc", "Aa"]),
        ("status", ["bb", "Aa", "Cc"]),
        ("owner", ["Aa", "bb", "Cc"]),
        ("--name", ["Aa", "bb", "Cc"]),
    ],
)
def test_list_is_sorted(client: Client, coordinator: User, sort: str, expected: list[str]) -> None:
    OrganisationFactory(name="Cc", city="amsterdam", country="DE", status="prospect")
    OrganisationFactory(name="bb", city="Århus", country="DK", status="active")
    OrganisationFactory(name="Aa", city="Berlin", country="BE", status="former")

    assert names(page(client, sort=sort)) == expected


def test_sorted_column_is_said(client: Client, coordinator: User) -> None:
    OrganisationFactory()

    assert page(client).count("aria-sort") == 1
    assert 'aria-sort="ascending"' in page(client)
    assert 'aria-sort="descending"' in page(client, sort="-city")


def test_address_of_every_link_holds_the_whole_state(client: Client, coordinator: User) -> None:
    OrganisationFactory.create_batch(PER_PAGE + 1, kind="library")

    html = unescape(page(client, q="organisation", kind="library", sort="-city"))

    assert f'href="{LIST}?q=organisation&kind=library&sort=-city&page=2"' in html
    assert f'href="{LIST}?q=organisation&kind=library&sort=name"' in html
    assert '<option value="library" selected>' in html
    assert 'value="organisation"' in html


@pytest.mark.parametrize("number", ["0", "-1", "x", "2.5", "", "99"])
def test_page_that_is_not_there_is_the_nearest_one(client: Client, coordinator: User, number: str) -> None:
    OrganisationFactory.create_batch(PER_PAGE + 1)

    assert len(names(page(client, page=number))) == (1 if number in ("0", "-1", "99") else PER_PAGE)


def test_number_of_organisations_is_said(client: Client, coordinator: User) -> None:
    OrganisationFactory(city="Groningen")
    OrganisationFactory.create_batch(51)

    assert "52 organisations" in page(client)
    assert "1 organisation\n" in page(client, q="groningen")


def test_names_that_begin_with_the_word_come_first(client: Client, coordinator: User) -> None:
    for name in ("Bibliotheek Taalstad", "Taalhuis West", "Taalhuis Noord"):
        OrganisationFactory(name=name)

    assert names(page(client, q="taal")) == ["Taalhuis Noord", "Taalhuis West", "Bibliotheek Taalstad"]
    assert names(page(client, q="taal", sort="-name")) == ["Taalhuis West", "Taalhuis Noord", "Bibliotheek Taalstad"]


def test_long_count_is_cut_off(client: Client, coordinator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_COUNTED", PER_PAGE + 2)
    monkeypatch.setattr(lists.SearchPaginator, "cap", PER_PAGE + 1)
    OrganisationFactory.create_batch(PER_PAGE + 3)

    assert f"more than {PER_PAGE + 2} organisations" in page(client)
    assert f"more than {PER_PAGE + 1} organisations" in page(client, q="organisation")
    for query in ({}, {"q": "organisation"}):
        assert len(names(page(client, page=2, **query))) == 3


def test_nothing_found_says_what_to_do(client: Client, coordinator: User) -> None:
    OrganisationFactory()

    assert "No organisation found" in page(client, q="zzz")
    assert "No organisation found" in fragment(client, q="zzz")


def test_empty_registry_offers_to_fill_it(client: Client, coordinator: User) -> None:
    assert "No organisations yet" in page(client)
    assert page(client).count(reverse("partners:organisation-create")) == 2


def test_manager_reads_and_is_offered_no_changes(client: Client) -> None:
    client.force_login(ManagerFactory())

    html = page(client)

    assert "A coordinator adds who you work with" in html
    assert reverse("partners:organisation-create") not in html
    assert reverse("imports:import-create") not in html


def test_partner_is_refused(client: Client) -> None:
    client.force_login(PartnerUserFactory())

    assert client.get(LIST).status_code == 403


def test_administrator_hears_that_the_host_is_missing(client: Client) -> None:
    client.force_login(AdministratorFactory())
    assert "does not know yet which organisation is your own" in page(client)

    HostFactory()
    assert "does not know yet which organisation is your own" not in page(client)


# Speed


def queries(client: Client, **query: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        page(client, **query)
    return len(captured)


@pytest.mark.parametrize("query", [{}, {"q": "org"}, {"kind": "other"}, {"sort": "-city"}])
@pytest.mark.parametrize("factory", [CoordinatorFactory, AdministratorFactory])
def test_queries_are_the_same_for_one_and_for_many(client: Client, factory: type, query: dict[str, str]) -> None:
    client.force_login(factory())
    OrganisationFactory(relation_owner=ManagerFactory()).tags.add(TagFactory())
    one = queries(client, **query)
    for code in ("BE", "DE"):
        OrganisationFactory(country=code, relation_owner=ManagerFactory()).tags.add(TagFactory())

    assert queries(client, **query) == one
    assert one <= 12


def test_full_page_costs_one_query_more_to_count(client: Client, coordinator: User) -> None:
    OrganisationFactory()
    one = queries(client)
    OrganisationFactory.create_batch(60)

    assert queries(client) == one + 1 <= 12


def narrowed(**query: str) -> QuerySet[Organisation]:
    data = QueryDict(mutable=True)
    data.update(query)
    return OrganisationFilter(data, Organisation.objects.all()).qs


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(
    ("sort", "query", "index"),
    [
        ("name", {}, "organisation_listed|organisation_by_name"),
        ("-name", {}, "organisation_listed|organisation_by_name"),
        ("name", {"status": "all"}, "organisation_by_name"),
        ("city", {}, "organisation_by_city"),
        ("-city", {"status": "all"}, "organisation_by_city"),
        ("country", {}, "organisation_by_country"),
        ("status", {"status": "all"}, "organisation_by_status"),
        ("name", {"country": "NL", "status": "all"}, "organisation_by_country"),
        ("name", {"status": "active"}, "organisation_by_status|organisation_listed|organisation_by_name"),
        ("name", {"q": "stichting"}, "organisation_listed|organisation_by_name"),
        ("name", {"q": "1234"}, "organisation_people_search"),
    ],
)
def test_every_view_of_the_list_walks_along_an_index(sort: str, query: dict[str, str], index: str) -> None:
    _sort, order = ORGANISATION_FIELDS.order_of(sort)

    plan = narrowed(**query).order_by(*order).values(*fields_of(chosen_columns([])))[:51].explain()

    assert any(f" {name} " in plan for name in index.split("|")), plan
    assert "Seq Scan on partners_organisation" not in plan


@pytest.mark.usefixtures("crowd")
def test_countries_in_use_are_found_along_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + COUNTRIES_IN_USE)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "organisation_by_country" in plan
    assert "Seq Scan on partners_organisation" not in plan
