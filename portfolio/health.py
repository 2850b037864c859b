"""The health of collaborations: the seven bands of the last round, for a page of a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import get_language

from assessments.enums import CycleStatus
from assessments.instruments import load_instrument
from assessments.models import EvaluationCycle
from assessments.trends import CHANGED
from collab.lists import leads_of
from collab.models import Collaboration
from common.prepared import Prepared, one_of


@dataclass(frozen=True)
class FactorHead:
    """Column heading of one factor."""

    key: str
    name: str


@dataclass(frozen=True)
class HealthRow:
    """One collaboration with its leads, the bands of its last round, and its planned or open round, if any."""

    collaboration: Collaboration
    leads: list[str]
    cells: list[dict[str, Any]]
    running: "Running | None"

    @property
    def fell(self) -> bool:
        """Return whether a factor fell so far since the last round that pages call it a change."""
        change = self.collaboration.lowest_change
        return change is not None and change <= -CHANGED

    @property
    def other_leads(self) -> int:
        """Return the number of leads beside the first, who is of the host where the host has one."""
        return max(len(self.leads) - 1, 0)


class Running(NamedTuple):
    """A round that is planned or open."""

    status: str
    opens_on: date


def factor_heads() -> list[FactorHead]:
    """Return the seven factors in order, named in the current language."""
    language = get_language() or "en"
    return [FactorHead(row.key, row.short_name.get(language)) for row in load_instrument("seven_factors", 1).factors]


def health_rows(collaborations: Iterable[Collaboration], today: date) -> list[HealthRow]:
    """Return the collaborations with the columns that the dashboard shows of each, in three queries."""
    rows = list(collaborations)
    keys = [row.pk for row in rows]
    last = dict(_LAST.rows(keys=keys))
    running = {key: Running(status, opens_on) for key, status, opens_on in _RUNNING.rows(keys=keys)}
    leads, heads = leads_of(keys, today), factor_heads()
    nothing = {"score": None, "band": None}
    found = []
    for row in rows:
        scores = {cell["key"]: cell for cell in last.get(row.pk, ())}
        cells = [{"name": head.name, **scores.get(head.key, nothing)} for head in heads]
        found.append(HealthRow(row, leads.get(row.pk, []), cells, running.get(row.pk)))
    return found


# Each saves 5 to 9 % of the processor time of the dashboard: see bench/README.md.
_LAST = Prepared(
    lambda: (
        EvaluationCycle.objects.latest_results()
        .filter(one_of("collaboration", "keys"))
        .values_list("collaboration_id", "summary")
    )
)
_RUNNING = Prepared(
    lambda: EvaluationCycle.objects.filter(
        one_of("collaboration", "keys"), status__in=[CycleStatus.PLANNED, CycleStatus.OPEN]
    ).values_list("collaboration_id", "status", "opens_on")
)
