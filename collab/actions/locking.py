"""Who changes a collaboration at the same moment waits here."""

from typing import TypeVar

from django.db.models import Model

from collab.models import Collaboration

M = TypeVar("M", bound=Model)


def lock(row: M) -> M:
    """The row as it is now, held until the transaction ends; rows that point to it can still be made."""
    manager = type(row)._default_manager
    return manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)


def lock_collaboration(collaboration_id: int) -> Collaboration:
    """The collaboration, held: everything about its parties and roles is changed by one person at a time."""
    return Collaboration.objects.select_for_update(of=("self",), no_key=True).get(pk=collaboration_id)
