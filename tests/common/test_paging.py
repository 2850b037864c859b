import pytest
from django.core.paginator import EmptyPage, PageNotAnInteger
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


@pytest.mark.django_db
@pytest.mark.parametrize(("rows", "capped", "third_page"), [(8, False, ["06", "07"]), (15, True, ["06", "07", "08"])])
def test_a_search_sorts_what_it_found(rows: int, capped: bool, third_page: list[str]) -> None:
    for number in reversed(range(rows)):
        UserFactory(name=f"{number:02}")
    UserFactory(name="not found")
    everything = User.objects.order_by("name")

    paginator = SmallSearch(everything.exclude(name="not found"), 3, everything=everything)

    assert [user.name for user in paginator.get_page(3)] == third_page
    assert (paginator.is_capped, paginator.count) == (capped, min(rows, 10))
