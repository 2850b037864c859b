"""Of every question the value that was typed last is kept, in any order of saves."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.drafts import Draft, SentPage, TypedAt, merge, read_typed

NOW = 10_000
FIELDS = ("one", "two", "comment:keep")
VALUES = ("1", "5", "text", "")


def typed_on_pages(typings: Sequence[tuple[str, str, str]]) -> list[SentPage]:
    """Apply every typing (page, field, value) in turn, each with its save; then let every page send its form."""
    saves, pages = [], {}
    for at, (page, field, value) in enumerate(typings, start=1):
        fields, typed = pages.setdefault(page, ({}, {}))
        fields[field], typed[field] = value, TypedAt(at, page, len(saves))
        saves.append(SentPage({field: value}, {field: typed[field]}))
    forms = [SentPage({**dict.fromkeys(FIELDS, ""), **fields}, typed, shown={}) for fields, typed in pages.values()]
    return [*saves, *forms]


def received(arrivals: Sequence[SentPage]) -> Draft:
    draft = Draft()
    for sent in arrivals:
        draft = merge(draft, sent, NOW)
    return draft


typings = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(FIELDS), st.sampled_from(VALUES)), max_size=8
)


@given(typings, st.data())
def test_every_order_of_arrival_gives_what_was_typed_last(typings: list[tuple[str, str, str]], data: Any) -> None:
    sent = typed_on_pages(typings)
    last = {field: value for _page, field, value in typings}
    expected = {field: value for field, value in last.items() if value}
    again = data.draw(st.lists(st.sampled_from(sent), max_size=4) if sent else st.just([]))
    arrivals = data.draw(st.permutations([*sent, *again]))
    assert received(arrivals).fields == expected


def test_every_order_of_four_saves_and_a_send_gives_the_same_end() -> None:
    page = [("a", "one", "1"), ("a", "one", "5"), ("a", "comment:keep", "Anna"), ("a", "comment:keep", "")]
    end = received(typed_on_pages(page))
    assert end.fields == {"one": "5"}
    assert all(received(order) == end for order in permutations(typed_on_pages(page)))


def test_page_without_times_changes_what_differs_from_what_it_showed() -> None:
    kept = Draft({"one": 4, "comment:keep": "phone"}, {"one": TypedAt(500, "a", 1)})
    sent = SentPage({"one": 2, "two": 5, "comment:keep": "phone"}, shown={"one": 2, "comment:keep": ""})
    assert merge(kept, sent, NOW).fields == {"one": 4, "two": 5, "comment:keep": "phone"}


def test_text_that_was_emptied_elsewhere_is_not_brought_back_by_a_page_that_shows_it() -> None:
    emptied = merge(
        Draft({"comment:keep": "old"}), SentPage({"comment:keep": ""}, {"comment:keep": TypedAt(5, "a", 1)}), NOW
    )
    stale = SentPage({"comment:keep": "old"}, shown={"comment:keep": "old"})
    assert merge(emptied, stale, NOW).fields == {}


def test_page_brings_back_what_it_shows_when_the_draft_is_gone() -> None:
    sent = SentPage({"one": 4, "comment:keep": ""}, shown={"one": 4, "comment:keep": ""})
    assert merge(Draft(), sent, NOW).fields == {"one": 4}


def test_order_of_one_page_does_not_depend_on_its_clock() -> None:
    assert TypedAt(100, "a", 2).is_later_than(TypedAt(900, "a", 1))
    assert not TypedAt(900, "a", 1).is_later_than(TypedAt(100, "a", 2))


def test_clock_that_runs_ahead_does_not_win_for_ever() -> None:
    ahead = read_typed({"one": [NOW * 99, "a", 1]}, NOW)
    draft = merge(Draft(), SentPage({"one": 1}, ahead), NOW)
    later = SentPage({"one": 5}, {"one": TypedAt(NOW + 5, "b", 1)})
    assert merge(draft, later, NOW + 9).fields == {"one": 5}


@pytest.mark.parametrize(
    "row",
    [
        None,
        [],
        [1, "a"],
        [1, "a", 1, 1],
        ["1", "a", 1],
        [1.5, "a", 1],
        [True, "a", 1],
        [1, 2, 1],
        [1, "a b", 1],
        [1, "a\0", 1],
        [1, "é", 1],
        [1, "a" * 33, 1],
        [2**53, "a", 1],
        [1, "a", 10**400],
    ],
)
def test_what_is_no_time_is_left_out(row: Any) -> None:
    assert read_typed({"one": row, "two": [1, "a", 2]}, NOW) == {"two": TypedAt(1, "a", 2)}


@pytest.mark.parametrize("data", [None, [], "x", 1, [[1, "a", 1]]])
def test_what_is_no_list_of_times_is_nothing(data: Any) -> None:
    assert read_typed(data, NOW) == {}
