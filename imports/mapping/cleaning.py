"""Clean one row of a file: the values of an organisation and of its contact."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from common.fields import ValueRefused, short
from imports.mapping.columns import Columns
from imports.mapping.encoding import looks_broken, repaired
from imports.mapping.fields import NEEDED, OF_CONTACT
from imports.mapping.values import RowRefused, dutch_number, found_in, is_nothing, parsed
from imports.reading.tables import CELL_ERRORS
from imports.reports.report import Remark, Repair

# Marks that nobody sees, from web pages and word processors; the joiners that Persian and Hindi need are no such marks.
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF])
# A line end as Excel writes it in a file of XML.
_ESCAPED = re.compile("_x000[aAdD]_")
# Control characters besides white space, and halves of characters.
_STRANGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# An export puts an apostrophe before what a spreadsheet would take for a formula.
_GUARDED = re.compile(r"^'(?='*[=+\-@])")

# By field, as plain data (``common.fields.FieldType.to_plain``).
Values = dict[str, Any]


def clean(line: int, values: Sequence[str], columns: Columns) -> tuple[Values, list[Remark]]:
    """Return the values by field, of the columns that the file has, and remarks on those that cannot be read.

    A value that cannot be read is left out. Raises RowRefused where that is the name, or what the row is recognised by.
    Names stay as the source wrote them, capitals and broken encodings included; only white space is tidied.
    """
    cleaner = RowCleaner(line, values, columns)
    for field in columns.places:
        cleaner.read(field)
    cleaner.refuse_empty()
    if cleaner.cleaned.get("country") == "NL" and "registration_number" in cleaner.cleaned:
        cleaner.parse("registration_number", lambda: dutch_number(cleaner.cleaned["registration_number"]))
    cleaner.leave_out_nameless_contact()
    return cleaner.cleaned, cleaner.remarks


class RowCleaner:
    """Cleaner of one row: gathers its values by field, and remarks on what it leaves out."""

    def __init__(self, line: int, values: Sequence[str], columns: Columns) -> None:
        self.line, self.values, self.columns = line, values, columns
        self.needed = NEEDED[columns.key]
        self.cleaned: Values = {}
        self.remarks: list[Remark] = []

    def read(self, field: str) -> None:
        """Read the value of a field. Raises RowRefused where the row needs it and it cannot be read."""
        column = self.columns.names[field]
        text = _tidy(_GUARDED.sub("", self.values[self.columns.places[field]]))
        if strange := _STRANGE.search(text):
            code = {"column": column, "code": f"U+{ord(strange[0]):04X}"}
            message = _("%(column)s holds a character that is no text (%(code)s). It was left out.") % code
            self.remarks.append(Remark(self.line, message, column, short(text)))
            text = _tidy(_STRANGE.sub("", text))
        if is_nothing(text) and field not in ("name", self.needed):
            text = ""
        text, left_out = found_in(field, text)
        if left_out:
            texts = {"column": column, "left_out": short(left_out), "value": short(text)}
            message = _("%(column)s: “%(left_out)s” was left out beside “%(value)s”.") % texts
            self.remarks.append(Remark(self.line, message, column, short(left_out)))
        if text in CELL_ERRORS:
            self.leave_out(field, _("The cell holds the error %(error)s.") % {"error": text})
        else:
            self.parse(field, lambda: parsed(field, text, column))

    def parse(self, field: str, parse: Callable[[], Any]) -> None:
        """Keep what ``parse`` returns as the value of a field, or leave it out."""
        try:
            self.cleaned[field] = parse()
        except ValueRefused as refused:
            self.leave_out(field, str(refused))

    def leave_out(self, field: str, reason: str) -> None:
        """Add a remark on a value, and keep none. Raises RowRefused where the row needs it."""
        if field in ("name", self.needed):
            raise RowRefused(reason)
        column, value = self.columns.names[field], self.values[self.columns.places[field]]
        message = _("%(column)s: %(reason)s It was left out.") % {"column": column, "reason": reason}
        self.remarks.append(Remark(self.line, message, column, short(value)))
        self.cleaned[field] = parsed(field, "", column)

    def refuse_empty(self) -> None:
        """Raise RowRefused for a row without a name, or without what it is recognised by."""
        names = self.columns.names
        if not self.cleaned["name"]:
            raise RowRefused(_("%(column)s is empty.") % {"column": names["name"]})
        if not self.cleaned[self.needed]:
            column = {"column": names[self.needed]}
            raise RowRefused(
                _("%(column)s is empty; without a number the next import could not recognise this row.") % column
            )

    def leave_out_nameless_contact(self) -> None:
        """Leave out a contact with neither a name nor an e-mail address, with a remark."""
        given = [field for field in OF_CONTACT if self.cleaned.get(field)]
        if given and not self.cleaned.get("contact_name") and not self.cleaned.get("contact_email"):
            message = _("The contact has neither a name nor an e-mail address. It was left out.")
            self.remarks.append(Remark(self.line, message))
            self.cleaned |= {field: parsed(field, "", "") for field in given}


def broken_columns(values: Sequence[str], columns: Columns) -> list[tuple[str, str]]:
    """Return name and value of each column whose text seems to have gone through the wrong encoding."""
    return [
        (columns.names[field], values[place]) for field, place in columns.places.items() if looks_broken(values[place])
    ]


def repairs(line: int, values: Sequence[str], columns: Columns) -> list[Repair]:
    """Return the repairs that can be made in the columns that are read."""
    broken = [(name, value, repaired(value)) for name, value in broken_columns(values, columns)]
    return [Repair(line, name, value, new) for name, value, new in broken if new is not None]


def _tidy(value: str) -> str:
    """Return a text with single spaces, without marks that are not seen; "" where nothing can be seen."""
    value = _ESCAPED.sub(" ", value).translate(_UNSEEN)
    if not value.isprintable() and not any(character.isprintable() for character in value.replace(" ", "")):
        return "" if not _STRANGE.search(value) else value
    return " ".join(value.split())
