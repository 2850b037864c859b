"""Parse values of a file that depend on another column, or on how the source writes them."""

import re
from typing import Any

from django.utils.translation import gettext as _

from common.fields import FileType, ValueRefused, short
from imports.mapping.fields import FIELDS
from partners.fields import ACTIVITY_TYPES


class RowRefused(Exception):
    """Refusal of one row; the message is the reason, for the user."""


# What people and programs fill in where there is nothing.
_NOTHING = frozenset(
    (
        *("-", "--", "–", "—", ".", "?", "??", "n.v.t.", "n.v.t", "nvt", "nvt.", "niet van toepassing", "geen", "leeg"),
        *("onbekend", "niet bekend", "unknown", "none", "n/a", "n.a.", "#n/a", "#n/b", "not applicable", "null", "nan"),
    )
)


def is_nothing(text: str) -> bool:
    """Return whether a text stands for no value at all, such as “n.v.t.”."""
    return text.casefold() in _NOTHING


def found_in(name: str, text: str) -> tuple[str, str]:
    """Return the part of a cell that is the value of a field, and the part that is left out."""
    field_type = FIELDS[name].type
    return field_type.find(text) if text and isinstance(field_type, FileType) else (text, "")


def parsed(name: str, text: str, column: str) -> Any:
    """Return the value of a field as plain data, of a column with this name. Raises ValueRefused."""
    if name == "kind" and column.lower() == "activitytype":
        return activity_type(text)
    field = FIELDS[name]
    value = field.type.to_plain(field.parse(text))
    if field.max_length and isinstance(value, str) and len(value) > field.max_length:
        sizes = {"length": len(value), "limit": field.max_length}
        raise ValueRefused(_("%(length)d characters are too long; at most %(limit)d fit.") % sizes)
    return value


def activity_type(value: str) -> str:
    """Return the kind for an activity type; nothing given is “other”, which never replaces a kind that is known.

    Raises ValueRefused.
    """
    kind = ACTIVITY_TYPES.get(value.upper() or "OTH")
    if kind is None:
        codes = {"code": short(value), "known": ", ".join(ACTIVITY_TYPES)}
        raise ValueRefused(_("“%(code)s” is not an activity type; known are %(known)s.") % codes)
    return kind


def dutch_number(value: str) -> str:
    """Return a number of the Dutch Chamber of Commerce, without the spaces and dots that people put in it.

    Raises ValueRefused.
    """
    figures = re.sub(r"[ .]", "", value)
    # Spreadsheets take the noughts before a number away.
    figures = figures.zfill(8) if re.fullmatch(r"[0-9]{7}", figures) else figures
    if value and not re.fullmatch(r"[0-9]{8}", figures):
        raise ValueRefused(_("“%(value)s” is not a KvK number; it has 8 figures.") % {"value": short(value)})
    return figures
