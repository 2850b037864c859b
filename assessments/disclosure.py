"""Decide which figures of an evaluation may be shown: the one place where figures are held back (docs/scoring.md).

Every screen, export and job reads ``disclose`` or ``disclosed_result``, never the answers themselves.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import Any, Literal, NamedTuple, TypedDict

from assessments import scoring
from assessments.cycle_format import Cycle
from assessments.instruments import Factor, Instrument
from assessments.scoring import KeptMean, Values

FORMAT = "samenspel-result/2"
MANY_DONT_KNOW = 0.30  # compared with the share as shown

Result = dict[str, Any]
Reason = Literal["lowest_score", "widest_gap", "most_spread", "mirror", "next_lowest", "next_widest"]


@dataclass(frozen=True)
class Rules:
    """The number of people who must stand behind a figure of each kind before it is shown; ``sd_places`` decimals."""

    group: int
    spread: int
    distribution: int
    comments: int
    sd_places: int

    @classmethod
    def of(cls, cycle: Cycle, instrument: Instrument) -> "Rules":
        """Return the minima of the cycle's mode; in open mode only those that the arithmetic itself needs.

        A raised group minimum raises the others with it: the notice promises that no result is of fewer people.
        """
        if not cycle.confidential:
            return cls(group=1, spread=2, distribution=0, comments=1, sd_places=2)
        minima = instrument.scoring
        return cls(
            group=minima.min_group_scores,
            spread=max(minima.min_group_scores, minima.min_group_distribution),
            distribution=max(minima.min_group_scores, minima.min_group_distribution),
            comments=max(minima.min_group_scores, minima.min_group_comments),
            sd_places=1,
        )


@dataclass(frozen=True)
class Disclosure:
    """The public result, with the unrounded joint means from which it was made, by factor or item.

    ``means`` is kept to compute the next cycle's trend and is never shown itself.
    """

    result: Result
    means: dict[str, KeptMean]


class Partition(NamedTuple):
    """The groups of one figure, each list sorted by key: organisations by themselves, and those counted together."""

    alone: tuple[str, ...] = ()
    together: tuple[str, ...] = ()

    @property
    def groups(self) -> list[list[str]]:
        """Return all groups as lists of keys."""
        return [[key] for key in self.alone] + ([list(self.together)] if self.together else [])


@dataclass(frozen=True)
class _Figure:
    """The values behind a joint figure, their groups, and ``joint``: the unrounded score, where it may be shown."""

    values: Values
    partition: Partition
    joint: Fraction | None

    def kept(self) -> KeptMean:
        return {"mean": str(self.joint), "groups": self.partition.groups}


class AgendaPoint(TypedDict):
    """One point of the discussion agenda: a factor, the reason to discuss it, and its figures."""

    factor: str
    reason: Reason
    figures: dict[str, Any]


@dataclass(frozen=True)
class _View:
    """A cycle with its questionnaire, its minima and its number of respondents per organisation."""

    cycle: Cycle
    instrument: Instrument
    rules: Rules
    respondents: Mapping[str, int]

    def figure(self, values: Values) -> _Figure:
        """Divide the organisations into groups and take the mean of the groups' means.

        There is no joint score without groups, nor while a participating organisation has no response at all.
        """
        groups = self.partition(values)
        complete = all(self.respondents.values())
        means = [scoring.mean(scoring.pooled(values, group)) for group in groups.groups]
        return _Figure(values, groups, scoring.mean(means) if means and complete else None)

    def partition(self, values: Values) -> Partition:
        """Return the groups of a figure with these values."""
        if not self.cycle.confidential:
            return Partition(alone=tuple(key for key, found in values.items() if found))
        counts = {key: len(found) for key, found in values.items() if self.respondents[key]}
        return partition(counts, self.rules.group)


def disclosed_result(cycle: Cycle, instrument: Instrument) -> Result:
    """Return the result of a closed cycle in the shape ``samenspel-result/2``, without all that must be hidden."""
    return disclose(cycle, instrument).result


def disclose(cycle: Cycle, instrument: Instrument) -> Disclosure:
    """Return ``disclosed_result`` together with the exact means that a later ``trend`` needs."""
    view = _View(cycle, instrument, Rules.of(cycle, instrument), scoring.respondents(cycle))
    scored = {row.key: view.figure(scoring.factor_scores(cycle, row, instrument)) for row in instrument.factors}
    overall = {row.key: view.figure(scoring.item_answers(cycle, row.key)) for row in instrument.overall_items}
    factors = [_factor(view, row, scored[row.key]) for row in instrument.factors]
    counted = [scoring.comments_that_count(row.answers, row.comments, instrument) for row in cycle.responses]
    unknown = [row["key"] for row in factors if row["dont_know"] is not None and row["dont_know"] >= MANY_DONT_KNOW]
    silent = [key for key, count in view.respondents.items() if not count]
    small = [key for key, count in view.respondents.items() if 0 < count < view.rules.group]
    written = {key: sorted(comments[key] for comments in counted if key in comments) for key in instrument.comment_keys}
    result = {
        "format": FORMAT,
        "respondents": len(cycle.responses),
        "invited": sum(row.invited for row in cycle.organisations),
        "organisations": [
            {"key": row.key, "respondents": view.respondents[row.key], "invited": row.invited}
            for row in sorted(cycle.organisations, key=lambda row: row.key)
        ],
        "factors": factors,
        "overall": [
            {
                "key": key,
                "score": _rounded(figure.joint, 1),
                "n": None if figure.joint is None else len(scoring.pooled(figure.values)),
            }
            for key, figure in overall.items()
        ],
        "comments": {key: texts for key, texts in written.items() if texts and len(texts) >= view.rules.comments},
        "warnings": [
            *({"code": "many_dont_know", "factor": key} for key in sorted(unknown)),
            *({"code": "side_silent", "organisation": key} for key in silent),
            *({"code": "small_group", "organisation": key} for key in small),
        ],
    }
    figures = scored | overall
    return Disclosure(result, {key: row.kept() for key, row in figures.items() if row.joint is not None})


def partition(counts: Mapping[str, int], minimum: int) -> Partition:
    """Divide organisations into groups of at least ``minimum`` people, given how many valid values each has.

    Organisations below the minimum, those without any value included, are counted together; while they hold too few,
    the smallest of the others (ties: the smallest key) joins them. No groups when all together are too few.
    """
    # One partition for every figure of a factor: a mean of organisations beside a figure of all together would give
    # away the organisations that are in the one and not in the other (docs/scoring.md).
    small = sorted(key for key, count in counts.items() if count < minimum)
    others = sorted(counts.keys() - small, key=lambda key: (counts[key], key))
    if not small:
        return Partition(alone=tuple(sorted(others)))
    while others and sum(counts[key] for key in small) < minimum:
        small.append(others.pop(0))
    if sum(counts[key] for key in small) < minimum:
        return Partition()
    return Partition(alone=tuple(sorted(others)), together=tuple(sorted(small)))


def _factor(view: _View, factor: Factor, figure: _Figure) -> Result:
    score = None if figure.joint is None else scoring.half_up(figure.joint, 1)
    gap, means = None, [scoring.mean(scoring.pooled(figure.values, group)) for group in figure.partition.groups]
    if len(means) > 1:
        value, limits = scoring.half_up(max(means) - min(means), 1), view.instrument.scoring
        label = "clear" if value >= limits.gap_clear else "ask" if value >= limits.gap_ask else None
        gap = {"value": float(value), "label": label}
    mirror, fewest = _mirror(view, factor, figure.partition)
    # Beside a mirror the counts of both mirrored items would reveal a side's answers: the mean of one side, and the
    # counts of both together, give the answers of the other side.
    hides_mirrored = mirror and fewest < view.rules.distribution
    hidden = {factor.own_item.key, factor.partner_item.key} if hides_mirrored else set()
    rows = [_counts(view, factor, item.key) for item in factor.items if item.key not in hidden]
    distribution = [row for row in rows if row["n"] >= view.rules.distribution]
    # The share without an answer is left out where it would tell what a hidden distribution hides.
    is_partly_hidden = 0 < len(distribution) < len(factor.items)
    hides_unknown = view.cycle.confidential and (score is None or is_partly_hidden)
    return {
        "key": factor.key,
        "score": _number(score),
        "band": None if score is None else view.instrument.scoring.band(score).key,
        "n": None if score is None else len(scoring.pooled(figure.values)),
        **_spread(view, figure),
        "dont_know": None if hides_unknown else _rounded(scoring.share_unknown(view.cycle, factor), 2),
        "gap": gap,
        **_groups(figure),
        "distribution": distribution,
        "mirror": mirror,
    }


def _groups(figure: _Figure) -> Result:
    """Return score and size of each organisation that is a group by itself, and of those counted together."""
    alone, together = figure.partition
    return {
        "organisations": [
            {"key": key, **(_scored(values) if key in alone else {"score": None, "n": None})}
            for key, values in figure.values.items()
        ],
        "together": {"organisations": list(together), **_scored(scoring.pooled(figure.values, together))}
        if together
        else None,
    }


def _scored(values: Sequence[Fraction]) -> Result:
    return {"score": _rounded(scoring.mean(values), 1), "n": len(values)}


def _spread(view: _View, figure: _Figure) -> Result:
    values = scoring.pooled(figure.values)
    variance = scoring.variance(values) if len(values) >= view.rules.spread else None
    if figure.joint is None or variance is None:
        return {"sd": None, "views_differ": False}
    differ = variance >= view.instrument.scoring.views_differ_sd**2
    return {"sd": _number(scoring.root_half_up(variance, view.rules.sd_places)), "views_differ": differ}


def _counts(view: _View, factor: Factor, item: str) -> Result:
    values = scoring.pooled(scoring.factor_answers(view.cycle, factor, item, view.instrument))
    valid = sum(scoring.is_valid(row, factor, view.instrument) for row in view.cycle.responses)
    thresholds = view.instrument.scoring
    counts = [values.count(Fraction(step)) for step in range(thresholds.lowest, thresholds.highest + 1)]
    return {"item": item, "counts": counts, "n": len(values), "dont_know": valid - len(values)}


def _mirror(view: _View, factor: Factor, groups: Partition) -> tuple[list[Result], int]:
    """Return how each of exactly two organisations sees itself and the other, and the smallest of the four sets."""
    own = scoring.factor_answers(view.cycle, factor, factor.own_item.key, view.instrument)
    seen = scoring.factor_answers(view.cycle, factor, factor.partner_item.key, view.instrument)
    if len(own) != 2:
        return [], 0
    fewest = min(len(values) for values in (*own.values(), *seen.values()))
    if view.cycle.confidential and (len(groups.alone) < 2 or fewest < view.rules.group):
        return [], 0
    first, second = own
    rows = []
    for key, other in ((first, second), (second, first)):
        if own[key] and seen[other]:
            itself, partner_view = scoring.mean(own[key]), scoring.mean(seen[other])
            row = {
                "organisation": key,
                "own": _rounded(itself, 1),
                "partner_view": _rounded(partner_view, 1),
                "difference": _rounded(itself - partner_view, 1),
            }
            rows.append(row)
    return rows, fewest


def _rounded(value: Fraction | None, places: int) -> float | None:
    return None if value is None else _number(scoring.half_up(value, places))


def _number(rounded: Fraction | None) -> float | None:
    return None if rounded is None else float(rounded)


def summarise(result: Result) -> list[dict[str, Any]]:
    """Return the part of a result that a list of collaborations shows: per factor its key, score, band and gap."""
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
    """Return the points to discuss first, from the disclosed result only (product.md names the four reasons).

    The lowest joint score; the widest gap from "ask" on; the largest spread from "views differ" on; then, widest first,
    each factor whose mirrored items differ by at least the "ask" threshold. Ties: the instrument's order.
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
    widest_mirrors = [
        (row, max(row["mirror"], key=lambda entry: abs(entry["difference"])))
        for row in result["factors"]
        if row["mirror"]
    ]
    ask = float(instrument.scoring.gap_ask)
    differing = [pair for pair in widest_mirrors if abs(pair[1]["difference"]) >= ask]
    differing.sort(key=lambda pair: -abs(pair[1]["difference"]))
    return points + [_point(row, "mirror", dict(entry)) for row, entry in differing]


def further_points(result: Result, named: Collection[str]) -> list[AgendaPoint]:
    """Return what comes next after the factors ``named`` in the agenda, where there is cause, by turns.

    The next lowest joint score that is not strong; the next widest gap from "ask" on. Ties: the instrument's order.
    """
    rest = [row for row in result["factors"] if row["key"] not in named]
    low = sorted((row for row in rest if row["band"] not in (None, "strong")), key=lambda row: row["score"])
    apart = [row for row in rest if row["gap"] is not None and row["gap"]["label"] is not None]
    apart.sort(key=lambda row: -row["gap"]["value"])
    points: dict[str, AgendaPoint] = {}
    for lowest, widest in zip_longest(low, apart):
        if lowest:
            figures = {name: lowest[name] for name in ("score", "band", "n")}
            points.setdefault(lowest["key"], _point(lowest, "next_lowest", figures))
        if widest:
            points.setdefault(widest["key"], _point(widest, "next_widest", dict(widest["gap"])))
    return list(points.values())


def _point(row: Result, reason: Reason, figures: dict[str, Any]) -> AgendaPoint:
    return {"factor": row["key"], "reason": reason, "figures": figures}
