"""Compare two rounds, figure by figure: only where both asked in the same mode and had the same groups.

Groups are kept by the keys of the round. Keys are given out anew for every round and organisations can be merged, so
the groups are compared by the organisations behind the keys as they are today. A side whose organisation was merged
into another side of the same round is like no side of any other round.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from assessments.models import CycleParty
from assessments.scoring import Trend, trend

Place = tuple[int, int | None]
CHANGED = Fraction(1, 2)


class KeptRound(NamedTuple):
    """The part of a closed round that a comparison needs; ``exact_means`` as the round keeps it."""

    pk: int
    mode: str
    exact_means: Mapping[str, Any]


def places_of(cycles: Iterable[int]) -> dict[int, dict[str, Place]]:
    """Return for each round the organisation behind each key, in one query."""
    places: dict[int, dict[str, Place]] = {}
    rows = CycleParty.objects.filter(cycle__in=cycles)
    for cycle, key, organisation, is_merged, pk in rows.values_list(
        "cycle_id", "key", "organisation_id", "is_merged", "pk"
    ):
        places.setdefault(cycle, {})[key] = (organisation, pk if is_merged else None)
    return places


def trends(
    previous: KeptRound, current: KeptRound, places: Mapping[int, Mapping[str, Place]], changed: Fraction = CHANGED
) -> dict[str, Trend]:
    """Return the change of every joint figure that one of the two rounds shows, by factor or item."""
    return {
        key: trend(_comparable(previous, key, places), _comparable(current, key, places), changed)
        for key in {**previous.exact_means, **current.exact_means}
    }


def _comparable(kept: KeptRound, key: str, places: Mapping[int, Mapping[str, Place]]) -> Mapping[str, Any] | None:
    """Return a kept mean with its groups as organisations; the mode is part of each group, so that modes never mix."""
    mean = kept.exact_means.get(key)
    if not isinstance(mean, dict):  # nothing shown; or a plain number that an earlier version kept without its groups
        return None
    names = places[kept.pk]
    return {"mean": mean["mean"], "groups": [[kept.mode, *(names[one] for one in group)] for group in mean["groups"]]}


def count_changes(found: Iterable[Trend]) -> dict[str, int] | None:
    """Count the figures that went up, down or neither, and those whose groups changed; None without any of these."""
    counts = Counter[str](row["label"] for row in found if row["label"])
    return {label: counts[label] for label in ("up", "down", "same", "regrouped")} if counts else None
