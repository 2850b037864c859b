from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments import scoring
from assessments.cycle_format import build_cycle
from assessments.disclosure import disclose
from tests.assessments.cycles import INSTRUMENT, Answers, answers, cycle, cycle_data, flat

EXPERIENCE = INSTRUMENT.factors[0]
fractions = st.fractions(min_value=-5, max_value=5, max_denominator=1000)


@pytest.mark.parametrize(
    ("given_answers", "score"),
    [
        (answers(4, 4, 4, 4), Fraction(4)),
        (answers(3, 3, 3, 4), Fraction(13, 4)),
        (answers(4, None, 5, None), Fraction(9, 2)),
        (answers(5, 4, None, 4), Fraction(13, 3)),
        (answers(4, None, None, None), None),
        (answers(None, None, None, None), None),
        ({}, None),
    ],
)
def test_respondent_score_is_the_mean_of_two_or_more_answered_items(
    given_answers: Answers, score: Fraction | None
) -> None:
    (response,) = cycle("open", {"a": [given_answers]}).responses
    assert scoring.respondent_score(response, EXPERIENCE, min_answered=2) == score


def test_factor_scores_hold_the_valid_scores_per_organisation_in_order_of_key() -> None:
    found = cycle("open", {"b": [flat(2), answers(1, None, None, None)], "a": [flat(5), flat(4)], "c": []})
    scores = scoring.factor_scores(found, EXPERIENCE, INSTRUMENT)
    assert list(scores.items()) == [("a", [5, 4]), ("b", [2]), ("c", [])]


def test_factor_answers_are_those_of_valid_people_only() -> None:
    found = cycle("open", {"a": [flat(5), answers(1, None, None, None)], "b": [answers(2, None, 3, None)]})
    item = EXPERIENCE.items[0].key
    assert scoring.factor_answers(found, EXPERIENCE, item, INSTRUMENT) == {"a": [5], "b": [2]}
    assert scoring.item_answers(found, item) == {"a": [5, 1], "b": [2]}


def test_pooled_takes_the_named_organisations_or_all() -> None:
    values = {"a": [Fraction(1)], "b": [Fraction(2), Fraction(3)], "c": [Fraction(4)]}
    assert scoring.pooled(values) == [1, 2, 3, 4]
    assert scoring.pooled(values, ["a", "c"]) == [1, 4]


def test_variance_is_the_sample_variance() -> None:
    assert scoring.variance([Fraction(3), Fraction(4), Fraction(5)]) == 1
    assert scoring.variance([Fraction(3), Fraction(4)]) == Fraction(1, 2)
    assert scoring.variance([Fraction(3)]) is None
    assert scoring.variance([]) is None


def test_share_unknown_counts_questions_without_an_answer_over_all_respondents() -> None:
    found = cycle("open", {"a": [answers(4, 4, 4, None)], "b": [answers(1, None, None, 2)]})
    assert scoring.share_unknown(found, EXPERIENCE) == Fraction(3, 8)
    assert scoring.share_unknown(cycle("open", {"a": []}), EXPERIENCE) is None


def test_respondents_counts_a_response_without_answers() -> None:
    assert scoring.respondents(cycle("open", {"b": [{}, {}], "a": []})) == {"a": 0, "b": 2}


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("3.25", 1, 3.3),
        ("3.249", 1, 3.2),
        ("2.95", 1, 3.0),
        ("-0.25", 1, -0.3),
        ("-0.24", 1, -0.2),
        ("-0.04", 1, 0.0),
        ("0.375", 2, 0.38),
        ("0.295", 2, 0.3),
        ("1/3", 2, 0.33),
    ],
)
def test_half_up_rounds_a_half_away_from_zero(value: str, places: int, expected: float) -> None:
    assert float(scoring.half_up(Fraction(value), places)) == expected


@settings(deadline=None)
@given(st.integers(0, 500), st.sampled_from([1, 2]))
def test_half_up_takes_every_exact_half_to_the_next(units: int, places: int) -> None:
    half = Fraction(2 * units + 1, 2 * 10**places)
    assert scoring.half_up(half, places) == Fraction(units + 1, 10**places)
    assert scoring.half_up(-half, places) == -Fraction(units + 1, 10**places)


@settings(deadline=None)
@given(fractions, st.sampled_from([1, 2]))
def test_half_up_is_never_further_off_than_half_a_unit(value: Fraction, places: int) -> None:
    assert abs(scoring.half_up(value, places) - value) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("square", "expected"),
    [("1/2", 0.71), ("2", 1.41), ("1", 1.0), ("1/64", 0.13), ("9/64", 0.38), ("0", 0.0), ("1/40000", 0.01)],
)
def test_root_half_up_rounds_roots_and_their_ties(square: str, expected: float) -> None:
    assert float(scoring.root_half_up(Fraction(square), 2)) == expected


@settings(deadline=None)
@given(st.fractions(min_value=0, max_value=16, max_denominator=10_000))
def test_root_half_up_lies_within_half_a_unit_of_the_root(square: Fraction) -> None:
    root, half = scoring.root_half_up(square, 2), Fraction(1, 200)
    assert max(root - half, Fraction(0)) ** 2 <= square < (root + half) ** 2


HALF = Fraction(1, 2)


def kept(mean: str, *groups: list[str]) -> scoring.KeptMean:
    return {"mean": mean, "groups": list(groups) or [["a"], ["b"]]}


@pytest.mark.parametrize(
    ("previous", "current", "value", "label"),
    [
        ("13/4", "15/4", 0.5, "up"),
        ("13/4", "37/10", 0.5, "up"),  # 0.45 unrounded is 0.5 shown
        ("13/4", "73/20", 0.4, "same"),
        ("4", "4", 0.0, "same"),
        ("15/4", "33/10", -0.5, "down"),
        ("5", "1", -4.0, "down"),
    ],
)
def test_trend_rounds_the_unrounded_change_and_then_compares(
    previous: str, current: str, value: float, label: str
) -> None:
    assert scoring.trend(kept(previous), kept(current), HALF) == {"value": value, "label": label}


@pytest.mark.parametrize(("previous", "current"), [(None, kept("4")), (kept("4"), None), (None, None)])
def test_trend_needs_a_figure_in_both_rounds(
    previous: scoring.KeptMean | None, current: scoring.KeptMean | None
) -> None:
    assert scoring.trend(previous, current, HALF) == {"value": None, "label": None}


@pytest.mark.parametrize(
    "groups",
    [
        [["a"]],
        [["a", "b"]],
        [["a"], ["c"]],
        [["a"], ["b"], ["c"]],
        [["a"], ["b", "c"]],
    ],
)
def test_trend_does_not_compare_other_groups(groups: list[list[str]]) -> None:
    regrouped = {"value": None, "label": "regrouped"}
    assert scoring.trend(kept("4"), kept("2", *groups), HALF) == regrouped
    assert scoring.trend(kept("4", *groups), kept("2"), HALF) == regrouped


def test_trend_compares_the_same_groups_in_whatever_order() -> None:
    previous, current = kept("4", ["c", "b"], ["a"]), kept("2", ["a"], ["b", "c"])
    assert scoring.trend(previous, current, HALF) == {"value": -2.0, "label": "down"}


LOW = f"low:{EXPERIENCE.items[0].key}"


@pytest.mark.parametrize(
    ("answer", "counted"), [(1, True), (2, True), (3, False), (4, False), (5, False), (None, False)]
)
def test_comment_on_a_low_answer_counts_only_while_the_answer_is_low(answer: int | None, counted: bool) -> None:
    comments = {LOW: "Anna never answers", "keep": "x"}
    found = scoring.comments_that_count(answers(answer, 4, 4, 4), comments, INSTRUMENT)
    assert found == ({"keep": "x", LOW: "Anna never answers"} if counted else {"keep": "x"})
    assert LOW not in scoring.comments_that_count({}, comments, INSTRUMENT)


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u00a0", "\u200b\u2060", "\ufeff", "\u00ad", "\u2800", "\u3164", "\ufe0f"]
)
def test_comment_that_shows_nothing_is_none(text: str) -> None:
    assert scoring.comments_that_count({}, {"keep": text, "change_first": f" {text}x "}, INSTRUMENT) == {
        "change_first": f" {text}x "
    }


@settings(deadline=None, max_examples=60)
@given(cycle_data(), st.data())
def test_joint_score_does_not_move_when_one_group_answers_twice_over(
    raw: dict[str, Any], choice: st.DataObject
) -> None:
    raw["mode"] = "open"
    key = choice.draw(st.sampled_from([row["key"] for row in raw["organisations"]]))
    doubled = raw | {"responses": raw["responses"] + [r for r in raw["responses"] if r["organisation"] == key]}
    once, twice = (disclose(build_cycle(d), INSTRUMENT).means for d in (raw, doubled))
    assert once == twice
