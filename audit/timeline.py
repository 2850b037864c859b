"""What happened to rows, in words: when, who, what it was called, and which fields went from what to what.

Reads the event tables of pghistory. What one action did is one entry, whatever number of rows it touched. Apps say
by ``register`` how their labels read; whoever asks says which rows the reader may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _

EMPTY = "—"
LONGEST = 160
Text = str | Promise
Known = Mapping[type[Model], Mapping[Any, Model]]

_sentences: dict[str, Text] = {}
# What partners read in the place of an internal sentence; empty is a general word.
_internal: dict[str, Text] = {}


@dataclass(frozen=True)
class Source:
    """Events of one kind of row that the reader may see.

    ``leave_out`` names fields that tell the reader nothing; the page itself may say already what the row is called.
    """

    events: QuerySet[Any]
    leave_out: frozenset[str] = frozenset()
    is_named: bool = True


@dataclass(frozen=True)
class Change:
    """A field that went from one value to another, both as people read them."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Part:
    """What happened to one row: ``event`` is insert, update or delete."""

    name: str
    event: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What one person did at one moment."""

    at: datetime
    who: str
    what: str
    parts: tuple[Part, ...]


@dataclass
class _Step:
    """An event with the one before it of the same row, as far as the reader may see them."""

    event: Any
    before: Any | None
    fields: Sequence[Field[Any, Any]]
    is_named: bool


def register(sentences: Mapping[str, Text], *, internal: bool = False, instead: Text = "") -> None:
    """Say how labels read on a timeline (“Stage changed”).

    ``internal`` ones are not told to partners: they read ``instead``, or a general word.
    """
    _sentences.update(sentences)
    if internal:
        _internal.update(dict.fromkeys(sentences, instead))


def events_of(rows: Model | QuerySet[Any]) -> QuerySet[Any]:
    """Every event of a tracked row, or of each row of a queryset."""
    if isinstance(rows, Model):
        return all_events(type(rows)).filter(pgh_obj=rows.pk)
    return all_events(rows.model).filter(pgh_obj__in=rows)


def all_events(model: type[Model]) -> QuerySet[Any]:
    """Every event of every row of a tracked model, the rows that are gone included."""
    event_model = cast(type[Model], model._meta.get_field("events").related_model)
    return event_model._default_manager.all()


def entries_for(*subjects: Model | QuerySet[Any] | Source, limit: int = 50, for_partner: bool = False) -> list[Entry]:
    """The newest ``limit`` entries of rows that the caller has found the reader may see, newest first.

    With ``for_partner`` labels that were registered as internal give way to other words.
    """
    sources = [subject if isinstance(subject, Source) else Source(events_of(subject)) for subject in subjects]
    steps = [step for source in sources for step in _steps(source, limit)]
    known = _look_up(steps)
    entries = (_entry(group, known, for_partner) for group in _by_action(steps))
    return [entry for entry in entries if entry.parts][:limit]


def _steps(source: Source, limit: int) -> Iterator[_Step]:
    """The newest events of a source, oldest first, each with its predecessor among all that the reader may see."""
    rows = list(source.events.select_related("pgh_context").order_by("-pgh_id")[:limit])
    last: dict[Any, Any] = {}
    if len(rows) == limit:
        earlier = source.events.filter(pgh_id__lt=rows[-1].pgh_id, pgh_obj__in={row.pgh_obj_id for row in rows})
        last = {row.pgh_obj_id: row for row in earlier.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")}
    fields = _fields(source)
    for row in reversed(rows):
        yield _Step(row, last.get(row.pgh_obj_id), fields, source.is_named)
        last[row.pgh_obj_id] = row


def _fields(source: Source) -> list[Field[Any, Any]]:
    """What of a row is worth telling."""
    return [
        column
        for column in source.events.model._meta.concrete_fields
        if not column.name.startswith("pgh_") and column.name != "id" and column.name not in source.leave_out
    ]


def _by_action(steps: Iterable[_Step]) -> list[list[_Step]]:
    """The steps of each action together, the newest action first."""
    groups: dict[Any, list[_Step]] = defaultdict(list)
    for step in steps:
        groups[step.event.pgh_context_id or (type(step.event), step.event.pgh_id)].append(step)
    return sorted(groups.values(), key=lambda group: (group[-1].event.pgh_created_at, group[-1].event.pgh_id))[::-1]


def _entry(steps: Sequence[_Step], known: Known, for_partner: bool) -> Entry:
    first = steps[0].event
    metadata = first.pgh_context.metadata if first.pgh_context else {}
    parts = tuple(part for step in steps if (part := _part(step, known)))
    label = metadata.get("label", "")
    sentence = _internal[label] if for_partner and label in _internal else _sentences.get(label, "")
    return Entry(first.pgh_created_at, _who(metadata.get("user"), known), str(sentence) or _plain(parts), parts)


def _plain(parts: Sequence[Part]) -> str:
    events = {part.event for part in parts}
    return {"insert": _("Added"), "delete": _("Removed")}.get(events.pop(), _("Changed")) if events else ""


def _who(user_id: int | None, known: Known) -> str:
    if user_id is None:
        return _("Automatically")
    return str(known[get_user_model()].get(user_id) or _("Somebody whose account was removed"))


def _part(step: _Step, known: Known) -> Part | None:
    """None when nothing changed that is worth telling."""
    label = step.event.pgh_label
    if label == "update" and step.before is None:
        label = "insert"
    changes = tuple(_changes(step, known)) if label == "update" else ()
    if label == "update" and not changes:
        return None
    return Part(_name(step, known) if step.is_named else "", label, changes)


def _changes(step: _Step, known: Known) -> Iterator[Change]:
    for column in step.fields:
        old, new = getattr(step.before, column.attname), getattr(step.event, column.attname)
        if old != new:
            yield Change(str(column.verbose_name), _words(column, old, known), _words(column, new, known))


def _name(step: _Step, known: Known) -> str:
    """The row as it called itself then, without asking the database for every one."""
    row = step.event.pgh_tracked_model()
    for column in step.fields:
        value = getattr(step.event, column.attname)
        target = _target(column)
        related = known.get(target, {}).get(value) if target else None
        setattr(row, column.name if related else column.attname, related or value)
    try:
        return str(row)
    except (ObjectDoesNotExist, AttributeError):
        return EMPTY


def _words(column: Field[Any, Any], value: Any, known: Known) -> str:
    if value is None or value == "":
        return EMPTY
    if target := _target(column):
        return str(known[target].get(value, EMPTY))
    if isinstance(value, list):
        names = dict(getattr(column, "base_field", column).flatchoices)
        return ", ".join(str(names.get(part, part)) for part in value) or EMPTY
    if column.flatchoices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value)
    return Truncator(str(value)).chars(LONGEST)


def _target(column: Field[Any, Any]) -> type[Model] | None:
    """The kind of row that a field points to."""
    return cast(type[Model], column.related_model) if isinstance(column, ForeignKey) else None


def _look_up(steps: Iterable[_Step]) -> Known:
    """Everything that the steps point to, and who took them: one query per kind of row."""
    users = get_user_model()
    wanted: dict[type[Model], set[Any]] = {users: set()}
    for step in steps:
        if step.event.pgh_context:
            wanted[users].add(step.event.pgh_context.metadata.get("user"))
        for column in step.fields:
            if target := _target(column):
                ids = wanted.setdefault(target, set())
                ids.update(getattr(row, column.attname) for row in (step.event, step.before) if row is not None)
    return {model: _rows(model, ids - {None}) for model, ids in wanted.items()}


def _rows(model: type[Model], ids: set[Any]) -> dict[Any, Model]:
    """The rows by key; one that is gone, in memory only, as history saw it last."""
    found: dict[Any, Model] = model._base_manager.in_bulk(ids)
    if (gone := ids - found.keys()) and hasattr(model, "events"):
        last = all_events(model).filter(pgh_obj__in=gone).order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
        found |= {event.pgh_obj_id: _as_it_was(event) for event in last}
    return found


def _as_it_was(event: Any) -> Model:
    row: Model = event.pgh_tracked_model()
    for column in event._meta.concrete_fields:
        if not column.name.startswith("pgh_"):
            setattr(row, column.attname, getattr(event, column.attname))
    return row
