"""Drafts: the answers of one person, as they come in from any number of pages and in any order.

Pure: plain dictionaries in and out. Of every field the value typed last is kept, so that saves may be late, repeated or
out of order. A field has the name that it has in the form (``assessments.questionnaire``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

Value = int | str | None
Fields = Mapping[str, Value]


class TypedAt(NamedTuple):
    """The time of typing of a value: milliseconds since 1970, the page, and its place in the order of that page.

    The time is that of the server's clock as the page reckons it; the order of one page does not depend on any clock.
    """

    at: int
    page: str
    place: int

    def is_later_than(self, other: "TypedAt") -> bool:
        """Compare by the page's own order on one page, by time between pages; equal times by the page's name."""
        if self.page == other.page:
            return self.place > other.place
        return (self.at, self.page) > (other.at, other.page)


@dataclass(frozen=True)
class Draft:
    """The filled fields, and the time at which each field was typed last, emptied fields included."""

    fields: Fields = field(default_factory=dict)
    typed: Mapping[str, TypedAt] = field(default_factory=dict)


@dataclass(frozen=True)
class SentPage:
    """The data that one page sends: its fields, their times of typing, and the values that the page had shown before.

    A field without a time counts as typed now when it differs from ``shown``; without ``shown``, always.
    """

    fields: Fields
    typed: Mapping[str, TypedAt] = field(default_factory=dict)
    shown: Fields | None = None


def merge(kept: Draft, sent: SentPage, now: int) -> Draft:
    """Return the draft with the fields of ``sent`` that were typed later than its own; ``now`` in milliseconds.

    A value that a page shows but that was not typed there never replaces one typed elsewhere; it is taken over only
    where the field is unknown, because the draft was thrown away meanwhile.
    """
    fields, typed = dict(kept.fields), dict(kept.typed)
    for name, value in sent.fields.items():
        if name not in sent.typed and _is_untouched(kept, sent, name, value):
            continue
        stamp = sent.typed.get(name) or TypedAt(now, "", now)
        before = typed.get(name)
        if name not in sent.typed or before is None or stamp.is_later_than(before):
            fields[name], typed[name] = value, stamp
    return Draft({name: value for name, value in fields.items() if value != ""}, typed)


def _is_untouched(kept: Draft, sent: SentPage, name: str, value: Value) -> bool:
    is_known = name in kept.fields or name in kept.typed
    if not is_known:
        return value == ""
    return sent.shown is not None and value == sent.shown.get(name, "")


def milliseconds(moment: datetime) -> int:
    """Return a moment in milliseconds since 1970, as pages and drafts reckon."""
    return int(moment.timestamp() * 1000)


def read_typed(data: Any, now: int) -> dict[str, TypedAt]:
    """Return when fields were typed, as a page says it or as it is stored: ``{field: [at, page, place]}``.

    A time after ``now`` becomes ``now``: no clock that runs ahead wins for ever. What has another shape is left out.
    """
    if not isinstance(data, dict):
        return {}
    return {name: TypedAt(min(row[0], now), row[1], row[2]) for name, row in data.items() if _is_typed(row)}


def _is_typed(row: Any) -> bool:
    if not (isinstance(row, list) and len(row) == 3):
        return False
    at, page, place = row
    is_page = isinstance(page, str) and page.isascii() and (page == "" or page.isalnum()) and len(page) <= 32
    return is_page and type(at) is int and type(place) is int and abs(at) < 2**53 and abs(place) < 2**53
