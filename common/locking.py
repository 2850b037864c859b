"""Who changes a row at the same moment waits here."""

from typing import TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from common.actions import ActionRefused

M = TypeVar("M", bound=Model)


def lock(row: M) -> M:
    """The row as it is now, held until the transaction ends; rows that point to it can still be made.

    Refuses when it is gone: somebody else took it away, or merged it into another.
    """
    manager = type(row)._default_manager
    current = manager.select_for_update(of=("self",), no_key=True).filter(pk=row.pk).first()
    if current is None:
        raise ActionRefused(_("“%(name)s” is not there any more.") % {"name": row})
    return current
