"""Find the author of the present value of each field of a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import PermissionsMixin
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from audit.timeline import events_of
from common.edits import Author

_LOOK_BACK = 50


def authors_of(row: Model, names: Iterable[str], actor: PermissionsMixin | None) -> Mapping[str, Author]:
    """Return by field the author and time of its present value; leave out fields of which no author is known.

    An account without a name is not shown by its address, which the reader may not know.
    """
    if row.pk is None:
        return {}
    events = (
        list(events_of(row).select_related("pgh_context").order_by("-pgh_id")[:_LOOK_BACK])
        if hasattr(type(row), "events")
        else []
    )
    columns = {column.name: column.attname for column in type(row)._meta.concrete_fields}
    found = {}
    for name in names:
        attname = columns.get(name, "-")
        # From the newest down, each beside the one before it.
        pairs = zip(events, [*events[1:], None], strict=True) if events and hasattr(events[0], attname) else ()
        changed = (new for new, old in pairs if old is None or getattr(new, attname) != getattr(old, attname))
        event = next(changed, None)
        if event is None:
            # History does not reach back to this value: the row itself may name its last author.
            user, at = getattr(row, "written_by", None), getattr(row, "updated_at", datetime.min)
        else:
            user_id = event.pgh_context.metadata.get("user") if event.pgh_context else None
            user = get_user_model().objects.filter(pk=user_id).first() if user_id is not None else None
            at = event.pgh_created_at
        if user is not None:
            called = getattr(user, "name", "") or _("Somebody else")
            found[name] = Author(called, at, is_actor=user == actor)
    return found


@dataclass(frozen=True)
class Origin:
    """The key of the account that recorded a row, if a person did, and the author and time of its last correction."""

    recorded_by: int | None = None
    corrected: Author | None = None


def origin_of(row: Model, parts: QuerySet[Any] | None = None) -> Origin:
    """Return the author and the last corrector of a tracked row, from its history.

    ``parts`` are the events of rows that belong to it, such as its list of people. What was stored together with the
    row is no correction.
    """
    sources = [events_of(row)] if parts is None else [events_of(row), parts]
    events = [event for source in sources for event in source.select_related("pgh_context").order_by("pgh_id")]
    if not events:
        return Origin()
    first = events[0]
    events.sort(key=lambda event: event.pgh_created_at)
    last = events[-1]
    keys = [event.pgh_context.metadata.get("user") if event.pgh_context else None for event in (first, last)]
    if last == first or (first.pgh_context_id and last.pgh_context_id == first.pgh_context_id):
        return Origin(keys[0])
    user = get_user_model().objects.filter(pk=keys[-1]).first() if keys[-1] is not None else None
    called = getattr(user, "name", "") or _("Somebody else")
    return Origin(keys[0], Author(called, events[-1].pgh_created_at))
