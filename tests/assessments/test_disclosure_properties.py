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
def test_confidential_result_is_made_of_groups_of_three_and_more(raw: dict[str, Any]) -> None:
    found = disclose(build_cycle(raw), INSTRUMENT)
    people = Counter(row["organisation"] for row in raw["responses"])
    for row, factor in zip(found.result["factors"], INSTRUMENT.factors, strict=True):
        valid = _valid_people(raw, [item.key for item in factor.items])
        groups = _check_groups(row, valid, people)
        _check_factor(raw, row, valid, factor)
        if row["score"] is not None:
            assert sorted(found.means[factor.key]["groups"]) == sorted(groups)
    for row in found.result["overall"]:
        assert row["score"] is None or row["n"] == _given(raw, row["key"]) >= 3
    assert all(len(texts) >= 5 for texts in found.result["comments"].values())


def _check_groups(row: dict[str, Any], valid: dict[str, int], people: Counter[str]) -> list[list[str]]:
    """Check that the groups hold all who answered exactly once, or that there is none."""
    groups = [[entry["key"]] for entry in row["organisations"] if entry["score"] is not None]
    sizes = [entry["n"] for entry in row["organisations"] if entry["score"] is not None]
    if row["together"]:
        assert len(row["together"]["organisations"]) >= 2
        groups.append(row["together"]["organisations"])
        sizes.append(row["together"]["n"])
    assert sizes == [sum(valid[key] for key in group) for group in groups]
    assert all(size >= 3 for size in sizes)
    grouped = sorted(key for group in groups for key in group)
    assert grouped == (sorted(people) if groups else [])
    assert (sum(valid.values()) >= 3) == bool(groups)
    assert (row["gap"] is None) == (len(groups) < 2)
    return groups


def _check_factor(raw: dict[str, Any], row: dict[str, Any], valid: dict[str, int], factor: Factor) -> None:
    total = sum(valid.values())
    assert all((row["score"] is None) == (row[name] is None) for name in ("band", "n"))
    assert row["score"] is None or row["n"] == total >= 3
    assert row["sd"] is None or (row["score"] is not None and total >= 5)
    assert not row["views_differ"] or row["sd"] is not None
    for entry in row["organisations"]:
        assert (entry["score"] is None) == (entry["n"] is None)
    assert all(entry["n"] == sum(entry["counts"]) >= 5 for entry in row["distribution"])
    assert all(entry["n"] + entry["dont_know"] == total for entry in row["distribution"])
    assert row["dont_know"] is None or len(row["distribution"]) in (0, 4)
    if row["mirror"]:
        mirrored = {factor.own_item.key, factor.partner_item.key} & {entry["item"] for entry in row["distribution"]}
        least = 5 if mirrored else 3
        for item in (factor.own_item.key, factor.partner_item.key):
            assert all(_given(raw, item, entry["organisation"]) >= least for entry in row["mirror"])


@settings(deadline=None, max_examples=60)
@given(cycle_data())
def test_means_round_to_the_scores_shown(raw: dict[str, Any]) -> None:
    found = disclose(build_cycle(raw), INSTRUMENT)
    rows = {row["key"]: row["score"] for row in (*found.result["factors"], *found.result["overall"])}
    assert found.means.keys() == {key for key, score in rows.items() if score is not None}
    for key, kept in found.means.items():
        assert abs(Fraction(kept["mean"]) - Fraction(str(rows[key]))) <= Fraction(1, 20)


def _given(raw: dict[str, Any], item: str, organisation: str | None = None) -> int:
    rows = [row for row in raw["responses"] if organisation in (None, row["organisation"])]
    return sum(row["answers"].get(item) is not None for row in rows)


def _valid_people(raw: dict[str, Any], items: list[str]) -> dict[str, int]:
    valid = {row["key"]: 0 for row in raw["organisations"]}
    for row in raw["responses"]:
        valid[row["organisation"]] += sum(row["answers"].get(item) is not None for item in items) >= 2
    return valid
