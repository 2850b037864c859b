"""The remarks on too many candidates, partners and collaborations, and the numbers from which they appear."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.load import MANY_CANDIDATES, MANY_PARTIES, Burden, LoadRemark, remarks

NOTHING: dict[str, Any] = {"candidates": 0, "parties": 2, "partners": [], "lead": None, "host": Burden("", 49, 50)}


def said(**given: Any) -> list[LoadRemark]:
    return remarks(**{**NOTHING, **given})


def test_nothing_is_said_when_nothing_is_too_much() -> None:
    free = [Burden("North", 2, 3), Burden("West", 0, 3)]
    assert said(candidates=5, parties=6, partners=free, lead=Burden("Anna", 4, 5)) == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"candidates": 6}, "There are 6 candidates. With more than 5, comparing becomes guessing."),
        ({"parties": 7}, "7 organisations take part. With more than 6, deciding together gets slow."),
        (
            {"partners": [Burden("North", 3, 3)]},
            "North is in 3 active collaborations with us already; 3 is our limit.",
        ),
        ({"lead": Burden("Anna", 6, 5)}, "Anna leads 6 active collaborations already; 5 is our limit."),
        ({"host": Burden("", 100, 50)}, "We are in 100 active collaborations already; 50 is our limit."),
        ({"host": Burden("", 101, 50)}, "We are in more than 100 active collaborations already; 50 is our limit."),
    ],
)
def test_each_is_said_with_what_to_do(given: dict[str, Any], sentence: str) -> None:
    (remark,) = said(**given)
    assert remark.what == sentence
    assert remark.advice.endswith((".", "?"))


@given(st.integers(0, 30), st.integers(0, 30), st.lists(st.integers(0, 9), max_size=5))
def test_one_remark_for_each_that_is_over_its_limit(candidates: int, parties: int, loads: list[int]) -> None:
    burdens = [Burden("North", count, 3) for count in loads]
    expected = (candidates > MANY_CANDIDATES) + (parties > MANY_PARTIES) + sum(count >= 3 for count in loads)
    assert len(said(candidates=candidates, parties=parties, partners=burdens)) == expected
