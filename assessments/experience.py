"""The last results of the collaborations with an organisation, and their changes since the round before."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from accounts.models import User
from assessments.models import EvaluationCycle
from assessments.trends import KeptRound, count_changes, places_of, trends
from collab.enums import Stage
from partners.models import Organisation

BANDS = ("strong", "discuss", "act")


class _Round(NamedTuple):
    collaboration_id: int
    name: str
    stage: str
    pk: int
    mode: str
    closes_on: date
    instrument: str
    summary: list[dict[str, Any]]
    exact_means: dict[str, Any]

    @property
    def kept(self) -> KeptRound:
        return KeptRound(self.pk, self.mode, self.exact_means)


@dataclass(frozen=True)
class Experience:
    """One collaboration: its number of rounds, and the number of factors per band and per change in the last one.

    ``bands`` counts strong, discuss and act; ``hidden`` the factors without a number; ``changes`` counts up, down, same
    and regrouped (not compared, because the groups changed), and is None where there is no earlier round to compare.
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
    """Return the last results of each collaboration with this organisation that ``user`` may see.

    The collaboration whose round closed last comes first.
    """
    cycles = EvaluationCycle.objects.visible_to(user).ended().filter(parties__organisation=organisation)
    collaboration = ("collaboration_id", "collaboration__name", "collaboration__stage")
    kept = ("pk", "mode", "closes_on", "instrument__key", "summary", "exact_means")
    rows = cycles.order_by("collaboration_id", "number").values_list(*collaboration, *kept)
    rounds = [_Round(*row) for row in rows]
    places = places_of([row.pk for row in rounds])
    found = []
    for _key, group in groupby(rounds, key=lambda row: row.collaboration_id):
        *earlier, last = group
        counts = Counter(factor["band"] for factor in last.summary)
        changes, before = None, next((row for row in reversed(earlier) if row.instrument == last.instrument), None)
        if before is not None:
            changed = trends(before.kept, last.kept, places)
            keys = [factor["key"] for factor in last.summary]
            changes = count_changes(changed[key] for key in keys if key in changed)
        experience = Experience(
            name=last.name,
            is_ended=last.stage == Stage.ENDED,
            rounds=len(earlier) + 1,
            last=last.pk,
            closed_on=last.closes_on,
            bands=[(band, counts[band]) for band in BANDS if counts[band]],
            hidden=counts[None],
            changes=changes,
        )
        found.append(experience)
    return sorted(found, key=lambda row: row.closed_on, reverse=True)
