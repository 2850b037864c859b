"""Work out ``samenspel-result/2`` a second time, from the text of the format alone, to compare with.

Deliberately naive and deliberately unlike the product's code: raw JSON in, one factor at a time, the statistics module
for means, decimals of sixty places for rounding, and the groups found by trying every number of joining organisations.
"""

import re
import statistics
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from assessments.instruments import Factor, Instrument

Raw = dict[str, Any]


def rounded(value: Fraction, places: str, root: bool = False) -> float:
    with localcontext() as context:
        context.prec = 60
        decimal = Decimal(value.numerator) / Decimal(value.denominator)
        decimal = decimal.sqrt() if root else decimal
        return float(decimal.quantize(Decimal(places), rounding=ROUND_HALF_UP)) + 0.0


def reference_result(cycle: Raw, instrument: Instrument) -> Raw:
    keys = sorted(row["key"] for row in cycle["organisations"])
    invited = {row["key"]: row["invited"] for row in cycle["organisations"]}
    sizes = {key: sum(row["organisation"] == key for row in cycle["responses"]) for key in keys}
    factors = [_factor(cycle, keys, sizes, factor) for factor in instrument.factors]
    return {
        "format": "samenspel-result/2",
        "respondents": len(cycle["responses"]),
        "invited": sum(invited.values()),
        "organisations": [{"key": key, "respondents": sizes[key], "invited": invited[key]} for key in keys],
        "factors": factors,
        "overall": [_overall(cycle, keys, sizes, item.key) for item in instrument.overall_items],
        "comments": _comments(cycle),
        "warnings": _warnings(cycle, sizes, factors),
    }


def _is_confidential(cycle: Raw) -> bool:
    return bool(cycle["mode"] == "confidential")


def _groups(cycle: Raw, sizes: dict[str, int], counts: dict[str, int]) -> list[list[str]]:
    """Return every group as a list of keys; the one of several organisations, if there is one, comes last."""
    if not _is_confidential(cycle):
        return [[key] for key in sorted(counts) if counts[key] > 0]
    here = [key for key in counts if sizes[key] > 0]
    small = [key for key in here if counts[key] <= 2]
    large = sorted((key for key in here if counts[key] >= 3), key=lambda key: (counts[key], key))
    if not small:
        return [[key] for key in sorted(large)]
    for joining in range(len(large) + 1):
        together = small + large[:joining]
        if sum(counts[key] for key in together) >= 3:
            return [[key] for key in sorted(large[joining:])] + [sorted(together)]
    return []


def _score_of(response: Raw, items: list[str]) -> Fraction | None:
    """Return the score of a respondent; None unless two or more of the four items are answered."""
    given = [Fraction(response["answers"][item]) for item in items if response["answers"].get(item) is not None]
    return statistics.mean(given) if len(given) >= 2 else None


def _answers(responses: list[Raw], item: str, keys: list[str]) -> list[Fraction]:
    found = [row["answers"].get(item) for row in responses if row["organisation"] in keys]
    return [Fraction(value) for value in found if value is not None]


def _factor(cycle: Raw, keys: list[str], sizes: dict[str, int], factor: Factor) -> Raw:
    items = [item.key for item in factor.items]
    valid = [row for row in cycle["responses"] if _score_of(row, items) is not None]
    scores: dict[str, list[Fraction]] = {
        key: [score for row in valid if row["organisation"] == key and (score := _score_of(row, items)) is not None]
        for key in keys
    }
    groups = _groups(cycle, sizes, {key: len(found) for key, found in scores.items()})
    people = [[score for key in group for score in scores[key]] for group in groups]
    means = [statistics.mean(found) for found in people]
    result: Raw = {"key": factor.key, "score": None, "band": None, "n": None, "sd": None}
    result |= {"views_differ": False, "dont_know": None, "gap": None}
    if groups and 0 not in sizes.values():
        result |= _joint(cycle, statistics.mean(means), [score for found in people for score in found])
    if len(means) >= 2:
        value = rounded(max(means) - min(means), "0.1")
        result["gap"] = {"value": value, "label": "clear" if value >= 1.0 else "ask" if value >= 0.5 else None}
    nobody = {"score": None, "n": None}
    single = {
        group[0]: {"score": rounded(mean, "0.1"), "n": len(found)}
        for group, found, mean in zip(groups, people, means, strict=True)
        if len(group) == 1
    }
    result["organisations"] = [{"key": key, **single.get(key, nobody)} for key in keys]
    result["together"] = None
    if groups and len(groups[-1]) > 1:
        result["together"] = {"organisations": groups[-1], "score": rounded(means[-1], "0.1"), "n": len(people[-1])}
    result["mirror"] = mirror = _mirror(cycle, keys, valid, items, all(key in single for key in keys))
    result["distribution"] = _distribution(cycle, keys, valid, items, bool(mirror))
    result["dont_know"] = _dont_know(cycle, keys, items, result)
    return result


def _joint(cycle: Raw, score: Fraction, everybody: list[Fraction]) -> Raw:
    shown = rounded(score, "0.1")
    found: Raw = {"score": shown, "n": len(everybody)}
    found["band"] = "strong" if shown >= 4.0 else "discuss" if shown >= 3.0 else "act"
    if len(everybody) >= (5 if _is_confidential(cycle) else 2):
        variance = statistics.variance(everybody)
        found["sd"] = rounded(variance, "0.1" if _is_confidential(cycle) else "0.01", root=True)
        found["views_differ"] = variance >= 1
    return found


def _dont_know(cycle: Raw, keys: list[str], items: list[str], result: Raw) -> float | None:
    if not cycle["responses"]:
        return None
    if _is_confidential(cycle) and (result["score"] is None or len(result["distribution"]) in (1, 2, 3)):
        return None
    given = sum(len(_answers(cycle["responses"], item, keys)) for item in items)
    return rounded(1 - Fraction(given, 4 * len(cycle["responses"])), "0.01")


def _four_sets(keys: list[str], valid: list[Raw], items: list[str]) -> list[list[Fraction]]:
    return [_answers(valid, item, [key]) for item in items[2:] for key in keys]


def _distribution(cycle: Raw, keys: list[str], valid: list[Raw], items: list[str], mirrored: bool) -> list[Raw]:
    found = []
    for position, item in enumerate(items):
        given = _answers(valid, item, keys)
        counts = [given.count(Fraction(step)) for step in (1, 2, 3, 4, 5)]
        if _is_confidential(cycle):
            if len(given) < 5:
                continue
            if position >= 2 and mirrored and min(map(len, _four_sets(keys, valid, items))) < 5:
                continue
        found.append({"item": item, "counts": counts, "n": len(given), "dont_know": len(valid) - len(given)})
    return found


def _mirror(cycle: Raw, keys: list[str], valid: list[Raw], items: list[str], all_alone: bool) -> list[Raw]:
    if len(keys) != 2:
        return []
    if _is_confidential(cycle) and (not all_alone or min(map(len, _four_sets(keys, valid, items))) < 3):
        return []
    found = []
    for key in keys:
        own = _answers(valid, items[2], [key])
        seen = _answers(valid, items[3], [other for other in keys if other != key])
        if own and seen:
            apart = statistics.mean(own) - statistics.mean(seen)
            entry: Raw = {"organisation": key, "own": rounded(statistics.mean(own), "0.1")}
            entry |= {"partner_view": rounded(statistics.mean(seen), "0.1"), "difference": rounded(apart, "0.1")}
            found.append(entry)
    return found


def _overall(cycle: Raw, keys: list[str], sizes: dict[str, int], item: str) -> Raw:
    groups = _groups(cycle, sizes, {key: len(_answers(cycle["responses"], item, [key])) for key in keys})
    if not groups or 0 in sizes.values():
        return {"key": item, "score": None, "n": None}
    people = [_answers(cycle["responses"], item, group) for group in groups]
    means = [statistics.mean(found) for found in people]
    return {"key": item, "score": rounded(statistics.mean(means), "0.1"), "n": sum(map(len, people))}


def _comments(cycle: Raw) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in cycle["responses"]:
        for key, text in row["comments"].items():
            if text is None or _shows_nothing(text):
                continue
            if key.startswith("low:") and row["answers"].get(key[4:]) not in (1, 2):
                continue
            found.setdefault(key, []).append(text)
    fewest = 5 if _is_confidential(cycle) else 1
    return {key: sorted(texts) for key, texts in found.items() if len(texts) >= fewest}


def _shows_nothing(text: str) -> bool:
    visible = [c for c in re.sub(r"\s", "", text) if unicodedata.category(c) not in ("Cc", "Cf", "Zs", "Zl", "Zp")]
    return all(c in "\u2800\u3164\ufe0f\u034f" for c in visible)


def _warnings(cycle: Raw, sizes: dict[str, int], factors: list[Raw]) -> list[dict[str, str]]:
    found = [("many_dont_know", "factor", row["key"]) for row in factors if (row["dont_know"] or 0) >= 0.3]
    found += [("side_silent", "organisation", key) for key, size in sizes.items() if size == 0]
    if _is_confidential(cycle):
        found += [("small_group", "organisation", key) for key, size in sizes.items() if size in (1, 2)]
    return [{"code": code, kind: key} for code, kind, key in sorted(found)]
