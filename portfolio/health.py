"""The health of collaborations: the seven bands of the last round, for a page of a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language

from assessments.enums import CycleStatus
from assessments.instruments import load_instrument
from assessments.models import EvaluationCycle
from collab.enums import RoleKind
from collab.models import Collaboration, RoleAssignment


@dataclass(frozen=True)
class FactorHead:
    key: str
    name: str


@dataclass(frozen=True)
class HealthRow:
    """One collaboration with its leads, the bands of its last round, and the round that is running, if any."""

    collaboration: Collaboration
    leads: list[str]
    cells: list[dict[str, Any]]
    last: EvaluationCycle | None
    running: EvaluationCycle | None

    @property
    def other_leads(self) -> int:
        """How many leads there are beside the first, who is of the host where the host has one."""
        return max(len(self.leads) - 1, 0)


def factor_heads() -> list[FactorHead]:
    """The seven factors in order, named in the current language."""
    language = get_language() or "en"
    return [FactorHead(row.key, row.name.get(language)) for row in load_instrument("seven_factors", 1).factors]


def health_rows(collaborations: Iterable[Collaboration], today: date) -> list[HealthRow]:
    """The same collaborations with what the dashboard shows of each, in three queries."""
    rows = list(collaborations)
    keys = [row.pk for row in rows]
    last = {cycle.collaboration_id: cycle for cycle in _light(EvaluationCycle.objects.latest_results(), keys)}
    going_on = EvaluationCycle.objects.filter(status__in=[CycleStatus.PLANNED, CycleStatus.OPEN])
    running = {cycle.collaboration_id: cycle for cycle in _light(going_on, keys)}
    leads, heads = _leads(keys, today), factor_heads()
    return [
        HealthRow(
            collaboration=row,
            leads=leads.get(row.pk, []),
            cells=_cells(heads, last.get(row.pk)),
            last=last.get(row.pk),
            running=running.get(row.pk),
        )
        for row in rows
    ]


def _light(cycles: Any, keys: list[int]) -> Any:
    wanted = cycles.filter(collaboration__in=keys)
    return wanted.only("collaboration_id", "number", "status", "opens_on", "closes_on", "summary")


def _cells(heads: list[FactorHead], cycle: EvaluationCycle | None) -> list[dict[str, Any]]:
    """Per factor its name, score and band; without a result both are None."""
    found = {cell["key"]: cell for cell in cycle.summary} if cycle else {}
    nothing = {"score": None, "band": None}
    return [{"name": head.name, **found.get(head.key, nothing)} for head in heads]


def _leads(keys: list[int], today: date) -> dict[int, list[str]]:
    current = RoleAssignment.objects.current(today).filter(role=RoleKind.LEAD, participation__collaboration__in=keys)
    names = current.order_by("-participation__organisation__is_host", "pk").values_list(
        "participation__collaboration_id", "contact__name"
    )
    leads: dict[int, list[str]] = {}
    for collaboration_id, name in names:
        leads.setdefault(collaboration_id, []).append(name)
    return leads
