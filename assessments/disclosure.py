"""What may be shown of an evaluation: the one place where figures are held back. docs/scoring.md has the rules.

Every screen, export and job reads ``disclose`` or ``disclosed_result``, never the answers themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypedDict

from assessments import scoring
from assessments.cycle_format import Cycle
from assessments.instruments import Factor, Instrument
from assessments.scoring import Groups

FORMAT = "samenspel-result/1"
MANY_DONT_KNOW = 0.30  # compared with the share as shown

Result = dict[str, Any]
Reason = Literal["lowest_score", "widest_gap", "most_spread", "mirror"]


@dataclass(frozen=True)
class Rules:
    """How many people must stand behind a figure of each kind before it is shown."""

    scores: int
    spread: int
    distribution: int
    comments: int
    hidden: int  # what hidden organisations hold together when they hold anything

    @classmethod
    def of(cls, cycle: Cycle, instrument: Instrument) -> "Rules":
        """The minima of the cycle's mode; in open mode only those that the arithmetic itself needs."""
        if not cycle.confidential:
            return cls(scores=1, spread=2, distribution=0, comments=1, hidden=0)
        return cls(
            scores=instrument.scoring.min_group_scores,
            spread=instrument.scoring.min_group_distribution,
            distribution=instrument.scoring.min_group_distribution,
            comments=instrument.scoring.min_group_comments,
            hidden=instrument.scoring.hidden_groups_min_total,
        )


@dataclass(frozen=True)
class Disclosure:
    """The public result, and beside it the unrounded joint means of what it shows, as "13/4", by factor or item.

    ``means`` exists to compute the next cycle's trend and is never shown itself.
    """

    result: Result
    means: dict[str, str]


class AgendaPoint(TypedDict):
    factor: str
    reason: Reason
    figures: dict[str, Any]


@dataclass(frozen=True)
class _View:
    cycle: Cycle
    instrument: Instrument
    rules: Rules
    respondents: Mapping[str, int]

    @property
    def complete(self) -> bool:
        """Whether every participating organisation has at least one response."""
        return all(self.respondents.values())

    def joint(self, groups: Groups) -> Fraction | None:
        """The unrounded joint mean, if it may be shown."""
        enough = len(scoring.pooled(groups)) >= self.rules.scores
        return scoring.joint_mean(groups) if enough and self.complete else None


def disclosed_result(cycle: Cycle, instrument: Instrument) -> Result:
    """The result of a closed cycle in the shape ``samenspel-result/1``, with all that must be hidden left out."""
    return disclose(cycle, instrument).result


def disclose(cycle: Cycle, instrument: Instrument) -> Disclosure:
    """``disclosed_result`` together with the exact means that a later ``trend`` needs."""
    view = _View(cycle, instrument, Rules.of(cycle, instrument), scoring.respondents(cycle))
    groups = {factor.key: scoring.factor_groups(cycle, factor, instrument) for factor in instrument.factors}
    groups |= {item.key: scoring.item_groups(cycle, item.key) for item in instrument.overall_items}
    joint = {key: view.joint(values) for key, values in groups.items()}
    factors = [_factor(view, row, groups[row.key], joint[row.key]) for row in instrument.factors]
    result = {
        "format": FORMAT,
        "respondents": len(cycle.responses),
        "invited": sum(row.invited for row in cycle.organisations),
        "organisations": _organisations(view),
        "factors": factors,
        "overall": [_overall(row.key, groups[row.key], joint[row.key]) for row in instrument.overall_items],
        "comments": _comments(view),
        "warnings": _warnings(view, factors),
    }
    return Disclosure(result, {key: str(exact) for key, exact in joint.items() if exact is not None})


def shown_organisations(valid: Mapping[str, int], rules: Rules) -> frozenset[str]:
    """The organisations whose own score may be shown, given how many valid respondents each has.

    Hides who is below the minimum, then the smallest of the rest (ties: smallest key) for as long as those hidden
    hold some valid respondents but too few, so that subtraction from the joint figures reveals nobody.
    """
    shown = {key for key, count in valid.items() if count >= rules.scores}
    while shown and 0 < sum(count for key, count in valid.items() if key not in shown) < rules.hidden:
        shown.remove(min(shown, key=lambda key: (valid[key], key)))
    return frozenset(shown)


def _organisations(view: _View) -> list[Result]:
    invited = {row.key: row.invited for row in view.cycle.organisations}
    return [{"key": key, "respondents": count, "invited": invited[key]} for key, count in view.respondents.items()]


def _factor(view: _View, factor: Factor, groups: Groups, joint: Fraction | None) -> Result:
    valid = {key: len(values) for key, values in groups.items()}
    shown = shown_organisations(valid, view.rules)
    means = {key: scoring.mean(groups[key]) for key in shown}
    score = None if joint is None else scoring.half_up(joint, 1)
    return {
        "key": factor.key,
        "score": _number(score),
        "band": None if score is None else view.instrument.scoring.band(score).key,
        "n": None if score is None else sum(valid.values()),
        **_spread(view, groups, joint),
        "dont_know": _dont_know(view, factor, joint),
        "gap": _gap(view, means),
        "organisations": [
            {"key": key, "score": _rounded(means.get(key), 1), "n": valid[key] if key in means else None}
            for key in groups
        ],
        "distribution": _distribution(view, factor),
        "mirror": _mirror(view, factor, shown),
    }


def _spread(view: _View, groups: Groups, joint: Fraction | None) -> Result:
    values = scoring.pooled(groups)
    variance = scoring.variance(values) if len(values) >= view.rules.spread else None
    if joint is None or variance is None:
        return {"sd": None, "views_differ": False}
    differ = variance >= view.instrument.scoring.views_differ_sd**2
    return {"sd": _number(scoring.root_half_up(variance, 2)), "views_differ": differ}


def _dont_know(view: _View, factor: Factor, joint: Fraction | None) -> float | None:
    hidden = view.cycle.confidential and joint is None
    return None if hidden else _rounded(scoring.share_unknown(view.cycle, factor), 2)


def _gap(view: _View, means: Mapping[str, Fraction]) -> Result | None:
    if len(means) < 2:
        return None
    value = scoring.half_up(max(means.values()) - min(means.values()), 1)
    thresholds = view.instrument.scoring
    label = "clear" if value >= thresholds.gap_clear else "ask" if value >= thresholds.gap_ask else None
    return {"value": float(value), "label": label}


def _distribution(view: _View, factor: Factor) -> list[Result]:
    rows = [_counts(view, item.key) for item in factor.items]
    return [row for row in rows if row["n"] >= view.rules.distribution]


def _counts(view: _View, item: str) -> Result:
    values = scoring.pooled(scoring.item_groups(view.cycle, item))
    thresholds = view.instrument.scoring
    counts = [values.count(Fraction(step)) for step in range(thresholds.lowest, thresholds.highest + 1)]
    missing = len(view.cycle.responses) - len(values)
    return {"item": item, "counts": counts, "n": len(values), "dont_know": missing}


def _mirror(view: _View, factor: Factor, shown: frozenset[str]) -> list[Result]:
    """How each of exactly two organisations sees itself, and how the other sees it."""
    own = scoring.item_groups(view.cycle, factor.own_item.key)
    seen = scoring.item_groups(view.cycle, factor.partner_item.key)
    if len(own) != 2 or (view.cycle.confidential and len(shown) < 2):
        return []
    first, second = own
    return [
        _mirrored(key, own[key], seen[other])
        for key, other in ((first, second), (second, first))
        if min(len(own[key]), len(seen[other])) >= view.rules.scores
    ]


def _mirrored(organisation: str, own_answers: Sequence[Fraction], partner_answers: Sequence[Fraction]) -> Result:
    own, partner_view = scoring.mean(own_answers), scoring.mean(partner_answers)
    return {
        "organisation": organisation,
        "own": _rounded(own, 1),
        "partner_view": _rounded(partner_view, 1),
        "difference": _rounded(own - partner_view, 1),
    }


def _overall(item: str, groups: Groups, joint: Fraction | None) -> Result:
    n = None if joint is None else len(scoring.pooled(groups))
    return {"key": item, "score": _rounded(joint, 1), "n": n}


def _comments(view: _View) -> dict[str, list[str]]:
    written = {
        key: sorted(text for row in view.cycle.responses if (text := row.comments.get(key, "")).strip())
        for key in view.instrument.comment_keys
    }
    return {key: texts for key, texts in written.items() if len(texts) >= view.rules.comments}


def _warnings(view: _View, factors: list[Result]) -> list[Result]:
    unknown = [row["key"] for row in factors if row["dont_know"] is not None and row["dont_know"] >= MANY_DONT_KNOW]
    silent = [key for key, count in view.respondents.items() if not count]
    small = [key for key, count in view.respondents.items() if 0 < count < view.rules.scores]
    return [
        *({"code": "many_dont_know", "factor": key} for key in sorted(unknown)),
        *({"code": "side_silent", "organisation": key} for key in silent),
        *({"code": "small_group", "organisation": key} for key in small),
    ]


def _rounded(value: Fraction | None, places: int) -> float | None:
    return None if value is None else _number(scoring.half_up(value, places))


def _number(rounded: Fraction | None) -> float | None:
    return None if rounded is None else float(rounded)


def summarise(result: Result) -> list[dict[str, Any]]:
    """What a list of collaborations shows of a result: per factor its key, score, band and the size of the gap."""
    return [
        {
            "key": row["key"],
            "score": row["score"],
            "band": row["band"],
            "gap": row["gap"]["value"] if row["gap"] else None,
        }
        for row in result["factors"]
    ]


def agenda(result: Result, instrument: Instrument) -> list[AgendaPoint]:
    """What to talk about first, from the disclosed result only (product.md names the four reasons).

    The lowest joint score; the widest gap from "ask" on; the largest spread from "views differ" on; then, widest
    first, each factor whose mirrored items differ by at least the "ask" threshold. Ties: the instrument's order.
    """
    scored = [row for row in result["factors"] if row["score"] is not None]
    apart = [row for row in result["factors"] if row["gap"] is not None and row["gap"]["label"] is not None]
    spread = [row for row in result["factors"] if row["views_differ"]]
    points: list[AgendaPoint] = []
    if scored:
        lowest = min(scored, key=lambda row: row["score"])
        points.append(_point(lowest, "lowest_score", {name: lowest[name] for name in ("score", "band", "n")}))
    if apart:
        widest = max(apart, key=lambda row: row["gap"]["value"])
        points.append(_point(widest, "widest_gap", dict(widest["gap"])))
    if spread:
        most = max(spread, key=lambda row: row["sd"])
        points.append(_point(most, "most_spread", {name: most[name] for name in ("sd", "n")}))
    return points + _mirror_points(result, instrument)


def _mirror_points(result: Result, instrument: Instrument) -> list[AgendaPoint]:
    widest = [
        (row, max(row["mirror"], key=lambda entry: abs(entry["difference"])))
        for row in result["factors"]
        if row["mirror"]
    ]
    ask = float(instrument.scoring.gap_ask)
    differing = [pair for pair in widest if abs(pair[1]["difference"]) >= ask]
    differing.sort(key=lambda pair: -abs(pair[1]["difference"]))
    return [_point(row, "mirror", dict(entry)) for row, entry in differing]


def _point(row: Result, reason: Reason, figures: dict[str, Any]) -> AgendaPoint:
    return {"factor": row["key"], "reason": reason, "figures": figures}
