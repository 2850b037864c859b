"""How collaborations with an organisation went: of every one the kept result of the last round, and what changed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from accounts.models import User
from assessments.models import EvaluationCycle
from assessments.scoring import trend
from collab.enums import Stage
from partners.models import Organisation

BANDS = ("strong", "discuss", "act")


class _Round(NamedTuple):
    collaboration_id: int
    name: str
    stage: str
    pk: int
    closes_on: date
    instrument: str
    summary: list[dict[str, Any]]
    exact_means: dict[str, str]


@dataclass(frozen=True)
class Experience:
    """One collaboration: how many rounds it had, and of how many factors the last one says what.

    ``bands`` counts strong, discuss and act; ``hidden`` the factors without a number; ``changes`` counts up, down and
    same, and is None where nothing can be compared with the round before.
    """

    name: str
    is_ended: bool
    rounds: int
    last: int
    closed_on: date
    bands: list[tuple[str, int]]
    hidden: int
    changes: Mapping[str, int] | None


def experiences(organisation: Organisation, user: User) -> list[Experience]:
    """What ``user`` may know of the rounds that this organisation took part in, the newest first."""
    cycles = EvaluationCycle.objects.visible_to(user).ended().filter(parties__organisation=organisation)
    collaboration = ("collaboration_id", "collaboration__name", "collaboration__stage")
    kept = ("pk", "closes_on", "instrument__key", "summary", "exact_means")
    rows = cycles.order_by("collaboration_id", "number").values_list(*collaboration, *kept)
    rounds = (_Round(*row) for row in rows)
    found = [_experience(list(group)) for _key, group in groupby(rounds, key=lambda row: row.collaboration_id)]
    return sorted(found, key=lambda row: row.closed_on, reverse=True)


def _experience(rounds: Sequence[_Round]) -> Experience:
    last = rounds[-1]
    counts = Counter(factor["band"] for factor in last.summary)
    return Experience(
        name=last.name,
        is_ended=last.stage == Stage.ENDED,
        rounds=len(rounds),
        last=last.pk,
        closed_on=last.closes_on,
        bands=[(band, counts[band]) for band in BANDS if counts[band]],
        hidden=counts[None],
        changes=_changes(last, rounds[:-1]),
    )


def _changes(last: _Round, earlier: Sequence[_Round]) -> Mapping[str, int] | None:
    before = next((row for row in reversed(earlier) if row.instrument == last.instrument), None)
    if before is None:
        return None
    keys = [factor["key"] for factor in last.summary]
    labels = [trend(before.exact_means.get(key), last.exact_means.get(key))["label"] for key in keys]
    return {label: labels.count(label) for label in ("up", "down", "same")} if any(labels) else None
