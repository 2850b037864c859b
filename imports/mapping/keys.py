"""Make the matching keys by which a row finds its organisation in the registry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.text import fold
from imports.mapping.columns import Columns
from imports.mapping.fields import EXTERNAL_ID, NUMBER


@dataclass(frozen=True)
class MatchingKey:
    """A number or a name; ``place`` is the city or the country, None when the file has no column for it."""

    text: str
    place: str | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any], columns: Columns) -> "MatchingKey":
        """Return the key of a row, or of an organisation, by the chosen kind of key."""
        if columns.key == EXTERNAL_ID:
            return cls(values["external_id"])
        if columns.key == NUMBER:
            place = values["country"] if "country" in columns.places else None
            return cls(plain_number(values["registration_number"]), place)
        return cls(name_key(values["name"]), fold(values["city"]) if "city" in columns.places else None)


def name_key(name: str) -> str:
    """Return a name without capitals and accents; a name of nothing but signs stands for itself."""
    return fold(name) or name


def plain_number(number: str) -> str:
    """Return a registration number in capitals, without spaces and dots."""
    return number.upper().replace(" ", "").replace(".", "")
