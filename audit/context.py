"""Who did it, and what it was called, attached to every row that changes meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

import pghistory
from django.contrib.auth.models import PermissionsMixin
from django.db import transaction

MOMENT = "moment"
_told_moment: ContextVar[datetime | None] = ContextVar("told_moment", default=None)


@contextmanager
def recording(actor: PermissionsMixin | None, label: str) -> Iterator[None]:
    """One transaction whose history rows carry the actor's id and ``label`` (such as ``collab.stage_changed``).

    An action inside another one belongs to it: the outermost actor and label hold.
    """
    with transaction.atomic(), pghistory.context() as context:
        context.metadata.setdefault("user", actor.pk if actor is not None else None)
        context.metadata.setdefault("label", label)
        if moment := _told_moment.get():
            context.metadata.setdefault(MOMENT, moment.isoformat())
        yield


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """What is recorded inside is told as having happened at ``moment``; see ``audit.past``."""
    token = _told_moment.set(moment)
    try:
        yield
    finally:
        _told_moment.reset(token)
