"""Make ``samenspel-result/1``, as version 1 of the rules did, to test the treatment of such results."""

import statistics
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from assessments.instruments import Instrument


def rounded(value: Fraction, places: str, root: bool = False) -> float:
    with localcontext() as context:
        context.prec = 60
        decimal = Decimal(value.numerator) / Decimal(value.denominator)
        decimal = decimal.sqrt() if root else decimal
        return float(decimal.quantize(Decimal(places), rounding=ROUND_HALF_UP)) + 0.0


def earlier_result(cycle: dict[str, Any], instrument: Instrument) -> dict[str, Any]:
    keys = sorted(row["key"] for row in cycle["organisations"])
    sizes = {key: sum(row["organisation"] == key for row in cycle["responses"]) for key in keys}
    factors = [_factor(cycle, keys, sizes, factor) for factor in instrument.factors]
    return {
        "format": "samenspel-result/1",
        "respondents": len(cycle["responses"]),
        "invited": sum(row["invited"] for row in cycle["organisations"]),
        "organisations": [
            {"key": key, "respondents": sizes[key], "invited": row["invited"]}
            for key in keys
            for row in cycle["organisations"]
            if row["key"] == key
        ],
        "factors": factors,
        "overall": [_overall(cycle, keys, sizes, item.key) for item in instrument.overall_items],
        "comments": _comments(cycle),
        "warnings": _warnings(cycle, sizes, factors),
    }


def _given(cycle: dict[str, Any], item: str, keys: list[str]) -> list[Fraction]:
    found = [row["answers"].get(item) for row in cycle["responses"] if row["organisation"] in keys]
    return [Fraction(value) for value in found if value is not None]


def _valid_scores(cycle: dict[str, Any], items: list[str], key: str) -> list[Fraction]:
    found = []
    for row in cycle["responses"]:
        given = [Fraction(row["answers"][item]) for item in items if row["answers"].get(item) is not None]
        if row["organisation"] == key and len(given) >= 2:
            found.append(statistics.mean(given))
    return found


def _shown(confidential: bool, counts: dict[str, int]) -> list[str]:
    """Return the organisations that stay shown.

    Hidden is the shortest run of the smallest that takes in all groups below 3 and holds 0, or 3 and more.
    """
    in_order = sorted((key for key in counts if counts[key]), key=lambda key: (counts[key], key))
    if not confidential:
        return in_order
    for length in range(len(in_order) + 1):
        held, rest = in_order[:length], in_order[length:]
        if all(counts[key] >= 3 for key in rest) and sum(counts[key] for key in held) not in (1, 2):
            return rest
    return []


def _factor(cycle: dict[str, Any], keys: list[str], sizes: dict[str, int], factor: Any) -> dict[str, Any]:
    confidential = cycle["mode"] == "confidential"
    items = [item.key for item in factor.items]
    scores = {key: _valid_scores(cycle, items, key) for key in keys}
    everybody = [score for found in scores.values() for score in found]
    means = {key: statistics.mean(found) for key, found in scores.items() if found}
    shown = _shown(confidential, {key: len(found) for key, found in scores.items()})
    result: dict[str, Any] = {"key": factor.key, "score": None, "band": None, "n": None, "sd": None}
    result |= {"views_differ": False, "dont_know": None, "gap": None}
    if everybody and 0 not in sizes.values() and not (confidential and len(everybody) < 3):
        result["score"] = rounded(statistics.mean(means.values()), "0.1")
        result["band"] = "strong" if result["score"] >= 4.0 else "discuss" if result["score"] >= 3.0 else "act"
        result["n"] = len(everybody)
        if len(everybody) >= (5 if confidential else 2):
            result["sd"] = rounded(statistics.variance(everybody), "0.01", root=True)
            result["views_differ"] = statistics.variance(everybody) >= 1
    if cycle["responses"] and not (confidential and result["score"] is None):
        given = sum(len(_given(cycle, item, keys)) for item in items)
        result["dont_know"] = rounded(1 - Fraction(given, 4 * len(cycle["responses"])), "0.01")
    if len(shown) >= 2:
        in_order = sorted(means[key] for key in shown)
        value = rounded(in_order[-1] - in_order[0], "0.1")
        result["gap"] = {"value": value, "label": "clear" if value >= 1.0 else "ask" if value >= 0.5 else None}
    result["organisations"] = [
        {"key": key, "score": rounded(means[key], "0.1"), "n": len(scores[key])}
        if key in shown
        else {"key": key, "score": None, "n": None}
        for key in keys
    ]
    result["distribution"] = _distribution(cycle, keys, items)
    result["mirror"] = _mirror(cycle, keys, items, shown)
    return result


def _distribution(cycle: dict[str, Any], keys: list[str], items: list[str]) -> list[dict[str, Any]]:
    found = []
    for item in items:
        given = _given(cycle, item, keys)
        if cycle["mode"] == "open" or len(given) >= 5:
            counts = [sum(value == step for value in given) for step in (1, 2, 3, 4, 5)]
            unknown = sum(row["answers"].get(item) is None for row in cycle["responses"])
            found.append({"item": item, "counts": counts, "n": len(given), "dont_know": unknown})
    return found


def _mirror(cycle: dict[str, Any], keys: list[str], items: list[str], shown: list[str]) -> list[dict[str, Any]]:
    found = []
    for key in keys if len(keys) == 2 else []:
        own = _given(cycle, items[2], [key])
        seen = _given(cycle, items[3], [other for other in keys if other != key])
        if not own or not seen:
            continue
        if cycle["mode"] == "confidential" and (len(own) < 3 or len(seen) < 3 or set(shown) != set(keys)):
            continue
        apart = statistics.mean(own) - statistics.mean(seen)
        entry = {"organisation": key, "own": rounded(statistics.mean(own), "0.1")}
        entry |= {"partner_view": rounded(statistics.mean(seen), "0.1"), "difference": rounded(apart, "0.1")}
        found.append(entry)
    return found


def _overall(cycle: dict[str, Any], keys: list[str], sizes: dict[str, int], item: str) -> dict[str, Any]:
    n = len(_given(cycle, item, keys))
    if n == 0 or 0 in sizes.values() or (cycle["mode"] == "confidential" and n < 3):
        return {"key": item, "score": None, "n": None}
    means = [statistics.mean(found) for key in keys if (found := _given(cycle, item, [key]))]
    return {"key": item, "score": rounded(statistics.mean(means), "0.1"), "n": n}


def _comments(cycle: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in cycle["responses"]:
        for key, text in row["comments"].items():
            if text.strip():
                found.setdefault(key, []).append(text)
    fewest = 5 if cycle["mode"] == "confidential" else 1
    return {key: sorted(texts) for key, texts in found.items() if len(texts) >= fewest}


def _warnings(cycle: dict[str, Any], sizes: dict[str, int], factors: list[dict[str, Any]]) -> list[dict[str, str]]:
    found = [("many_dont_know", "factor", row["key"]) for row in factors if (row["dont_know"] or 0) >= 0.3]
    found += [("side_silent", "organisation", key) for key, size in sizes.items() if size == 0]
    if cycle["mode"] == "confidential":
        found += [("small_group", "organisation", key) for key, size in sizes.items() if size in (1, 2)]
    return [{"code": code, kind: key} for code, kind, key in sorted(found)]
