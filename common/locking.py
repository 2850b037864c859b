"""Lock rows, so that actions on one row at the same moment wait for each other.

Two actions that lock the same rows in another order can wait for each other until PostgreSQL ends one of them. So every
action locks the whole before its parts: a collaboration before its parts, roles and rounds, a round before its
invitations, these before the people asked. Contacts come before their organisations, and rows of one table by key.
"""

from typing import TypeVar, cast

from django.db.models import Model
from django.utils.translation import gettext as _

from common.actions import ActionRefused

M = TypeVar("M", bound=Model)


def lock(row: M) -> M:
    """Return the row as it is now, locked until the transaction ends; rows that point to it can still be made.

    Refuses a row that is gone: another person deleted it, or merged it into another.
    """
    # With ``no_key`` others may meanwhile point to the row, as no action changes keys: a new row that points to it
    # locks its key, and would have to wait for a full lock. ``of`` leaves out what the row is joined with.
    # The user of a request is a stand-in for the row: its class has no manager.
    manager = cast(type[M], row._meta.model)._default_manager
    current = manager.select_for_update(of=("self",), no_key=True).filter(pk=row.pk).first()
    if current is None:
        raise ActionRefused(_("“%(name)s” is not there any more.") % {"name": row})
    return current
