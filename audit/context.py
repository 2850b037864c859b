"""Who did it, and what it was called, attached to every row that changes meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.contrib.auth.models import PermissionsMixin
from django.db import transaction


@contextmanager
def recording(actor: PermissionsMixin | None, label: str) -> Iterator[None]:
    """One transaction whose history rows carry the actor's id and ``label`` (such as ``collab.stage_changed``)."""
    user = actor.pk if actor is not None else None
    with transaction.atomic(), pghistory.context(user=user, label=label):
        yield
