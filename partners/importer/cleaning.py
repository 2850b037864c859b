"""One row of the file to the values of one organisation."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import cast

from django.db.models import CharField
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from partners.countries import iso_country
from partners.importer.encoding import looks_broken
from partners.importer.mapping import KINDS, Columns
from partners.models import Organisation

# What people fill in where there is nothing to fill in.
_NOTHING = {".", "-"}
_PLACE_FIELDS = ("street", "city")
_WHITE = "\t\n\r"


class RowRefused(Exception):
    """This row stays out; the message says why."""


def clean(values: Sequence[str], columns: Columns) -> dict[str, str]:
    """Values by field of Organisation, of the columns that the file has. Raises RowRefused.

    Names stay as the source wrote them, capitals and broken encodings included; only white space is tidied.
    """
    cleaned = {field: _tidy(values[place], columns.names[field]) for field, place in columns.places.items()}
    for field in _PLACE_FIELDS:
        if cleaned.get(field) in _NOTHING:
            cleaned[field] = ""
    _refuse_nameless(cleaned, columns)
    if "country" in cleaned:
        cleaned["country"] = _country(cleaned["country"])
    if "kind" in cleaned:
        cleaned["kind"] = _kind(cleaned["kind"])
    _refuse_long(cleaned, columns)
    return cleaned


def broken_columns(values: Sequence[str], columns: Columns) -> list[tuple[str, str]]:
    """Name and value of each column whose text seems to have gone through the wrong encoding."""
    return [
        (columns.names[field], values[place]) for field, place in columns.places.items() if looks_broken(values[place])
    ]


def _tidy(value: str, column: str) -> str:
    if not value.isprintable():
        _refuse_control(value, column)
        if not any(character.isprintable() for character in value.replace(" ", "")):
            return ""
    return " ".join(value.split())


def _refuse_control(value: str, column: str) -> None:
    for character in value:
        if unicodedata.category(character) == "Cc" and character not in _WHITE:
            code = {"column": column, "code": f"U+{ord(character):04X}"}
            raise RowRefused(_("%(column)s holds a character that is no text (%(code)s).") % code)


def _refuse_nameless(cleaned: dict[str, str], columns: Columns) -> None:
    if not cleaned["name"]:
        raise RowRefused(_("%(column)s is empty.") % {"column": columns.names["name"]})
    if not cleaned["external_id"]:
        column = {"column": columns.names["external_id"]}
        raise RowRefused(
            _("%(column)s is empty; without a number the next import could not recognise this row.") % column
        )


def _refuse_long(cleaned: dict[str, str], columns: Columns) -> None:
    for field, value in cleaned.items():
        if len(value) > _limit(field):
            sizes = {"column": columns.names[field], "length": len(value), "limit": _limit(field)}
            raise RowRefused(_("%(column)s is too long: %(length)d characters, at most %(limit)d fit.") % sizes)


@cache
def _limit(field: str) -> int:
    return cast("CharField[str, str]", Organisation._meta.get_field(field)).max_length or 0


def _country(code: str) -> str:
    if not code:
        return ""
    country = iso_country(code)
    if country is None:
        raise RowRefused(_("“%(code)s” is not the code of a country.") % {"code": _short(code)})
    return country


def _kind(code: str) -> str:
    """The kind for an activity type; “other” says nothing, so that it never replaces what people found out."""
    kind = KINDS.get(code.upper()) if code else KINDS["OTH"]
    if kind is None:
        codes = {"code": _short(code), "known": ", ".join(KINDS)}
        raise RowRefused(_("“%(code)s” is not an activity type; known are %(known)s.") % codes)
    return kind


def _short(code: str) -> str:
    return Truncator(code).chars(40)
