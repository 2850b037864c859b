"""Who did it, and what it was called, attached to every row that changes meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.contrib.auth.models import PermissionsMixin
from django.db import transaction


@contextmanager
def recording(actor: PermissionsMixin | None, label: str) -> Iterator[None]:
    """One transaction whose history rows carry the actor's id and ``label`` (such as ``collab.stage_changed``).

    An action inside another one belongs to it: the outermost actor and label hold.
    """
    with transaction.atomic(), pghistory.context() as context:
        context.metadata.setdefault("user", actor.pk if actor is not None else None)
        context.metadata.setdefault("label", label)
        yield
