"""Merging what two people changed: values, words in a field, rows without a key."""

from datetime import date, datetime
from typing import Any

import pytest

from common.edits import EditConflict, Rows, Seen, mark, merge


def merged(seen: Any, stored: Any, typed: Any) -> Any:
    return merge(None, {"x": typed}, Seen.of({"x": seen}), {"x": stored})["x"]


@pytest.mark.parametrize(
    ("seen", "stored", "typed", "expected"),
    [
        ("old", "old", "mine", "mine"),
        ("old", "theirs", "old", "theirs"),
        ("old", "same", "same", "same"),
        ("old", "", "old", ""),
        (None, None, "mine", "mine"),
        (date(2026, 1, 1), date(2026, 1, 1), None, None),
        (False, False, True, True),
        ("one\r\ntwo ", "one\ntwo", "mine", "mine"),
        (["a", "b"], ["a", "b", "c"], ["a"], ["a", "c"]),
        (["a", "b"], ["a"], ["a", "b", "d"], ["a", "d"]),
        (["Read"], ["read"], ["READ", "write"], ["read", "write"]),
        ([], ["theirs"], [], ["theirs"]),
    ],
)
def test_change_of_one_is_kept(seen: Any, stored: Any, typed: Any, expected: Any) -> None:
    assert merged(seen, stored, typed) == expected


@pytest.mark.parametrize(
    ("seen", "stored", "typed"),
    [
        ("old", "theirs", "mine"),
        ("old", "theirs", ""),
        ("", "theirs", "mine"),
        (True, False, None),
        (datetime(2026, 1, 1), datetime(2026, 1, 2), datetime(2026, 1, 3)),
        (Rows([("a",)]), Rows([("b",)]), Rows([("c",)])),
    ],
)
def test_what_both_changed_is_refused(seen: Any, stored: Any, typed: Any) -> None:
    with pytest.raises(EditConflict) as refused:
        merged(seen, stored, typed)
    assert refused.value.stored == {"x": stored}


def test_rows_of_two_people_stand_beside_each_other() -> None:
    one, two, three = ("one",), ("two",), ("three",)
    assert merged(Rows([one]), Rows([one, two]), Rows([one, three])) == [one, two, three]


def test_page_that_carries_nothing_writes_over_no_text() -> None:
    assert merge(None, {"x": "mine"}, Seen(), {"x": ""}) == {"x": "mine"}
    assert merge(None, {"x": ["mine"]}, Seen(), {"x": ["theirs"]}) == {"x": ["theirs", "mine"]}
    with pytest.raises(EditConflict):
        merge(None, {"x": "mine"}, Seen(), {"x": "theirs"})


def test_caller_without_a_page_writes_what_it_gives() -> None:
    assert merge(None, {"x": "mine"}, None, {"x": "theirs"}) == {"x": "mine"}


def test_what_is_carried_comes_back_as_it_was() -> None:
    seen = Seen.of({"x": "text", "y": ["b", "a", "a"], "z": None})
    assert Seen.read(str(seen)) == seen
    assert len(mark(["a", "b", "a"])) == 2


@pytest.mark.parametrize("carried", ["", "null", "3", "{", '{"x": {}}', '{"x": [1]}', "[" * 5000, "x" * 200_000])
def test_nonsense_counts_as_nothing_seen(carried: str) -> None:
    assert Seen.read(carried) == Seen()
