"""Results of version 1 whose answers are gone: they show no figure that version 2 would not show."""

from typing import Any

from hypothesis import given, settings

from assessments.cycle_format import build_cycle
from assessments.disclosure import disclose
from assessments.earlier_results import cut_back, is_earlier
from tests.assessments.cycles import EXPERIENCE, INSTRUMENT, People, answers, cycle_data, data, flat
from tests.assessments.earlier_reference import earlier_result

LOW = f"low:{EXPERIENCE[0]}"


def cut(raw: dict[str, Any], means: dict[str, str] | None = None) -> dict[str, Any]:
    return cut_back(earlier_result(raw, INSTRUMENT), means or {}, raw["mode"] == "confidential", INSTRUMENT)[0]


def experience(people: People, mode: str = "confidential") -> dict[str, Any]:
    factor: dict[str, Any] = cut(data(mode, people))["factors"][0]
    return factor


@settings(deadline=None, max_examples=300)
@given(cycle_data())
def test_cut_back_result_shows_no_figure_that_version_2_does_not_show(raw: dict[str, Any]) -> None:
    raw["responses"] = [row | {"comments": _without_none(row["comments"])} for row in raw["responses"]]
    now, then = disclose(build_cycle(raw), INSTRUMENT), cut(raw)
    for before, after in zip(then["factors"], now.result["factors"], strict=True):
        assert list(before) == list(after)
        for name in ("score", "band", "n", "sd", "dont_know", "gap", "together"):
            assert before[name] in (None, after[name]), name
        assert after["views_differ"] or not before["views_differ"]
        for ours, theirs in zip(before["organisations"], after["organisations"], strict=True):
            assert ours in (theirs, {"key": theirs["key"], "score": None, "n": None})
        assert all(row in after["distribution"] for row in before["distribution"])
        assert before["mirror"] in ([], after["mirror"])
    for before, after in zip(then["overall"], now.result["overall"], strict=True):
        assert before in (after, {"key": after["key"], "score": None, "n": None})
    assert all(now.result["comments"][key] == texts for key, texts in then["comments"].items())
    assert all(row in now.result["warnings"] for row in then["warnings"])


@settings(deadline=None, max_examples=100)
@given(cycle_data())
def test_kept_means_name_the_groups_of_version_2(raw: dict[str, Any]) -> None:
    raw["responses"] = [row | {"comments": {}} for row in raw["responses"]]
    now = disclose(build_cycle(raw), INSTRUMENT).means
    earlier = earlier_result(raw, INSTRUMENT)
    means = {row["key"]: row_mean for row in (*earlier["factors"], *earlier["overall"]) if (row_mean := row["score"])}
    result, kept = cut_back(earlier, means, raw["mode"] == "confidential", INSTRUMENT)
    shown = {row["key"] for row in (*result["factors"], *result["overall"]) if row["score"] is not None}
    assert kept.keys() <= shown
    for key, mean in kept.items():
        assert sorted(mean["groups"]) == sorted(now[key]["groups"])
        assert mean["mean"] == means[key]
    assert cut_back(result, kept, raw["mode"] == "confidential", INSTRUMENT) == (result, kept)


def _without_none(comments: dict[str, str | None]) -> dict[str, str]:
    return {key: text for key, text in comments.items() if text is not None}


def test_side_of_one_beside_six_loses_every_joint_figure() -> None:
    before = earlier_result(data("confidential", {"a": [flat(5)] * 6, "b": [flat(2)]}), INSTRUMENT)["factors"][0]
    assert (before["score"], len(before["distribution"])) == (3.5, 4)
    factor = experience({"a": [flat(5)] * 6, "b": [flat(2)]})
    assert (factor["score"], factor["n"], factor["sd"], factor["dont_know"]) == (None, None, None, None)
    assert [row["score"] for row in factor["organisations"]] == [None, None]


def test_large_sides_keep_their_figures() -> None:
    factor = experience({"a": [flat(5)] * 6, "b": [flat(2)] * 5})
    assert (factor["score"], factor["n"], factor["sd"]) == (3.5, 11, 1.6)
    assert factor["gap"] == {"value": 3.0, "label": "clear"}
    assert (len(factor["distribution"]), len(factor["mirror"]), factor["dont_know"]) == (4, 2, 0.0)


def test_distribution_of_people_without_a_valid_score_is_taken_out() -> None:
    people = {"a": [flat(5)] * 6, "b": [flat(2)] * 5 + [answers(1, None, None, None)]}
    assert (experience(people)["distribution"], experience(people)["score"]) == ([], 3.5)


def test_smallest_shown_organisation_is_hidden_where_the_hidden_ones_gave_no_valid_answer() -> None:
    people = {"a": [flat(5)] * 6, "b": [flat(3)] * 4, "c": [answers(1, None, None, None)] * 4}
    assert [row["score"] for row in experience(people)["organisations"]] == [5.0, None, None]


def test_comments_on_low_answers_and_blank_ones_are_taken_out() -> None:
    raw = data("open", {"a": [flat(2)] * 3}, [{LOW: "Anna never answers", "keep": "x"}, {"keep": "\u200b"}])
    assert cut(raw)["comments"] == {"keep": ["x"]}


def test_cut_back_result_stays_of_the_earlier_version() -> None:
    raw = data("confidential", {"a": [flat(5)] * 6})
    assert is_earlier(cut(raw))
    assert not is_earlier(disclose(build_cycle(raw), INSTRUMENT).result)
