"""Merge what two people change at the same time, in three ways and field by field, so that no word is lost.

A form carries marks of the values that its page showed (``Seen``). The action compares, on the locked row, the value
seen, the value stored and the value typed (``merge``): a change by one of the two is kept, and a field that both
changed is refused (``EditConflict``). Collections are merged per element, so that an older page takes away only what it
knew.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2s
from typing import Any

from django.db.models import Manager, Model, QuerySet
from django.utils.translation import gettext as _

from common.actions import ActionRefused

Marks = Mapping[str, str | list[str]]
_MARK_BYTES = 9
_MOST_SEEN = 100_000


class Rows(list[tuple[Any, ...]]):
    """Rows of values without a key, such as further addresses: one that two people both replaced is a conflict."""


@dataclass(frozen=True)
class Author:
    """The person who stored a value, and the time. ``is_actor`` is true for the reader, in another window."""

    name: str
    at: datetime
    is_actor: bool = False


class EditConflict(ActionRefused):
    """Two people changed the same ``fields`` to different values. Nothing was written.

    ``stored`` holds the present values by field, ``merged`` those that a form shows next: typed where the actor changed
    them, otherwise stored. ``authors`` is filled in by ``audit.context.recording``.
    """

    def __init__(
        self, row: Model | None, fields: Sequence[str], stored: Mapping[str, Any], merged: Mapping[str, Any]
    ) -> None:
        super().__init__(_("Somebody else changed this while you were writing."), field=fields[0])
        self.row, self.fields, self.stored, self.merged = row, fields, stored, merged
        self.authors: Mapping[str, Author] = {}


@dataclass(frozen=True)
class Seen:
    """Marks of the values that a page showed, by field. A field without a mark was not shown, or empty."""

    marks: Marks = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Seen":
        """Mark these values as shown."""
        return cls({name: mark(value) for name, value in values.items()})

    @classmethod
    def read(cls, text: str) -> "Seen":
        """Return the marks of a page; a mark that cannot be read counts as not shown."""
        try:
            marks = json.loads(text) if len(text) <= _MOST_SEEN else None
        except (ValueError, RecursionError):
            marks = None
        if not isinstance(marks, dict):
            return cls()
        return cls(
            {
                name: value
                for name, value in marks.items()
                if isinstance(value, str) or (isinstance(value, list) and all(isinstance(part, str) for part in value))
            }
        )

    def __str__(self) -> str:
        return json.dumps(self.marks, separators=(",", ":"), sort_keys=True)


def merge(
    row: Model | None, typed: Mapping[str, Any], seen: Seen | None, stored: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the values to store by field: ``typed`` on a page that had ``seen`` the locked ``row``, merged with it.

    ``stored`` holds the values that are no plain attribute of the row. Without ``seen`` (jobs, imports, the shell)
    every typed value holds. Refuses, with ``EditConflict``, a field that both changed, to different values.
    """
    if seen is None:
        return dict(typed)
    given = stored or {}
    now = {name: given[name] if name in given else getattr(row, name) for name in typed}
    merged: dict[str, Any] = {}
    clashing = []
    for name, value in typed.items():
        if is_collection(value):
            merged[name], is_clash = _merged_elements(seen.marks.get(name), _elements(now[name]), value)
        else:
            before, mine, theirs = seen.marks.get(name, mark("")), mark(value), mark(now[name])
            is_same = mine in (theirs, before)
            merged[name], is_clash = (now[name], False) if is_same else (value, theirs != before)
        if is_clash:
            clashing.append(name)
    if clashing:
        raise EditConflict(row, clashing, now, merged)
    return merged


def apply_edits(row: Model, typed: Mapping[str, Any], seen: Seen | None) -> None:
    """Set the typed values on the locked ``row``, merged with what another person stored meanwhile (see ``merge``)."""
    for name, value in merge(row, typed, seen).items():
        setattr(row, name, value)


def refuse_unseen(row: Model, names: Iterable[str], seen: Seen | None) -> None:
    """Refuse to delete a locked ``row`` when one of these fields has another value than the page showed."""
    if seen is None:
        return
    stored = {name: getattr(row, name) for name in names}
    changed = [name for name, value in stored.items() if seen.marks.get(name, mark("")) != mark(value)]
    if changed:
        raise EditConflict(row, changed, stored, stored)


def mark(value: Any) -> str | list[str]:
    """Return a short digest of a value; of a collection, one per element."""
    if is_collection(value):
        return sorted({_element_mark(element, value) for element in _elements(value)})
    return _digest(_plain(value))


def is_collection(value: Any) -> bool:
    return isinstance(value, list | set | frozenset | QuerySet | Manager)


def _merged_elements(seen: str | list[str] | None, stored: list[Any], typed: Any) -> tuple[list[Any], bool]:
    """Return the stored elements without those that the actor removed, then those that the actor added.

    Elements that the page did not show are never removed.
    """
    mine = {_element_mark(element, typed): element for element in _elements(typed)}
    theirs = {_element_mark(element, typed): element for element in stored}
    base = set(seen) if isinstance(seen, list) else set()
    removed = base - mine.keys()
    added = [key for key in mine if key not in base and key not in theirs]
    kept = [element for key, element in theirs.items() if key not in removed]
    is_clash = isinstance(typed, Rows) and bool(
        added and (base - theirs.keys()) & removed and theirs.keys() - base - mine.keys()
    )
    return [*kept, *(mine[key] for key in added)], is_clash


def _elements(value: Any) -> list[Any]:
    return list(value.all() if isinstance(value, Manager) else value or ())


def _element_mark(element: Any, collection: Any) -> str:
    """Return the digest of an element; words that differ in capitals only are the same, rows are not."""
    plain = _plain(element)
    return _digest(plain if isinstance(collection, Rows) else plain.casefold())


def _plain(value: Any) -> str:
    """Return a value as text, without differences that people do not see: kinds of line ends, outer spaces."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return json.dumps([_plain(part) for part in value])
    return "\n".join(str(value).splitlines()).strip()


def _digest(text: str) -> str:
    return blake2s(text.encode(errors="surrogatepass"), digest_size=_MARK_BYTES).hexdigest()
