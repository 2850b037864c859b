"""Who did it, and what it was called, attached to every row that changes meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.contrib.auth.models import PermissionsMixin
from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, ForeignKeyViolation

from common.actions import ActionRefused


@contextmanager
def recording(actor: PermissionsMixin | None, label: str) -> Iterator[None]:
    """One transaction whose history rows carry the actor's id and ``label`` (such as ``collab.stage_changed``).

    An action inside another one belongs to it: the outermost actor and label hold. Refuses, with nothing written, when
    somebody else took away or is changing at this very moment what this is about.
    """
    try:
        with transaction.atomic(), pghistory.context() as context:
            context.metadata.setdefault("user", actor.pk if actor is not None else None)
            context.metadata.setdefault("label", label)
            yield
    except (IntegrityError, OperationalError) as error:
        if isinstance(error.__cause__, ForeignKeyViolation | DeadlockDetected):
            raise ActionRefused(_("Somebody else changed this at the same moment. Look at it again.")) from error
        raise
