"""Clean one row of a file: the values of an organisation and of its contact."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from common.fields import ValueRefused
from imports.mapping.columns import Columns
from imports.mapping.encoding import looks_broken, repaired
from imports.mapping.fields import FIELDS, NEEDED, OF_CONTACT
from imports.mapping.values import RowRefused, activity_type, dutch_number
from imports.reports.report import Repair

_WHITE = "\t\n\r"
# An export puts an apostrophe before what a spreadsheet would take for a formula.
_GUARDED = re.compile(r"^'(?='*[=+\-@])")

# By field, as plain data (``common.fields.FieldType.to_plain``).
Values = dict[str, Any]


def clean(values: Sequence[str], columns: Columns) -> Values:
    """Return the values by field, of the columns that the file has. Raises RowRefused.

    Names stay as the source wrote them, capitals and broken encodings included; only white space is tidied.
    """
    texts = {
        field: _tidy(_GUARDED.sub("", values[place]), columns.names[field]) for field, place in columns.places.items()
    }
    if not texts["name"]:
        raise RowRefused(_("%(column)s is empty.") % {"column": columns.names["name"]})
    needed = NEEDED[columns.key]
    if not texts[needed]:
        column = {"column": columns.names[needed]}
        raise RowRefused(
            _("%(column)s is empty; without a number the next import could not recognise this row.") % column
        )
    cleaned = {field: _parsed(field, text, columns) for field, text in texts.items()}
    if cleaned.get("country") == "NL" and "registration_number" in cleaned:
        cleaned["registration_number"] = dutch_number(cleaned["registration_number"])
    for field, value in cleaned.items():
        limit = FIELDS[field].max_length
        if limit and isinstance(value, str) and len(value) > limit:
            sizes = {"column": columns.names[field], "length": len(value), "limit": limit}
            raise RowRefused(_("%(column)s is too long: %(length)d characters, at most %(limit)d fit.") % sizes)
    given = [field for field in OF_CONTACT if cleaned.get(field)]
    if given and not cleaned.get("contact_name") and not cleaned.get("contact_email"):
        raise RowRefused(_("The contact has neither a name nor an e-mail address."))
    return cleaned


def broken_columns(values: Sequence[str], columns: Columns) -> list[tuple[str, str]]:
    """Return name and value of each column whose text seems to have gone through the wrong encoding."""
    return [
        (columns.names[field], values[place]) for field, place in columns.places.items() if looks_broken(values[place])
    ]


def repairs(line: int, values: Sequence[str], columns: Columns) -> list[Repair]:
    """Return the repairs that can be made in the columns that are read."""
    broken = [(name, value, repaired(value)) for name, value in broken_columns(values, columns)]
    return [Repair(line, name, value, new) for name, value, new in broken if new is not None]


def _tidy(value: str, column: str) -> str:
    if not value.isprintable():
        for character in value:
            category = unicodedata.category(character)
            if (category == "Cc" and character not in _WHITE) or category == "Cs":
                code = {"column": column, "code": f"U+{ord(character):04X}"}
                raise RowRefused(_("%(column)s holds a character that is no text (%(code)s).") % code)
        if not any(character.isprintable() for character in value.replace(" ", "")):
            return ""
    return " ".join(value.split())


def _parsed(name: str, text: str, columns: Columns) -> Any:
    """Return the value of a column as plain data. Raises RowRefused."""
    if name == "kind" and columns.names[name].lower() == "activitytype":
        return activity_type(text)
    field = FIELDS[name]
    try:
        return field.type.to_plain(field.parse(text))
    except ValueRefused as refused:
        raise RowRefused(str(refused)) from refused
