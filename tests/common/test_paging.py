from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.db.models import F, Q
from django.utils.translation import override

from accounts.models import User
from common.paging import CappedPaginator, SearchPaginator
from tests.factories.accounts import UserFactory


class Small(CappedPaginator):
    cap = 10


def test_short_list_counts_exactly() -> None:
    paginator = Small(list(range(7)), 3)
    assert (paginator.count, paginator.is_capped, paginator.num_pages, paginator.count_text) == (7, False, 3, "7")


def test_long_list_counts_to_the_cap() -> None:
    paginator = Small(list(range(50)), 3)
    with override("en"):
        assert (paginator.count, paginator.is_capped, paginator.count_text) == (10, True, "more than 10")


def test_count_text_groups_by_language() -> None:
    paginator = CappedPaginator(list(range(5000)), 25)
    with override("nl"):
        assert "1.000" in paginator.count_text


def test_pages_beyond_the_cap_can_be_reached() -> None:
    page = Small(list(range(50)), 3).get_page(16)
    assert list(page) == [45, 46, 47]
    assert (page.has_next(), page.start_index(), page.end_index()) == (True, 46, 48)


def test_last_page_beyond_the_cap_has_no_next() -> None:
    page = Small(list(range(50)), 3).get_page(17)
    assert (list(page), page.has_next(), page.end_index()) == ([48, 49], False, 50)


@pytest.mark.parametrize(
    ("number", "first"), [("x", 0), (None, 0), ("-1", 6), (0, 6), (99, 6), ("9" * 40, 6), ("2", 3)]
)
def test_get_page_forgives_nonsense(number: object, first: int) -> None:
    assert Small(list(range(7)), 3).get_page(number)[0] == first


def test_get_page_far_beyond_a_capped_list_gives_the_last_counted_page() -> None:
    assert Small(list(range(50)), 3).get_page("9" * 40).number == 4


def test_page_refuses_nonsense() -> None:
    with pytest.raises(PageNotAnInteger):
        Small([1], 3).page("x")
    with pytest.raises(EmptyPage):
        Small(list(range(50)), 3).page(18)


def test_empty_list_has_one_empty_page() -> None:
    page = Small([], 3).get_page(1)
    assert (list(page), page.has_next(), page.has_other_pages(), page.start_index()) == ([], False, False, 0)


@pytest.mark.django_db
def test_queryset_costs_two_queries(django_assert_num_queries: pytest.FixtureRequest) -> None:
    UserFactory.create_batch(12)
    with django_assert_num_queries(2):  # type: ignore[operator]
        page = Small(User.objects.order_by("pk"), 3).get_page(2)
        assert (page.paginator.count, page.paginator.is_capped, len(page)) == (10, True, 3)


class SmallSearch(SearchPaginator):
    cap = 10
    walk = 12


def found_among(number_of_rows: int, *, order: str = "name", first: Q | None = None) -> SmallSearch:
    """Return a search that finds every person but one, who stands last."""
    for number in reversed(range(number_of_rows)):
        UserFactory(name=f"{number:02}")
    UserFactory(name="not found")
    everything = User.objects.all()
    found = everything.exclude(name="not found")
    return SmallSearch(found, 3, everything=everything, order=[order, "pk"], first=first)


def names(page: Iterable[User]) -> list[str]:
    return [user.name for user in page]


@pytest.mark.django_db
@pytest.mark.parametrize(("rows", "capped", "third_page"), [(8, False, ["06", "07"]), (25, True, ["06", "07", "08"])])
def test_search_sorts_what_it_found(rows: int, capped: bool, third_page: list[str]) -> None:
    paginator = found_among(rows)

    assert names(paginator.get_page(3)) == third_page
    assert (paginator.is_capped, paginator.count) == (capped, min(rows, 10))


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["name", "-name"])
def test_search_that_found_much_gives_every_row_once_however_far_one_pages(order: str) -> None:
    paginator = found_among(25, order=order)

    pages = [names(paginator.page(number)) for number in range(1, 10)]

    in_order = sorted((f"{number:02}" for number in range(25)), reverse=order.startswith("-"))
    assert [name for page in pages for name in page] == in_order


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [8, 25])
def test_rows_that_come_first_stand_before_all_others(rows: int) -> None:
    paginator = found_among(rows, first=Q(name__in=["03", "05"]))

    pages = [names(paginator.page(number)) for number in range(1, -(-rows // 3) + 1)]

    others = [f"{number:02}" for number in range(rows) if number not in (3, 5)]
    assert [name for page in pages for name in page] == ["03", "05", *others]


@pytest.mark.django_db
def test_search_walks_no_further_than_it_may() -> None:
    """Put all found rows far behind: the walk gives up, and all are gathered."""
    for number in range(40):
        UserFactory(name=f"{number:02}")
    everything = User.objects.all()

    paginator = SmallSearch(everything.filter(name__gte="20"), 3, everything=everything, order=["name", "pk"])

    assert names(paginator.get_page(1)) == ["20", "21", "22"]


@pytest.mark.django_db
def test_rows_without_a_value_stand_last() -> None:
    for number in range(15):
        UserFactory(name=f"{number:02}", last_login=None if number % 2 else datetime(2026, 1, 1 + number, tzinfo=UTC))
    everything = User.objects.all()
    order = [F("last_login").desc(nulls_last=True), "name"]

    paginator = SmallSearch(everything.all(), 3, everything=everything, order=order)

    assert names(paginator.get_page(1)) == ["14", "12", "10"]
    assert names(paginator.get_page(3)) == ["02", "00", "01"]
