"""Who changes a row at the same moment waits here."""

from typing import TypeVar

from django.db.models import Model

M = TypeVar("M", bound=Model)


def lock(row: M) -> M:
    """The row as it is now, held until the transaction ends; rows that point to it can still be made."""
    manager = type(row)._default_manager
    return manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
