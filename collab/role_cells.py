"""The roles of a collaboration as a table: organisations down, roles across."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from collab.enums import ONE_AT_A_TIME, RoleKind
from collab.models import Participation, RoleAssignment


@dataclass(frozen=True)
class RoleCell:
    """The holders of one role for one organisation on a day, and those who begin later."""

    participation: Participation
    role: RoleKind
    held: list[RoleAssignment]
    later: list[RoleAssignment]

    @property
    def name(self) -> str:
        """Return the name of the field of this cell."""
        return f"{self.role.value}_{self.participation.pk}"

    @property
    def is_for_one(self) -> bool:
        return self.role in ONE_AT_A_TIME

    @property
    def value(self) -> int | list[int] | None:
        """Return the key of the contact who holds the role; of a role for many, the keys of all."""
        keys = [role.contact_id for role in self.held]
        if self.is_for_one:
            return keys[0] if keys else None
        return keys


def role_cells(participations: Iterable[Participation], today: date) -> list[RoleCell]:
    """Return the cells of all organisations, in the order of ``RoleKind``; roles and contacts are prefetched."""
    return [
        RoleCell(
            participation,
            kind,
            [role for role in participation.roles.all() if role.role == kind and role.is_current(today)],
            [role for role in participation.roles.all() if role.role == kind and role.starts_on > today],
        )
        for participation in participations
        for kind in RoleKind
    ]
