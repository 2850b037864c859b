"""The history of rows in words: the time, the person, the sentence, and the old and new value of each field.

Reads the event tables of pghistory. One action is one entry, however many rows it touched. Apps register the sentence
of each of their labels; the caller chooses the rows that the reader may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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
_by_link: set[str] = set()
_internal: dict[str, Text] = {}


@dataclass(frozen=True)
class Source:
    """Events of one kind of row that the reader may see.

    ``leave_out`` names fields that are of no use to the reader. ``is_named`` is False where the page already names the
    row.
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
    """The change of one row within an entry: ``event`` is insert, update or delete."""

    name: str
    event: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One action of one person, with the rows that it changed."""

    at: datetime
    who: str
    what: str
    parts: tuple[Part, ...]


@dataclass
class _Step:
    """An event and the previous event of the same row, among the events that the reader may see."""

    event: Any
    before: Any | None
    fields: Sequence[Field[Any, Any]]
    is_named: bool


def register(
    sentences: Mapping[str, Text], *, internal: bool = False, instead: Text = "", by_link: bool = False
) -> None:
    """Register the sentence that each label gets on a timeline (“Stage changed”).

    ``internal`` ones are not told to partners: they read ``instead``, or a general word. ``by_link`` ones are done by
    people only: one without an account came by a personal link.
    """
    _sentences.update(sentences)
    if by_link:
        _by_link.update(sentences)
    if internal:
        _internal.update(dict.fromkeys(sentences, instead))


def events_of(rows: Model | QuerySet[Any]) -> QuerySet[Any]:
    """Return every event of a tracked row, or of each row of a queryset."""
    if isinstance(rows, Model):
        return all_events(type(rows)).filter(pgh_obj=rows.pk)
    return all_events(rows.model).filter(pgh_obj__in=rows)


def all_events(model: type[Model]) -> QuerySet[Any]:
    """Return every event of every row of a tracked model, deleted rows included."""
    event_model = cast(type[Model], model._meta.get_field("events").related_model)
    return event_model._default_manager.all()


def entries_for(*subjects: Model | QuerySet[Any] | Source, limit: int = 50, for_partner: bool = False) -> list[Entry]:
    """Return the newest ``limit`` entries of rows that the reader may see, newest first; the caller has checked that.

    With ``for_partner`` the sentences of internal labels are replaced (``register``).
    """
    sources = [subject if isinstance(subject, Source) else Source(events_of(subject)) for subject in subjects]
    steps = [step for source in sources for step in _steps(source, limit)]
    # What the steps point to, and their actors, with one query per model.
    users = get_user_model()
    wanted: dict[type[Model], set[Any]] = {users: set()}
    for step in steps:
        if step.event.pgh_context:
            wanted[users].add(step.event.pgh_context.metadata.get("user"))
        for column in step.fields:
            if target := _target(column):
                ids = wanted.setdefault(target, set())
                ids.update(getattr(row, column.attname) for row in (step.event, step.before) if row is not None)
    known = {model: _rows(model, ids - {None}) for model, ids in wanted.items()}
    # One action is one entry: pghistory gives all rows of an action the same context.
    groups: dict[Any, list[_Step]] = defaultdict(list)
    for step in steps:
        groups[step.event.pgh_context_id or (type(step.event), step.event.pgh_id)].append(step)
    newest_first = sorted(groups.values(), key=lambda group: (group[-1].event.pgh_created_at, group[-1].event.pgh_id))
    entries = (_entry(group, known, for_partner) for group in reversed(newest_first))
    return [entry for entry in entries if entry.parts][:limit]


def _steps(source: Source, limit: int) -> Iterator[_Step]:
    """Return the newest events of a source, oldest first, each with the previous event that the reader may see."""
    rows = list(source.events.select_related("pgh_context").order_by("-pgh_id")[:limit])
    last: dict[Any, Any] = {}
    if len(rows) == limit:
        earlier = source.events.filter(pgh_id__lt=rows[-1].pgh_id, pgh_obj__in={row.pgh_obj_id for row in rows})
        last = {row.pgh_obj_id: row for row in earlier.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")}
    fields = [
        column
        for column in source.events.model._meta.concrete_fields
        if not column.name.startswith("pgh_") and column.name != "id" and column.name not in source.leave_out
    ]
    for row in reversed(rows):
        yield _Step(row, last.get(row.pgh_obj_id), fields, source.is_named)
        last[row.pgh_obj_id] = row


def _entry(steps: Sequence[_Step], known: Known, for_partner: bool) -> Entry:
    first = steps[0].event
    metadata = first.pgh_context.metadata if first.pgh_context else {}
    parts = tuple(part for step in steps if (part := _part(step, known)))
    label = metadata.get("label", "")
    sentence = _internal[label] if for_partner and label in _internal else _sentences.get(label, "")
    if not sentence and parts:
        events = {part.event for part in parts}
        sentence = {"insert": _("Added"), "delete": _("Removed")}.get(events.pop(), _("Changed"))
    if person := metadata.get("person"):
        who = _("%(person)s, by a personal link") % {"person": person}
    elif (user_id := metadata.get("user")) is None:
        who = _("By a personal link") if label in _by_link else _("Automatically")
    else:
        who = str(known[get_user_model()].get(user_id) or _("Somebody whose account was removed"))
    return Entry(first.pgh_created_at, who, str(sentence), parts)


def _part(step: _Step, known: Known) -> Part | None:
    """Return the change of one row; None when no shown field changed."""
    label = step.event.pgh_label
    if label == "update" and step.before is None:
        label = "insert"
    changes = []
    if label == "update":
        for column in step.fields:
            old, new = getattr(step.before, column.attname), getattr(step.event, column.attname)
            if old != new:
                words = _words(column, old, known), _words(column, new, known)
                changes.append(Change(str(column.verbose_name), *words))
        if not changes:
            return None
    return Part(_name(step, known) if step.is_named else "", label, tuple(changes))


def _name(step: _Step, known: Known) -> str:
    """Return the name that the row had at that moment, without a query for each row."""
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
    """Return the model that a foreign key points to; None for another field."""
    return cast(type[Model], column.related_model) if isinstance(column, ForeignKey) else None


def _rows(model: type[Model], ids: set[Any]) -> dict[Any, Model]:
    """Return the rows by key; rebuild a deleted row in memory from its last event.

    A removed account is left out, so that it has no name.
    """
    found: dict[Any, Model] = model._base_manager.in_bulk(ids)
    if (gone := ids - found.keys()) and hasattr(model, "events") and model is not get_user_model():
        last = all_events(model).filter(pgh_obj__in=gone).order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
        for event in last:
            row = found[event.pgh_obj_id] = event.pgh_tracked_model()
            for column in event._meta.concrete_fields:
                if not column.name.startswith("pgh_"):
                    setattr(row, column.attname, getattr(event, column.attname))
    return found
