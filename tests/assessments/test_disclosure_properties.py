"""The promises on confidentiality and fairness, tried on random cycles."""

import json
from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.cycle_format import build_cycle
from assessments.disclosure import disclose, disclosed_result
from assessments.instruments import Factor
from tests.assessments.cycles import INSTRUMENT, cycle_data
from tests.assessments.reference import reference_result


@settings(deadline=None, max_examples=200)
@given(cycle_data())
def test_result_equals_the_reference(raw: dict[str, Any]) -> None:
    assert disclosed_result(build_cycle(raw), INSTRUMENT) == reference_result(raw, INSTRUMENT)


@settings(deadline=None, max_examples=60)
@given(cycle_data(), st.randoms(use_true_random=False))
def test_result_does_not_depend_on_any_order(raw: dict[str, Any], random: Random) -> None:
    shuffled = raw | {
        "organisations": random.sample(raw["organisations"], len(raw["organisations"])),
        "responses": [
            row | {"answers": dict(random.sample(list(row["answers"].items()), len(row["answers"])))}
            for row in random.sample(raw["responses"], len(raw["responses"]))
        ],
    }
    one, other = (disclose(build_cycle(d), INSTRUMENT) for d in (raw, shuffled))
    assert json.dumps(one.result) == json.dumps(other.result)
    assert one.means == other.means


@settings(deadline=None, max_examples=150)
@given(cycle_data(modes=("confidential",)))
def test_confidential_result_shows_no_number_on_fewer_than_three_answers(raw: dict[str, Any]) -> None:
    result = disclosed_result(build_cycle(raw), INSTRUMENT)
    for row, factor in zip(result["factors"], INSTRUMENT.factors, strict=True):
        valid = _valid_people(raw, [item.key for item in factor.items])
        _check_factor(raw, row, valid, factor)
    for row in result["overall"]:
        assert row["score"] is None or row["n"] == _given(raw, row["key"]) >= 3
    written = Counter(key for r in raw["responses"] for key, text in r["comments"].items() if text.strip())
    assert all(len(texts) == written[key] >= 5 for key, texts in result["comments"].items())


def _check_factor(raw: dict[str, Any], row: dict[str, Any], valid: dict[str, int], factor: Factor) -> None:
    total = sum(valid.values())
    assert all((row["score"] is None) == (row[name] is None) for name in ("band", "n", "dont_know"))
    assert row["score"] is None or row["n"] == total >= 3
    assert row["sd"] is None or (row["score"] is not None and total >= 5)
    shown = {entry["key"] for entry in row["organisations"] if entry["score"] is not None}
    for entry in row["organisations"]:
        assert (entry["score"] is None) == (entry["n"] is None)
        assert entry["score"] is None or entry["n"] == valid[entry["key"]] >= 3
    assert row["gap"] is None or len(shown) >= 2
    assert all(entry["n"] == sum(entry["counts"]) == _given(raw, entry["item"]) >= 5 for entry in row["distribution"])
    for entry in row["mirror"]:
        (other,) = shown - {entry["organisation"]}
        assert _given(raw, factor.own_item.key, entry["organisation"]) >= 3
        assert _given(raw, factor.partner_item.key, other) >= 3


@settings(deadline=None, max_examples=150)
@given(cycle_data(modes=("confidential",)))
def test_confidential_result_leaves_no_group_of_one_or_two_to_subtraction(raw: dict[str, Any]) -> None:
    for row in disclosed_result(build_cycle(raw), INSTRUMENT)["factors"]:
        if row["n"] is not None:
            assert row["n"] - sum(entry["n"] or 0 for entry in row["organisations"]) not in (1, 2)


@settings(deadline=None, max_examples=60)
@given(cycle_data())
def test_means_round_to_the_scores_shown(raw: dict[str, Any]) -> None:
    found = disclose(build_cycle(raw), INSTRUMENT)
    rows = {row["key"]: row["score"] for row in (*found.result["factors"], *found.result["overall"])}
    assert found.means.keys() == {key for key, score in rows.items() if score is not None}
    assert all(abs(Fraction(exact) - Fraction(str(rows[key]))) <= Fraction(1, 20) for key, exact in found.means.items())


def _given(raw: dict[str, Any], item: str, organisation: str | None = None) -> int:
    rows = [row for row in raw["responses"] if organisation in (None, row["organisation"])]
    return sum(row["answers"].get(item) is not None for row in rows)


def _valid_people(raw: dict[str, Any], items: list[str]) -> dict[str, int]:
    valid = {row["key"]: 0 for row in raw["organisations"]}
    for row in raw["responses"]:
        valid[row["organisation"]] += sum(row["answers"].get(item) is not None for item in items) >= 2
    return valid
