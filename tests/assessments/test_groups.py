"""Sentences on organisations counted together: true in every case, and made from the disclosed result only."""

from typing import Any

import pytest
from django.utils.translation import override

from assessments.disclosure import disclosed_result
from assessments.groups import CountedTogether, counted_together, group_notes
from tests.assessments.cycles import EXPERIENCE, FIT, INSTRUMENT, People, answers, cycle, flat

NAMES = {"a": "Library", "b": "Council", "c": "Care"}
FACTORS = {"experience": "Experience", "strategic_fit": "Strategic fit"}


def result_of(people: People) -> dict[str, Any]:
    """Return the result on two factors, answered alike."""
    both = {
        key: [{**row, **dict(zip(FIT, [row.get(item) for item in EXPERIENCE], strict=True))} for row in rows]
        for key, rows in people.items()
    }
    result = disclosed_result(cycle("confidential", both), INSTRUMENT)
    result["factors"] = [row for row in result["factors"] if row["key"] in FACTORS]
    return result


def notes(people: People, least: int = 3) -> list[str]:
    return group_notes(result_of(people), NAMES, FACTORS, least)


def test_small_organisations_counted_together_are_named_once() -> None:
    assert notes({"a": [flat(4)] * 6, "b": [flat(4)] * 2, "c": [flat(3)]}) == [
        "Organisations Council and Care are counted together: each has fewer than three answers."
    ]


def test_larger_organisation_that_completes_a_group_is_not_called_small() -> None:
    assert notes({"a": [flat(4)] * 6, "b": [flat(4)] * 2}) == [
        "Organisations Library and Council are counted together: fewer than three people of Council answered, so the"
        " group needs Library as well."
    ]


def test_organisation_with_people_who_do_not_know_is_not_called_small() -> None:
    unknown = answers(4, None, None, None)
    assert notes({"a": [flat(4)] * 6, "b": [unknown] * 4}) == [
        "Organisations Library and Council are counted together: there are too few answers to show each by itself."
    ]
    assert notes({"a": [flat(4)] * 2, "b": [flat(4)] * 2, "c": [flat(4)] * 2 + [unknown]}) == [
        "Organisations Library, Council and Care are counted together: there are too few answers to show each by"
        " itself."
    ]


def test_nothing_is_said_where_each_organisation_is_a_group() -> None:
    assert notes({"a": [flat(4)] * 3, "b": [flat(4)] * 3}) == []


def test_too_few_people_for_any_group_is_said() -> None:
    assert notes({"a": [flat(4)], "b": [flat(4)]}) == [
        "Fewer than three people answered these questions, so there are no scores to show."
    ]
    assert notes({"a": [], "b": []}) == []


def test_factors_with_other_groups_are_named() -> None:
    result = result_of({"a": [flat(4)] * 6, "b": [flat(4)] * 3, "c": [flat(3)] * 3})
    other = result_of({"a": [flat(4)] * 6, "b": [flat(4)] * 2, "c": [flat(3)] * 2})
    result["factors"][1] = other["factors"][1]
    (note,) = group_notes(result, NAMES, FACTORS, 3)
    assert note.endswith("This holds for: Strategic fit.")


def test_a_raised_minimum_is_said_as_it_is() -> None:
    assert "fewer than five answers" in notes({"a": [flat(4)] * 6, "b": [flat(4)] * 2, "c": [flat(3)]}, 5)[0]


def test_counted_together_names_its_organisations_in_the_order_of_the_page() -> None:
    factor = result_of({"a": [flat(4)] * 6, "b": [flat(4)] * 2, "c": [flat(3)]})["factors"][0]
    assert counted_together(factor, {"c": "Care", "a": "Library", "b": "Council"}) == CountedTogether(
        "Care and Council", 3.7, 3
    )


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        (
            {"a": [flat(4)] * 6, "b": [flat(4)] * 2, "c": [flat(3)]},
            "We tellen Council en Care samen: bij elk van deze organisaties zijn er minder dan drie antwoorden.",
        ),
        (
            {"a": [flat(4)] * 6, "b": [flat(4)] * 2},
            "We tellen Library en Council samen: van Council hebben minder dan drie mensen geantwoord."
            " Met Library erbij is de groep groot genoeg.",
        ),
    ],
)
def test_notes_are_dutch_for_dutch_readers(people: People, sentence: str) -> None:
    with override("nl"):
        assert notes(people) == [sentence]
