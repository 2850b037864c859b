"""Record the actor and the label of an action with every row that it changes."""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.contrib.auth.models import PermissionsMixin
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, ForeignKeyViolation

from audit.authors import authors_of
from common.actions import ActionRefused
from common.edits import EditConflict


@contextmanager
def recording(actor: PermissionsMixin | None, label: str, person: str = "") -> Iterator[None]:
    """Open a transaction whose history rows carry the actor's id and ``label`` (such as ``collab.stage_changed``).

    ``person`` is the name of a person without an account, who acts by a personal link. Inside another ``recording`` the
    outermost actor and label hold. Refuses, with nothing written, when the row was deleted or is being changed by
    another person at this moment. Adds to a conflict of two edits (``common.edits``) the author of the other one.
    """
    try:
        with transaction.atomic(), pghistory.context() as context:
            context.metadata.setdefault("user", actor.pk if actor is not None else None)
            context.metadata.setdefault("label", label)
            if person:
                context.metadata.setdefault("person", person)
            yield
    except EditConflict as conflict:
        if conflict.row is not None and not conflict.authors:
            conflict.authors = authors_of(conflict.row, conflict.fields, actor)
        raise
    except (IntegrityError, OperationalError) as error:
        if isinstance(error.__cause__, ForeignKeyViolation | DeadlockDetected):
            raise ActionRefused(_("Somebody else changed this at the same moment. Look at it again.")) from error
        raise


def record_about(row: Model) -> None:
    """Write an event for a row that an action is about and does not change; it tracks ``ManualEvent("note")``."""
    pghistory.create_event(row, label="note")
