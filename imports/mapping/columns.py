"""Match the columns of a file to fields."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from imports.mapping.fields import EXTERNAL_ID, FIELDS, NEEDED, OF_CONTACT, guessed
from imports.reports.refusals import FileRefused
from imports.reports.report import Remark

# The names of these columns in CORDIS, the EU's register of projects, told in every language.
_NAMES = {"external_id": "orgId", "name": "name"}
# Known, but no fact about the organisation itself.
NOT_KEPT = ("numprojects",)


@dataclass(frozen=True)
class Columns:
    """The columns that are read: place in the row and name, by field; ``key`` is the kind of matching key."""

    places: dict[str, int]
    names: dict[str, str]
    key: str = EXTERNAL_ID
    repair: bool = False

    @cached_property
    def with_contacts(self) -> bool:
        return any(field in OF_CONTACT for field in self.places)


def chosen_columns(header: Sequence[str], fields: Sequence[str], key: str, *, repair: bool = False) -> Columns:
    """Return the columns that are read; ``fields`` has the field of each column of the file, “” for one left out."""
    places = {field: place for place, field in enumerate(fields) if field}
    return Columns(places, {field: header[place] or f"#{place + 1}" for field, place in places.items()}, key, repair)


def columns_of(header: Sequence[str], key: str = EXTERNAL_ID) -> Columns:
    """Recognise the columns by their names, in any order and in any case.

    Raises FileRefused when the name of one appears twice, and without those that ``key`` needs.
    """
    columns = chosen_columns(header, guessed(header), key)
    needed = dict.fromkeys([NEEDED[key], "name"])
    if missing := [_NAMES.get(field) or str(FIELDS[field].label) for field in needed if field not in columns.places]:
        raise FileRefused("missing", names=", ".join(missing))
    number = Counter(name.lower() for name in header)
    if twice := [name for name in columns.names.values() if number[name.lower()] > 1]:
        raise FileRefused("twice", name=twice[0])
    return columns


def remarks_on(header: Sequence[str], columns: Columns) -> list[Remark]:
    """Return a remark for each column that is left out, known or not."""
    remarks = []
    for place, name in enumerate(header):
        if place in columns.places.values():
            continue
        if name.lower() in NOT_KEPT or any(guessed([name])):
            text = _("Column %(name)s is not imported.")
        else:
            text = _("Column %(name)s is not known and is not imported.")
        remarks.append(Remark(1, text % {"name": name or f"#{place + 1}"}))
    return remarks
