"""How many organisations there are behind each choice of the filters."""

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from partners.lists import facets
from partners.lists.listing import Listing
from tests.factories.accounts import CoordinatorFactory
from tests.factories.partners import OrganisationFactory, TagFactory, ThemeFactory

pytestmark = pytest.mark.django_db
COUNTS = reverse("partners:organisation-counts")


def counts(user: User, query: str, name: str) -> dict[str, str]:
    (facet,) = [facet for facet in facets.facets(Listing(user, QueryDict(query))) if facet.name == name]
    return {choice.label: choice.text for choice in facet.choices if choice.number}


@pytest.fixture
def some(coordinator: User) -> None:
    taal, jeugd = TagFactory(name="Taal"), ThemeFactory(name="Jeugd")
    taalhuis = OrganisationFactory(name="Taalhuis", kind="library", country="NL", relation_owner=coordinator)
    taalhuis.tags.add(taal)
    taalhuis.themes.add(jeugd)
    OrganisationFactory(name="Taalbad", kind="library", country="BE", status="former")
    OrganisationFactory(name="Bureau Taal", kind="company", country="NL", status="prospect").tags.add(taal)
    OrganisationFactory(name="Winkel", kind="company", country="DE", status="archived")


@pytest.mark.usefixtures("some")
@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        ("", "kind", {"Library": "2", "Company": "1"}),
        ("", "status", {"Prospect": "1", "Active": "1", "Former": "1", "Archived": "1"}),
        ("", "country", {"Netherlands": "2", "Belgium": "1"}),
        ("", "tag", {"Taal": "2"}),
        ("", "theme", {"Jeugd": "1"}),
        ("", "owner", {"Anna": "1"}),
        ("kind=library", "kind", {"Library": "2", "Company": "1"}),
        ("kind=library", "country", {"Netherlands": "1", "Belgium": "1"}),
        ("kind=company&status=all", "country", {"Netherlands": "1", "Germany": "1"}),
        ("tag=TAG&country=NL", "kind", {"Library": "1", "Company": "1"}),
        ("q=taal", "kind", {"Library": "2", "Company": "1"}),
        ("q=taal&country=NL", "kind", {"Library": "1", "Company": "1"}),
        ("q=taalh", "country", {"Netherlands": "1"}),
        ("q=taalh", "tag", {"Taal": "1"}),
        ("q=taal", "theme", {"Jeugd": "1"}),
        ("tag=TAG&kind=company", "theme", {}),
        ("q=zzz", "kind", {}),
        ("kind=gone", "kind", {"Library": "2", "Company": "1"}),
    ],
)
def test_each_choice_is_counted_under_the_other_filters(
    coordinator: User, query: str, name: str, expected: dict[str, str]
) -> None:
    tag = TagFactory._meta.model.objects.get()
    assert counts(coordinator, query.replace("TAG", str(tag.pk)), name) == expected


def test_long_counts_are_cut_off(coordinator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    OrganisationFactory.create_batch(5, kind="library", name="Taal")
    assert counts(coordinator, "", "kind") == {"Library": "5"}
    monkeypatch.setattr(facets, "MOST_READ", 2)
    monkeypatch.setattr(facets, "MOST_COUNTED", 3)
    assert counts(coordinator, "", "kind") == {"Library": "3+"}
    assert counts(coordinator, "q=taal", "kind") == {"Library": "2+"}


def test_choice_beside_a_small_one_is_counted_as_far_as_any(coordinator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few are former; the other statuses are many all the same."""
    OrganisationFactory.create_batch(4, status="active")
    OrganisationFactory(status="former")
    monkeypatch.setattr(facets, "MOST_READ", 2)

    assert counts(coordinator, "status=former", "status") == {"Active": "4", "Former": "1"}


@pytest.mark.usefixtures("some")
def test_page_leads_to_each_choice(client: Client, coordinator: User) -> None:
    html = client.get(COUNTS, {"q": "taal", "sort": "-city"}).text

    assert f'{reverse("partners:organisation-list")}?q=taal&amp;sort=-city&amp;kind=library"' in html
    assert "<html" in html
    assert "<html" not in client.get(COUNTS, headers={"HX-Request": "true"}).text


@pytest.mark.parametrize("query", [{}, {"q": "org"}, {"kind": "other", "country": "NL"}])
def test_queries_are_the_same_for_one_and_for_many(client: Client, coordinator: User, query: dict[str, Any]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(COUNTS, query)
        return len(captured)

    def one_more(**fields: Any) -> None:
        organisation = OrganisationFactory(relation_owner=CoordinatorFactory(), **fields)
        organisation.tags.add(TagFactory())
        organisation.themes.add(ThemeFactory())

    one_more()
    one = queries()
    for code in ("BE", "DE"):
        one_more(country=code)
    assert queries() == one <= 12


@pytest.mark.usefixtures("crowd")
def test_choices_are_counted_along_their_index(coordinator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facets, "MOST_READ", 10)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    with CaptureQueriesContext(connection) as captured:
        list(facets.facets(Listing(coordinator, QueryDict(""))))
    (counting,) = [query["sql"] for query in captured if "given.choice" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + counting)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    for index in ("by_kind", "by_status", "by_country"):
        assert f"using organisation_{index} " in plan, plan
