from typing import Any

import pytest

from assessments.disclosure import Rules, agenda, disclose, disclosed_result, shown_organisations
from tests.assessments.cycles import ASKED, EXPERIENCE, FIT, INSTRUMENT, Answers, People, answers, cycle, flat

CONFIDENTIAL = Rules(scores=3, spread=5, distribution=5, comments=5, hidden=3)
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
        "distribution", "mirror",
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
        "distribution": [{"item": key, "counts": [0, 0, 0, 0, 0], "n": 0, "dont_know": 0} for key in EXPERIENCE],
        "mirror": [],
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


# Organisations


@pytest.mark.parametrize(
    ("valid", "shown"),
    [
        ({"a": 6, "b": 3}, "ab"),
        ({"a": 6, "b": 2}, ""),
        ({"a": 6, "b": 0}, "a"),
        ({"a": 6, "b": 2, "c": 1}, "a"),
        ({"a": 6, "b": 5, "c": 2}, "a"),
        ({"a": 5, "b": 5, "c": 1}, "b"),
        ({"c": 1, "b": 5, "a": 5}, "b"),
        ({"a": 4, "b": 5, "c": 1, "d": 0}, "b"),
        ({"a": 1, "b": 1, "c": 1, "d": 3}, "d"),
        ({"a": 1, "b": 1, "c": 1}, ""),
        ({"a": 2}, ""),
        ({"a": 3}, "a"),
        ({}, ""),
    ],
)
def test_shown_organisations_leave_no_small_remainder(valid: dict[str, int], shown: str) -> None:
    assert shown_organisations(valid, CONFIDENTIAL) == set(shown)


def test_shown_organisations_hides_on_when_the_minimum_is_raised() -> None:
    raised = Rules(scores=3, spread=5, distribution=5, comments=5, hidden=9)
    assert shown_organisations({"a": 3, "b": 4, "c": 5, "d": 2}, raised) == {"c"}


def test_organisations_of_fewer_than_three_are_hidden_in_confidential_mode_only() -> None:
    people = {"a": [flat(5)] * 4, "b": [flat(3)] * 3, "c": [flat(1)] * 2, "d": [flat(1)]}
    assert scores(experience("confidential", people)) == {
        "a": (5.0, 4), "b": (3.0, 3), "c": (None, None), "d": (None, None),
    }  # fmt: skip
    assert scores(experience("open", people)) == {"a": (5.0, 4), "b": (3.0, 3), "c": (1.0, 2), "d": (1.0, 1)}


def test_joint_score_shows_though_every_organisation_is_hidden() -> None:
    factor = experience("confidential", {"a": [flat(5)] * 6, "b": [flat(2)] * 2})
    assert scores(factor) == {"a": (None, None), "b": (None, None)}
    assert (factor["score"], factor["n"], factor["gap"], factor["sd"]) == (3.5, 8, None, 1.39)


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


def test_sd_needs_five_valid_respondents_in_confidential_mode() -> None:
    four, five = ({"a": [flat(1), flat(5)] * 2 + [flat(3)] * more} for more in (0, 1))
    assert experience("confidential", four)["sd"] is None
    assert experience("confidential", four)["views_differ"] is False
    assert (experience("confidential", five)["sd"], experience("confidential", five)["views_differ"]) == (2.0, True)


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


def test_distribution_leaves_out_items_with_fewer_than_five_answers_in_confidential_mode() -> None:
    factor = experience("confidential", {"a": [flat(4)] * 4 + [answers(None, 2, 2, None)]})
    assert factor["distribution"] == [
        {"item": EXPERIENCE[1], "counts": [0, 1, 0, 4, 0], "n": 5, "dont_know": 0},
        {"item": EXPERIENCE[2], "counts": [0, 1, 0, 4, 0], "n": 5, "dont_know": 0},
    ]


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


def test_mirror_in_open_mode_needs_one_answer_on_both_sides_and_no_valid_score() -> None:
    people = {"a": [answers(None, None, 5, None)], "b": [answers(None, None, None, 2)]}
    assert experience("open", people)["mirror"] == [
        {"organisation": "a", "own": 5.0, "partner_view": 2.0, "difference": 3.0}
    ]


@pytest.mark.parametrize("people", [{"a": [flat(4)]}, {"a": [flat(4)], "b": [flat(4)], "c": [flat(4)]}])
def test_mirror_needs_exactly_two_organisations(people: People) -> None:
    assert experience("open", people)["mirror"] == []


def test_mirror_needs_three_answers_behind_both_means_in_confidential_mode() -> None:
    people = {"a": [answers(4, 4, 5, None)] * 3, "b": [answers(4, 4, 3, 2)] * 3}
    assert experience("confidential", people)["mirror"] == [
        {"organisation": "a", "own": 5.0, "partner_view": 2.0, "difference": 3.0}
    ]


def test_mirror_needs_both_organisations_shown_in_confidential_mode() -> None:
    people = {"a": [flat(4)] * 3, "b": [flat(4)] * 2 + [answers(None, None, 4, None)]}
    assert experience("confidential", people)["mirror"] == []


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
        {"key": "overall_worth_it", "score": 3.5, "n": 3},
        {"key": "overall_continue", "score": None, "n": None},
    ]


def test_comments_need_five_people_per_question_in_confidential_mode() -> None:
    low = f"low:{EXPERIENCE[0]}"
    written = [
        {"keep": "e", "change_first": "x", low: "5"},
        {"keep": "a", "change_first": "x", low: "4"},
        {"keep": "c", "change_first": "x", low: "3"},
        {"keep": "a", "change_first": "x", low: "2"},
        {"keep": "é", "change_first": " \n", low: "1"},
    ]
    people = {"a": [flat(4)] * 5, "b": [flat(4)]}
    assert result_of("confidential", people, written)["comments"] == {
        "keep": ["a", "a", "c", "e", "é"],
        low: ["1", "2", "3", "4", "5"],
    }
    assert result_of("open", people, written)["comments"]["change_first"] == ["x", "x", "x", "x"]


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
        "welfare": [flat(4), answers(5, 4, 4, 3)],
    }
    found = disclose(cycle("confidential", people), INSTRUMENT)
    factor = found.result["factors"][0]
    assert found.means == {"experience": "251/72"}
    assert (factor["score"], factor["band"], factor["n"]) == (3.5, "discuss", 9)
    assert (factor["sd"], factor["views_differ"], factor["dont_know"]) == (0.64, False, 0.15)
    assert scores(factor) == {"library": (3.8, 4), "municipality": (None, None), "welfare": (None, None)}
    assert (factor["gap"], factor["mirror"]) == (None, [])
    assert found.result["warnings"] == [{"code": "small_group", "organisation": "welfare"}]


# The exact means kept for the trend


def test_means_hold_the_unrounded_score_of_what_is_shown_and_no_more() -> None:
    people: People = {"a": [flat(4) | {"overall_worth_it": 4}] * 2 + [answers(4, 4, 4, 3)], "b": [{}]}
    assert disclose(cycle("open", people), INSTRUMENT).means == {"experience": "47/12", "overall_worth_it": "4"}
    assert disclose(cycle("confidential", people), INSTRUMENT).means == {"experience": "47/12"}


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


def test_agenda_takes_the_first_factor_on_a_tie() -> None:
    keys = [item.key for factor in INSTRUMENT.factors for item in factor.items]
    same: Answers = dict.fromkeys(keys, 4)
    assert agenda(result_of("open", {"a": [same], "b": [same]}), INSTRUMENT) == [
        {"factor": "experience", "reason": "lowest_score", "figures": {"score": 4.0, "band": "strong", "n": 2}}
    ]


def test_agenda_of_a_result_that_hides_everything_is_empty() -> None:
    assert agenda(result_of("confidential", {"a": [flat(1), flat(5)]}), INSTRUMENT) == []
