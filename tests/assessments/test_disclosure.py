from typing import Any

import pytest

from assessments.disclosure import Partition, agenda, disclose, disclosed_result, further_points, partition
from assessments.instruments import Instrument, load_content, parse_instrument
from tests.assessments.cycles import ASKED, EXPERIENCE, FIT, INSTRUMENT, Answers, People, answers, cycle, flat

HIDDEN = {"score": None, "band": None, "n": None, "sd": None, "views_differ": False}


def result_of(mode: str, people: People, comments: list[dict[str, str]] | None = None) -> dict[str, Any]:
    return disclosed_result(cycle(mode, people, comments), INSTRUMENT)


def experience(mode: str, people: People) -> dict[str, Any]:
    return result_of(mode, people)["factors"][0]


def scores(factor: dict[str, Any]) -> dict[str, tuple[float | None, int | None]]:
    return {row["key"]: (row["score"], row["n"]) for row in factor["organisations"]}


# The shape


def test_result_has_exactly_the_documented_keys_in_the_documented_order() -> None:
    result = result_of("open", {"a": [flat(4)], "b": [flat(3)]}, [{"keep": "x"}])
    factor = result["factors"][0]
    assert list(result) == [
        "format", "respondents", "invited", "organisations", "factors", "overall", "comments", "warnings",
    ]  # fmt: skip
    assert list(factor) == [
        "key", "score", "band", "n", "sd", "views_differ", "dont_know", "gap", "organisations",
        "together", "distribution", "mirror",
    ]  # fmt: skip
    assert list(result["organisations"][0]) == ["key", "respondents", "invited"]
    assert list(factor["gap"]) == ["value", "label"]
    assert list(factor["organisations"][0]) == ["key", "score", "n"]
    assert list(factor["distribution"][0]) == ["item", "counts", "n", "dont_know"]
    assert list(factor["mirror"][0]) == ["organisation", "own", "partner_view", "difference"]
    assert list(result["overall"][0]) == ["key", "score", "n"]
    assert [row["key"] for row in result["factors"]] == [factor.key for factor in INSTRUMENT.factors]
    assert [row["key"] for row in result["overall"]] == ["overall_worth_it", "overall_continue"]


def test_result_counts_people_and_sorts_organisations_by_key() -> None:
    result = result_of("open", {"org-2": [flat(4)], "org-10": [flat(4), {}], "org-1": []})
    assert (result["respondents"], result["invited"]) == (3, 27)
    assert result["organisations"] == [
        {"key": "org-1", "respondents": 0, "invited": 9},
        {"key": "org-10", "respondents": 2, "invited": 9},
        {"key": "org-2", "respondents": 1, "invited": 9},
    ]


def test_result_of_a_cycle_nobody_answered_is_all_empty() -> None:
    result = result_of("open", {})
    assert result["factors"][0] == {
        "key": "experience", **HIDDEN, "dont_know": None, "gap": None, "organisations": [],
        "together": None, "mirror": [],
        "distribution": [{"item": key, "counts": [0, 0, 0, 0, 0], "n": 0, "dont_know": 0} for key in EXPERIENCE],
    }  # fmt: skip
    assert result["overall"][0] == {"key": "overall_worth_it", "score": None, "n": None}
    assert (result["comments"], result["warnings"]) == ({}, [])


# Joint scores


@pytest.mark.parametrize(
    ("people", "score", "band", "n"),
    [
        ({"a": [flat(4), flat(5)], "b": [flat(3)]}, 3.8, "discuss", 3),  # (4.5 + 3) ÷ 2, not 12 ÷ 3
        ({"a": [answers(3, 3, 3, 4)]}, 3.3, "discuss", 1),
        ({"a": [flat(3)] * 4 + [answers(3, 3, 3, 2)]}, 3.0, "discuss", 5),  # 2.95
        ({"a": [flat(4)] * 4 + [answers(4, 4, 4, 3)]}, 4.0, "strong", 5),  # 3.95
        ({"a": [flat(3)] * 3 + [answers(3, 3, 3, 2)] * 2}, 2.9, "act", 5),
        ({"a": [flat(4)], "b": [answers(1, None, None, None)]}, 4.0, "strong", 1),  # b answered, not validly
        ({"a": [flat(1)]}, 1.0, "act", 1),
        ({"a": [flat(5)]}, 5.0, "strong", 1),
    ],
)
def test_score_is_the_mean_of_the_organisations_means_rounded_before_the_band(
    people: People, score: float | None, band: str, n: int
) -> None:
    factor = experience("open", people)
    assert (factor["score"], factor["band"], factor["n"]) == (score, band, n)


@pytest.mark.parametrize("mode", ["open", "confidential"])
def test_joint_figures_are_withheld_while_a_side_is_silent(mode: str) -> None:
    result = result_of(mode, {"a": [flat(5) | {"overall_worth_it": 5}] * 6, "b": [flat(3)] * 5, "c": []})
    factor = result["factors"][0]
    assert {name: factor[name] for name in HIDDEN} == HIDDEN
    assert scores(factor) == {"a": (5.0, 6), "b": (3.0, 5), "c": (None, None)}
    assert factor["gap"] == {"value": 2.0, "label": "clear"}
    assert factor["dont_know"] == (0.0 if mode == "open" else None)
    assert factor["distribution"][0]["counts"] == [0, 0, 5, 0, 6]
    assert result["overall"][0] == {"key": "overall_worth_it", "score": None, "n": None}
    assert {"code": "side_silent", "organisation": "c"} in result["warnings"]


def test_joint_score_needs_three_valid_respondents_in_confidential_mode() -> None:
    two = experience("confidential", {"a": [flat(4), flat(4)], "b": [answers(4, None, None, None)]})
    three = experience("confidential", {"a": [flat(4), flat(4)], "b": [answers(4, 4, None, None)]})
    assert {name: two[name] for name in (*HIDDEN, "dont_know")} == HIDDEN | {"dont_know": None}
    assert (three["score"], three["n"], three["dont_know"]) == (4.0, 3, 0.17)


# Groups


@pytest.mark.parametrize(
    ("valid", "alone", "together"),
    [
        ({"a": 6, "b": 3}, "ab", ""),
        ({"a": 6, "b": 2}, "", "ab"),
        ({"a": 6, "b": 0}, "", "ab"),  # nobody with a valid answer is too small, not absent
        ({"a": 6, "b": 2, "c": 1}, "a", "bc"),
        ({"a": 6, "b": 5, "c": 2}, "a", "bc"),
        ({"a": 5, "b": 5, "c": 1}, "b", "ac"),
        ({"c": 1, "b": 5, "a": 5}, "b", "ac"),
        ({"org-2": 4, "org-10": 4, "org-1": 0}, ["org-2"], ["org-1", "org-10"]),
        ({"a": 4, "b": 5, "c": 1, "d": 0}, "b", "acd"),
        ({"a": 1, "b": 1, "c": 1, "d": 3}, "d", "abc"),
        ({"a": 1, "b": 1, "c": 1}, "", "abc"),
        ({"a": 1, "b": 1}, "", ""),
        ({"a": 2}, "", ""),
        ({"a": 3}, "a", ""),
        ({}, "", ""),
    ],
)
def test_partition_counts_small_organisations_together(
    valid: dict[str, int], alone: str | list[str], together: str | list[str]
) -> None:
    assert partition(valid, 3) == Partition(tuple(alone), tuple(together))


def test_partition_takes_in_one_after_the_other_while_the_minimum_is_not_reached() -> None:
    assert partition({"a": 6, "b": 5, "c": 1, "d": 7}, 7) == Partition(("d",), ("a", "b", "c"))
    assert partition({"a": 9, "b": 9, "c": 1, "d": 8}, 9) == Partition(("a", "b"), ("c", "d"))


def test_organisations_of_fewer_than_three_are_counted_together_in_confidential_mode_only() -> None:
    people = {"a": [flat(5)] * 4, "b": [flat(3)] * 3, "c": [flat(1)] * 2, "d": [flat(2)]}
    hidden = (None, None)
    factor = experience("confidential", people)
    assert scores(factor) == {"a": (5.0, 4), "b": (3.0, 3), "c": hidden, "d": hidden}
    assert factor["together"] == {"organisations": ["c", "d"], "score": 1.3, "n": 3}
    assert factor["score"] == 3.1  # (5 + 3 + 4/3) ÷ 3
    assert factor["gap"] == {"value": 3.7, "label": "clear"}
    opened = experience("open", people)
    assert scores(opened) == {"a": (5.0, 4), "b": (3.0, 3), "c": (1.0, 2), "d": (2.0, 1)}
    assert (opened["together"], opened["score"]) == (None, 2.8)


def test_joint_score_is_the_mean_of_all_people_when_they_are_one_group() -> None:
    factor = experience("confidential", {"a": [flat(5)] * 6, "b": [flat(2)] * 2})
    assert scores(factor) == {"a": (None, None), "b": (None, None)}
    assert factor["together"] == {"organisations": ["a", "b"], "score": 4.3, "n": 8}
    assert (factor["score"], factor["n"], factor["gap"], factor["sd"]) == (4.3, 8, None, 1.4)


def test_organisation_without_a_valid_answer_is_counted_together_not_left_out() -> None:
    factor = experience("confidential", {"a": [flat(5)] * 6, "b": [answers(1, None, None, None)] * 4})
    assert scores(factor) == {"a": (None, None), "b": (None, None)}
    assert factor["together"] == {"organisations": ["a", "b"], "score": 5.0, "n": 6}


def test_groups_of_other_organisations_do_not_depend_on_a_silent_side() -> None:
    factor = experience("confidential", {"a": [flat(5)] * 6, "b": [flat(2)] * 2, "c": [flat(3)], "d": []})
    assert scores(factor)["a"] == (5.0, 6)
    assert factor["together"] == {"organisations": ["b", "c"], "score": 2.3, "n": 3}
    assert factor["gap"] == {"value": 2.7, "label": "clear"}
    assert factor["score"] is None


def raised_to(minimum: int) -> Instrument:
    content = load_content("seven_factors", 1)
    content["scoring"]["confidential_mode"]["min_group_scores"] = minimum
    return parse_instrument(content)


def test_raised_minimum_holds_for_groups_warnings_spread_distribution_and_comments() -> None:
    people = {"a": [flat(5)] * 6, "b": [flat(2)] * 5}
    found = cycle("confidential", people, [{"keep": "x"}] * 6)
    result = disclosed_result(found, raised_to(6))
    assert result["factors"][0]["together"] == {"organisations": ["a", "b"], "score": 3.6, "n": 11}
    assert result["warnings"][-1] == {"code": "small_group", "organisation": "b"}
    assert result["comments"] == {"keep": ["x"] * 6}
    five = disclosed_result(cycle("confidential", {"a": [flat(5)] * 5}, [{"keep": "x"}] * 5), raised_to(6))
    factor = five["factors"][0]
    assert (factor["score"], factor["sd"], factor["distribution"], five["comments"]) == (None, None, [], {})


@pytest.mark.parametrize(
    ("other", "gap"),
    [
        (flat(4), {"value": 0.0, "label": None}),
        (answers(4, 4, 4, 3), {"value": 0.3, "label": None}),
        (answers(4, 4, 3, 3), {"value": 0.5, "label": "ask"}),
        (answers(4, 3, 3, 3), {"value": 0.8, "label": "ask"}),
        (flat(3), {"value": 1.0, "label": "clear"}),
        ({}, None),
    ],
)
def test_gap_is_rounded_before_its_label(other: Answers, gap: dict[str, Any] | None) -> None:
    assert experience("open", {"a": [flat(4)], "b": [other]})["gap"] == gap


def test_gap_is_computed_on_unrounded_means() -> None:
    # 3.45 and 3.0 are 3.5 and 3.0 on screen; 0.45 rounds to 0.5. 3.45 and 3.25 are 3.5 and 3.3, yet 0.2 apart.
    people = [answers(3, 3, 4, 4), answers(3, 3, 4, 4), answers(3, 3, 4, 4), answers(3, 3, 4, 4), answers(3, 3, 3, 4)]
    assert experience("open", {"a": people, "b": [flat(3)]})["gap"] == {"value": 0.5, "label": "ask"}
    assert experience("open", {"a": people, "b": [answers(3, 3, 3, 4)]})["gap"] == {"value": 0.2, "label": None}


# Spread, don't know, distribution


@pytest.mark.parametrize(
    ("values", "sd", "differ"),
    [
        ([flat(4), flat(3)], 0.71, False),
        ([flat(3), flat(4), flat(5)], 1.0, True),
        ([flat(4)] * 7 + [answers(4, 4, 4, 5), answers(4, 4, 4, 3)], 0.13, False),  # exactly 0.125
        ([flat(2), flat(4)], 1.41, True),
        ([flat(4)], None, False),
        ([flat(4), answers(1, None, None, None)], None, False),
    ],
)
def test_sd_is_over_all_valid_respondents_and_exact(values: list[Answers], sd: float | None, differ: bool) -> None:
    factor = experience("open", {"a": values})
    assert (factor["sd"], factor["views_differ"]) == (sd, differ)


def test_views_differ_is_decided_on_the_unrounded_sd() -> None:
    # Variance 223/224: the sd is 0.9978 and shows as 1.0, but is below 1.
    people = [flat(1)] * 5 + [answers(2, 2, 3, 3)] * 2 + [answers(3, 3, 4, 4)]
    factor = experience("open", {"a": people})
    assert (factor["sd"], factor["views_differ"]) == (1.0, False)


def test_views_differ_from_the_sd_that_the_questionnaire_names() -> None:
    content = load_content("seven_factors", 1)
    content["scoring"]["views_differ_sd"] = 2.0
    result = disclosed_result(cycle("open", {"a": [flat(1), flat(5), flat(3)]}), parse_instrument(content))
    assert (result["factors"][0]["sd"], result["factors"][0]["views_differ"]) == (2.0, True)


def test_sd_needs_five_valid_respondents_in_confidential_mode() -> None:
    four, five = ({"a": [flat(1), flat(5)] * 2 + [flat(3)] * more} for more in (0, 1))
    assert experience("confidential", four)["sd"] is None
    assert experience("confidential", four)["views_differ"] is False
    assert (experience("confidential", five)["sd"], experience("confidential", five)["views_differ"]) == (2.0, True)


@pytest.mark.parametrize(
    ("mode", "sd"),
    [("open", 0.55), ("confidential", 0.5)],  # √0.3 = 0.5477
)
def test_sd_has_one_decimal_in_confidential_mode(mode: str, sd: float) -> None:
    assert experience(mode, {"a": [flat(4)] * 3 + [flat(3)] * 2})["sd"] == sd


def test_sd_of_exactly_a_half_is_rounded_up_in_confidential_mode() -> None:
    # Nine scores: seven times 4, once 4.5 and once 3.5. The variance is 1/16 and the sd exactly 0.25.
    people = [flat(4)] * 7 + [answers(4, 4, 5, 5), answers(4, 4, 3, 3)]
    assert experience("confidential", {"a": people})["sd"] == 0.3


@pytest.mark.parametrize(
    ("people", "share"),
    [
        ([answers(4, 4, 4, None)], 0.25),
        ([flat(4), answers(4, None, None, None)], 0.38),  # 3 of 8
        ([flat(4)] * 7 + [answers(4, 4, 4, None)], 0.03),  # 1 of 32
        ([{}], 1.0),
        ([flat(4)], 0.0),
    ],
)
def test_dont_know_is_the_share_of_questions_without_an_answer(people: list[Answers], share: float) -> None:
    assert experience("open", {"a": people})["dont_know"] == share


def test_distribution_counts_all_organisations_together() -> None:
    factor = experience("open", {"a": [answers(1, None, 5, 5), answers(2, None, 5, 5)], "b": [answers(2, None, 3, 3)]})
    assert factor["distribution"][:2] == [
        {"item": EXPERIENCE[0], "counts": [1, 2, 0, 0, 0], "n": 3, "dont_know": 0},
        {"item": EXPERIENCE[1], "counts": [0, 0, 0, 0, 0], "n": 0, "dont_know": 3},
    ]


@pytest.mark.parametrize("mode", ["open", "confidential"])
def test_distribution_counts_valid_people_only(mode: str) -> None:
    people = {"a": [flat(4)] * 4 + [answers(4, 4, None, None), answers(1, None, None, None), {}]}
    factor = experience(mode, people)
    assert factor["distribution"][0] == {"item": EXPERIENCE[0], "counts": [0, 0, 0, 5, 0], "n": 5, "dont_know": 0}
    if mode == "open":
        assert factor["distribution"][2] == {"item": EXPERIENCE[2], "counts": [0, 0, 0, 4, 0], "n": 4, "dont_know": 1}
        assert factor["dont_know"] == 0.32  # 9 of 28, over all respondents


def test_distribution_leaves_out_items_with_fewer_than_five_answers_in_confidential_mode() -> None:
    factor = experience("confidential", {"a": [flat(4)] * 4 + [answers(None, 2, 2, None)]})
    assert factor["distribution"] == [
        {"item": EXPERIENCE[1], "counts": [0, 1, 0, 4, 0], "n": 5, "dont_know": 0},
        {"item": EXPERIENCE[2], "counts": [0, 1, 0, 4, 0], "n": 5, "dont_know": 0},
    ]


def test_dont_know_is_hidden_where_some_but_not_all_distributions_are_shown() -> None:
    some = experience("confidential", {"a": [flat(4)] * 4 + [answers(4, 4, 4, None)]})
    assert (len(some["distribution"]), some["score"], some["dont_know"]) == (3, 4.0, None)
    every = experience("confidential", {"a": [flat(4)] * 5 + [answers(4, 4, 4, None)]})
    assert (len(every["distribution"]), every["dont_know"]) == (4, 0.04)
    one = experience("confidential", {"a": [answers(4, 4, None, None), answers(4, None, 4, None)] * 3})
    assert (len(one["distribution"]), one["score"], one["dont_know"]) == (1, 4.0, None)
    none = experience("confidential", {"a": [flat(4)] * 3 + [answers(4, 4, 4, None)]})
    assert (len(none["distribution"]), none["dont_know"]) == (0, 0.06)


def test_many_dont_know_is_not_said_of_a_hidden_share() -> None:
    people = {"a": [answers(4, 4, 4, 4)] * 4 + [answers(4, 4, None, None)] * 3 + [{}] * 3}
    result = result_of("confidential", people)
    assert [row["dont_know"] for row in result["factors"][:1]] == [None]
    assert {"code": "many_dont_know", "factor": "experience"} not in result["warnings"]


# Mirror


def test_mirror_sets_own_beside_the_view_of_the_other() -> None:
    people = {"a": [answers(3, 3, 5, 2), answers(3, 3, 4, 2)], "b": [answers(3, 3, 1, 4)]}
    assert experience("open", people)["mirror"] == [
        {"organisation": "a", "own": 4.5, "partner_view": 4.0, "difference": 0.5},
        {"organisation": "b", "own": 1.0, "partner_view": 2.0, "difference": -1.0},
    ]


def test_mirror_difference_is_unrounded_and_rounds_away_from_zero() -> None:
    people = {"a": [answers(3, 3, 3, 3)] * 3 + [answers(3, 3, 4, 3)], "b": [answers(3, 3, 3, 4), answers(3, 3, 3, 3)]}
    assert experience("open", people)["mirror"] == [
        {"organisation": "a", "own": 3.3, "partner_view": 3.5, "difference": -0.3},  # 3.25 − 3.5
        {"organisation": "b", "own": 3.0, "partner_view": 3.0, "difference": 0.0},
    ]


def test_view_of_the_other_is_rounded_as_the_own_one_is() -> None:
    people = {"a": [answers(3, 3, 3, 3)], "b": [answers(3, 3, 3, 3)] * 3 + [answers(3, 3, 3, 4)]}
    assert experience("open", people)["mirror"][0] == {
        "organisation": "a", "own": 3.0, "partner_view": 3.3, "difference": -0.3,  # 3.25; 3 − 3.25
    }  # fmt: skip


def test_mirror_in_open_mode_needs_one_answer_of_a_valid_person_on_both_sides() -> None:
    people = {"a": [answers(4, None, 5, None)], "b": [answers(4, None, None, 2)]}
    assert experience("open", people)["mirror"] == [
        {"organisation": "a", "own": 5.0, "partner_view": 2.0, "difference": 3.0}
    ]
    invalid = {"a": [answers(None, None, 5, None)], "b": [answers(4, None, None, 2)]}
    assert experience("open", invalid)["mirror"] == []


@pytest.mark.parametrize("people", [{"a": [flat(4)]}, {"a": [flat(4)], "b": [flat(4)], "c": [flat(4)]}])
def test_mirror_needs_exactly_two_organisations(people: People) -> None:
    assert experience("open", people)["mirror"] == []


def test_mirror_counts_a_silent_organisation() -> None:
    assert experience("open", {"a": [flat(4)], "b": [flat(4)], "c": []})["mirror"] == []
    assert experience("confidential", {"a": [flat(4)] * 5, "b": []})["mirror"] == []


def test_mirror_needs_three_answers_in_all_four_sets_in_confidential_mode() -> None:
    three = {"a": [answers(4, 4, 5, 3)] * 3, "b": [answers(4, 4, 3, 2)] * 3}
    assert experience("confidential", three)["mirror"] == [
        {"organisation": "a", "own": 5.0, "partner_view": 2.0, "difference": 3.0},
        {"organisation": "b", "own": 3.0, "partner_view": 3.0, "difference": 0.0},
    ]
    two = {"a": [answers(4, 4, 5, 3)] * 2 + [answers(4, 4, 5, None)], "b": three["b"]}
    assert experience("confidential", two)["mirror"] == []


def test_mirror_needs_both_organisations_to_be_a_group_in_confidential_mode() -> None:
    people = {"a": [flat(4)] * 3, "b": [flat(4)] * 2 + [answers(None, None, 4, None)]}
    assert experience("confidential", people)["mirror"] == []


def test_mirror_beside_a_small_set_hides_the_distribution_of_both_its_items() -> None:
    small = {"a": [flat(4)] * 6, "b": [flat(3)] * 4}
    factor = experience("confidential", small)
    assert len(factor["mirror"]) == 2
    assert [row["item"] for row in factor["distribution"]] == EXPERIENCE[:2]
    assert factor["dont_know"] is None
    large = experience("confidential", {"a": [flat(4)] * 6, "b": [flat(3)] * 5})
    assert (len(large["mirror"]), len(large["distribution"]), large["dont_know"]) == (2, 4, 0.0)
    in_open_mode = experience("open", small)
    assert (len(in_open_mode["mirror"]), len(in_open_mode["distribution"])) == (2, 4)


# Overall items, comments, warnings


def test_overall_is_the_mean_of_the_organisations_means_on_the_item() -> None:
    people = {"a": [{"overall_worth_it": 5}, {"overall_worth_it": 4}], "b": [{"overall_worth_it": 2}, {}]}
    assert result_of("open", people)["overall"] == [
        {"key": "overall_worth_it", "score": 3.3, "n": 3},  # (4.5 + 2) ÷ 2
        {"key": "overall_continue", "score": None, "n": None},
    ]


def test_overall_needs_three_answers_in_confidential_mode() -> None:
    people = {"a": [{"overall_worth_it": 4, "overall_continue": 4}] * 2, "b": [{"overall_worth_it": 3}]}
    assert result_of("confidential", people)["overall"] == [
        {"key": "overall_worth_it", "score": 3.7, "n": 3},  # one group of three people
        {"key": "overall_continue", "score": None, "n": None},
    ]


def test_overall_is_grouped_by_who_answered_that_item() -> None:
    both = {"overall_worth_it": 5, "overall_continue": 5}
    people = {
        "a": [both] * 3,
        "b": [{"overall_worth_it": 2, "overall_continue": 2}] * 2 + [{"overall_worth_it": 2}],
        "c": [{"overall_worth_it": 1, "overall_continue": 1}] * 3,
    }
    found = disclose(cycle("confidential", people), INSTRUMENT)
    assert found.result["overall"] == [
        {"key": "overall_worth_it", "score": 2.7, "n": 9},  # (5 + 2 + 1) ÷ 3
        {"key": "overall_continue", "score": 2.4, "n": 8},  # b and a together 3.8, c 1
    ]
    assert found.means["overall_continue"] == {"mean": "12/5", "groups": [["c"], ["a", "b"]]}


def test_comments_need_five_people_per_question_in_confidential_mode() -> None:
    low = f"low:{EXPERIENCE[0]}"
    written = [
        {"keep": "e", "change_first": "x", low: "5"},
        {"keep": "a", "change_first": "x", low: "4"},
        {"keep": "c", "change_first": "x", low: "3"},
        {"keep": "a", "change_first": "x", low: "2"},
        {"keep": "é", "change_first": " \n", low: "1"},
    ]
    people = {"a": [flat(2)] * 5, "b": [flat(4)]}
    assert result_of("confidential", people, written)["comments"] == {
        "keep": ["a", "a", "c", "e", "é"],
        low: ["1", "2", "3", "4", "5"],
    }
    assert result_of("open", people, written)["comments"]["change_first"] == ["x", "x", "x", "x"]


def test_in_open_mode_one_person_is_enough() -> None:
    result = result_of("open", {"a": [flat(4)], "b": [flat(2)]}, [{"keep": "The coffee."}])
    assert result["comments"] == {"keep": ["The coffee."]}
    assert scores(result["factors"][0]) == {"a": (4.0, 1), "b": (2.0, 1)}
    assert [row for row in result["warnings"] if row["code"] != "many_dont_know"] == []


@pytest.mark.parametrize("mode", ["open", "confidential"])
def test_comment_on_a_low_answer_is_not_shown_once_the_answer_is_raised(mode: str) -> None:
    low = f"low:{EXPERIENCE[0]}"
    written = [{low: "Anna never answers"}] * 5
    assert low in result_of(mode, {"a": [flat(2)] * 5}, written)["comments"]
    raised = result_of(mode, {"a": [flat(2)] * 4 + [flat(5)]}, written)["comments"]
    assert raised == ({low: ["Anna never answers"] * 4} if mode == "open" else {})


def test_comments_are_printed_as_written_and_sorted_by_code_point() -> None:
    written = [{"keep": text} for text in (" b", "Z\n", "a", "\u200bc", "A", "\u200b")]
    result = result_of("open", {"a": [flat(4)] * 6}, written)
    assert result["comments"] == {"keep": [" b", "A", "Z\n", "a", "\u200bc"]}


def test_warnings_are_sorted_by_code_then_subject() -> None:
    blank = dict.fromkeys(ASKED)
    people = {"z": [], "b": [blank], "c": [], "a": [flat(4)] * 3, "d": [flat(4)] * 2}
    result = result_of("confidential", people)
    assert result["warnings"] == [
        {"code": "side_silent", "organisation": "c"},
        {"code": "side_silent", "organisation": "z"},
        {"code": "small_group", "organisation": "b"},
        {"code": "small_group", "organisation": "d"},
    ]
    assert [row["code"] for row in result_of("open", people)["warnings"]] == ["many_dont_know"] * 6 + [
        "side_silent"
    ] * 2


@pytest.mark.parametrize(
    ("missing", "share", "warned"),
    [(59, 0.3, True), (58, 0.29, False)],  # 0.295 shows as 0.30; 0.29
)
def test_many_dont_know_follows_the_share_as_shown(missing: int, share: float, warned: bool) -> None:
    people = [answers(*([None] * gone + [4] * (4 - gone))) for gone in _spread_over(missing, 50)]
    result = result_of("open", {"a": people})
    assert result["factors"][0]["dont_know"] == share
    assert ({"code": "many_dont_know", "factor": "experience"} in result["warnings"]) is warned


def _spread_over(total: int, people: int) -> list[int]:
    return [total // people + (n < total % people) for n in range(people)]


# The worked example of docs/scoring.md


def test_worked_example_of_the_documentation() -> None:
    people = {
        "library": [answers(4, 4, 5, 3), answers(4, 3, 4, None), answers(5, 4, 4, 3), answers(3, 4, 4, 3)],
        "municipality": [
            answers(3, 3, 4, 2),
            answers(2, 3, None, None),
            answers(3, 2, 3, 2),
            answers(None, None, 4, None),
        ],
        "school": [flat(2)],
        "welfare": [flat(4), answers(5, 4, 4, 3)],
    }
    found = disclose(cycle("confidential", people), INSTRUMENT)
    factor = found.result["factors"][0]
    groups = [["library"], ["municipality"], ["school", "welfare"]]
    assert found.means == {"experience": {"mean": "235/72", "groups": groups}}
    assert (factor["score"], factor["band"], factor["n"]) == (3.3, "discuss", 10)
    assert (factor["sd"], factor["views_differ"], factor["dont_know"]) == (0.8, False, 0.14)
    hidden = (None, None)
    assert scores(factor) == {"library": (3.8, 4), "municipality": (2.7, 3), "school": hidden, "welfare": hidden}
    assert factor["together"] == {"organisations": ["school", "welfare"], "score": 3.3, "n": 3}
    assert factor["gap"] == {"value": 1.1, "label": "clear"}
    assert [(row["counts"], row["n"], row["dont_know"]) for row in factor["distribution"]] == [
        ([0, 2, 3, 3, 2], 10, 0),
        ([0, 2, 3, 5, 0], 10, 0),
        ([0, 1, 1, 6, 1], 9, 1),
        ([0, 3, 4, 1, 0], 8, 2),
    ]
    assert factor["mirror"] == []
    assert found.result["warnings"] == [
        {"code": "small_group", "organisation": "school"},
        {"code": "small_group", "organisation": "welfare"},
    ]


# The exact means kept for the trend


def test_means_hold_the_unrounded_score_and_the_groups_of_what_is_shown_and_no_more() -> None:
    people: People = {"a": [flat(4) | {"overall_worth_it": 4}] * 2 + [answers(4, 4, 4, 3)], "b": [{}]}
    assert disclose(cycle("open", people), INSTRUMENT).means == {
        "experience": {"mean": "47/12", "groups": [["a"]]},
        "overall_worth_it": {"mean": "4", "groups": [["a"]]},
    }
    assert disclose(cycle("confidential", people), INSTRUMENT).means == {
        "experience": {"mean": "47/12", "groups": [["a", "b"]]}
    }


# The agenda


def test_agenda_lists_lowest_widest_most_spread_and_mirrored() -> None:
    fit = {"a": dict.fromkeys(FIT, 2), "b": dict.fromkeys(FIT, 2)}
    people = {"a": [answers(5, 5, 5, 1) | fit["a"]], "b": [answers(2, 2, 3, 4) | fit["b"]]}
    assert agenda(result_of("open", people), INSTRUMENT) == [
        {"factor": "strategic_fit", "reason": "lowest_score", "figures": {"score": 2.0, "band": "act", "n": 2}},
        {"factor": "experience", "reason": "widest_gap", "figures": {"value": 1.3, "label": "clear"}},
        {
            "factor": "experience",
            "reason": "mirror",
            "figures": {"organisation": "b", "own": 3.0, "partner_view": 1.0, "difference": 2.0},
        },
    ]


def test_agenda_names_the_factor_on_which_views_differ_most() -> None:
    people = {"a": [flat(1), flat(5)]}
    assert agenda(result_of("open", people), INSTRUMENT)[1:] == [
        {"factor": "experience", "reason": "most_spread", "figures": {"sd": 2.83, "n": 2}}
    ]


def test_agenda_names_the_most_spread_of_several_factors() -> None:
    fit = [dict.fromkeys(FIT, 2), dict.fromkeys(FIT, 4)]
    points = agenda(result_of("open", {"a": [flat(1) | fit[0], flat(5) | fit[1]]}), INSTRUMENT)
    assert [(row["factor"], row["figures"]["sd"]) for row in points if row["reason"] == "most_spread"] == [
        ("experience", 2.83)
    ]


@pytest.mark.parametrize(("view", "is_named"), [(4, False), (3, True)])
def test_agenda_names_views_that_differ_by_exactly_the_threshold(view: int, is_named: bool) -> None:
    """Set the own answers of two people, 4 on average, beside one of 4 and one of ``view``: nought, and one half."""
    people = {"a": [answers(4, 4, 4, 4)] * 2, "b": [answers(4, 4, 4, 4), answers(4, 4, 4, view)]}
    points = agenda(result_of("open", people), INSTRUMENT)
    assert [row["reason"] for row in points if row["reason"] == "mirror"] == ["mirror"] * is_named


def test_agenda_names_the_widest_of_several_gaps() -> None:
    people = {"a": [flat(4) | dict.fromkeys(FIT, 5)], "b": [flat(3) | dict.fromkeys(FIT, 2)]}
    points = agenda(result_of("open", people), INSTRUMENT)
    assert [(row["factor"], row["figures"]["value"]) for row in points if row["reason"] == "widest_gap"] == [
        ("strategic_fit", 3.0)
    ]


def test_agenda_takes_the_first_factor_on_a_tie() -> None:
    keys = [item.key for factor in INSTRUMENT.factors for item in factor.items]
    same: Answers = dict.fromkeys(keys, 4)
    assert agenda(result_of("open", {"a": [same], "b": [same]}), INSTRUMENT) == [
        {"factor": "experience", "reason": "lowest_score", "figures": {"score": 4.0, "band": "strong", "n": 2}}
    ]


def test_agenda_has_the_view_that_differs_most_before_the_others() -> None:
    result = result_of("open", {"a": [answers(5, 5, 5, 1)], "b": [answers(2, 2, 3, 4)]})
    fit = next(row for row in result["factors"] if row["key"] == "strategic_fit")
    fit["mirror"] = [{"organisation": "a", "own": 1.0, "partner_view": 4.0, "difference": -3.0}]
    points = [row for row in agenda(result, INSTRUMENT) if row["reason"] == "mirror"]
    assert [(row["factor"], row["figures"]["difference"]) for row in points] == [
        ("strategic_fit", -3.0),
        ("experience", 2.0),
    ]


def test_further_points_are_the_next_lowest_and_widest_by_turns_where_there_is_cause() -> None:
    def row(key: str, score: float | None, band: str | None, gap: float | None, label: str | None) -> dict[str, Any]:
        return {
            "key": key,
            "score": score,
            "band": band,
            "n": None if score is None else 6,
            "gap": None if gap is None else {"value": gap, "label": label},
        }

    factors = [
        row("named", 1.0, "act", 3.0, "clear"),
        row("strong", 4.5, "strong", 0.2, None),
        row("apart", 4.2, "strong", 1.5, "clear"),
        row("low", 2.5, "act", 0.6, "ask"),
        row("middling", 3.1, "discuss", 0.1, None),
        row("hidden", None, None, None, None),
    ]
    points = further_points({"factors": factors}, {"named"})
    assert points == [
        {"factor": "low", "reason": "next_lowest", "figures": {"score": 2.5, "band": "act", "n": 6}},
        {"factor": "apart", "reason": "next_widest", "figures": {"value": 1.5, "label": "clear"}},
        {"factor": "middling", "reason": "next_lowest", "figures": {"score": 3.1, "band": "discuss", "n": 6}},
    ]


def test_agenda_of_a_result_that_hides_everything_is_empty() -> None:
    assert agenda(result_of("confidential", {"a": [flat(1), flat(5)]}), INSTRUMENT) == []
