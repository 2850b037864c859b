"""One row of the file to the values of one organisation, and of somebody who works there."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import cast

from django.db.models import CharField
from django.utils.translation import gettext as _

from partners.importer.encoding import looks_broken, repaired
from partners.importer.fields import CONTACT_FIELDS, NEEDED
from partners.importer.mapping import Columns
from partners.importer.report import Repair
from partners.importer.values import PARSERS, RowRefused, activity_type, dutch_number, words
from partners.models import WORD_LINKS, Contact, Organisation

# What people fill in where there is nothing to fill in.
_NOTHING = {".", "-"}
_PLACE_FIELDS = ("street", "city")
_WHITE = "\t\n\r"
# An export puts an apostrophe before what a spreadsheet would take for a formula.
_GUARDED = re.compile(r"^'(?='*[=+\-@])")
# A word at a time has its own limit; an owner is looked up.
_WITHOUT_LIMIT = (*WORD_LINKS, "relation_owner")

Values = dict[str, str | list[str]]


def clean(values: Sequence[str], columns: Columns) -> Values:
    """Values by field, of the columns that the file has. Raises RowRefused.

    Names stay as the source wrote them, capitals and broken encodings included; only white space is tidied.
    """
    cleaned = {field: _tidy(_plain(values[place]), columns.names[field]) for field, place in columns.places.items()}
    for field in _PLACE_FIELDS:
        if cleaned.get(field) in _NOTHING:
            cleaned[field] = ""
    _refuse_nameless(cleaned, columns)
    for field in cleaned:
        cleaned[field] = _meant(field, cleaned[field], columns)
    if cleaned.get("country") == "NL" and "registration_number" in cleaned:
        cleaned["registration_number"] = dutch_number(cleaned["registration_number"])
    _refuse_long(cleaned, columns)
    _refuse_nameless_contact(cleaned)
    return {field: words(value) if field in WORD_LINKS else value for field, value in cleaned.items()}


def broken_columns(values: Sequence[str], columns: Columns) -> list[tuple[str, str]]:
    """Name and value of each column whose text seems to have gone through the wrong encoding."""
    return [
        (columns.names[field], values[place]) for field, place in columns.places.items() if looks_broken(values[place])
    ]


def repairs(line: int, values: Sequence[str], columns: Columns) -> list[Repair]:
    """What can be repaired in the columns that are read."""
    broken = [(name, value, repaired(value)) for name, value in broken_columns(values, columns)]
    return [Repair(line, name, value, new) for name, value, new in broken if new is not None]


def _plain(value: str) -> str:
    return _GUARDED.sub("", value)


def _tidy(value: str, column: str) -> str:
    if not value.isprintable():
        _refuse_control(value, column)
        if not any(character.isprintable() for character in value.replace(" ", "")):
            return ""
    return " ".join(value.split())


def _refuse_control(value: str, column: str) -> None:
    for character in value:
        category = unicodedata.category(character)
        if (category == "Cc" and character not in _WHITE) or category == "Cs":
            code = {"column": column, "code": f"U+{ord(character):04X}"}
            raise RowRefused(_("%(column)s holds a character that is no text (%(code)s).") % code)


def _refuse_nameless(cleaned: dict[str, str], columns: Columns) -> None:
    if not cleaned["name"]:
        raise RowRefused(_("%(column)s is empty.") % {"column": columns.names["name"]})
    needed = NEEDED[columns.key]
    if not cleaned[needed]:
        column = {"column": columns.names[needed]}
        raise RowRefused(
            _("%(column)s is empty; without a number the next import could not recognise this row.") % column
        )


def _meant(field: str, value: str, columns: Columns) -> str:
    if field == "kind" and columns.names[field].lower() == "activitytype":
        return activity_type(value)
    return PARSERS[field](value) if field in PARSERS else value


def _refuse_nameless_contact(cleaned: dict[str, str]) -> None:
    given = [field for field in CONTACT_FIELDS if cleaned.get(field)]
    if given and not cleaned.get("contact_name") and not cleaned.get("contact_email"):
        raise RowRefused(_("The contact has neither a name nor an e-mail address."))


def _refuse_long(cleaned: dict[str, str], columns: Columns) -> None:
    for field, value in cleaned.items():
        if field not in _WITHOUT_LIMIT and len(value) > _limit(field):
            sizes = {"column": columns.names[field], "length": len(value), "limit": _limit(field)}
            raise RowRefused(_("%(column)s is too long: %(length)d characters, at most %(limit)d fit.") % sizes)


@cache
def _limit(field: str) -> int:
    model, name = (Contact, field.removeprefix("contact_")) if field in CONTACT_FIELDS else (Organisation, field)
    return cast("CharField[str, str]", model._meta.get_field(name)).max_length or 0
