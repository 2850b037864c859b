"""Which column of a file is which field; and what CORDIS, the EU's register of projects, writes in them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from partners.enums import OrganisationKind
from partners.importer.fields import CONTACT_FIELDS, EXTERNAL_ID, FIELDS, NEEDED, guessed
from partners.importer.reading import FileRefused
from partners.importer.report import Remark

# What these columns are called by default, whatever the language.
_NAMES = {"external_id": "orgId", "name": "name"}
# Known, but no fact about the organisation itself.
NOT_KEPT = ("numprojects",)
KINDS = {
    "PRC": OrganisationKind.COMPANY,
    "REC": OrganisationKind.RESEARCH,
    "HES": OrganisationKind.HIGHER_EDUCATION,
    "PUB": OrganisationKind.PUBLIC_BODY,
    "OTH": OrganisationKind.OTHER,
}


@dataclass(frozen=True)
class Columns:
    """The columns that are read: place in the row and name, by field; ``key`` is by what a row is recognised."""

    places: dict[str, int]
    names: dict[str, str]
    key: str = EXTERNAL_ID
    repair: bool = False

    @cached_property
    def with_contacts(self) -> bool:
        return any(field in CONTACT_FIELDS for field in self.places)


def chosen_columns(header: Sequence[str], fields: Sequence[str], key: str, *, repair: bool = False) -> Columns:
    """The columns as somebody matched them: a field, or “”, for each column of the file."""
    places = {field: place for place, field in enumerate(fields) if field}
    return Columns(places, {field: header[place] or f"#{place + 1}" for field, place in places.items()}, key, repair)


def columns_of(header: Sequence[str], key: str = EXTERNAL_ID) -> Columns:
    """Recognise the columns by what they are called, in any order and in any case.

    Raises FileRefused when the name of one appears twice, and without those that ``key`` needs.
    """
    columns = chosen_columns(header, guessed(header), key)
    needed = dict.fromkeys([NEEDED[key], "name"])
    if missing := [_NAMES.get(field) or str(FIELDS[field].label) for field in needed if field not in columns.places]:
        raise FileRefused(_("Line 1: these columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    number = Counter(name.lower() for name in header)
    if twice := [name for name in columns.names.values() if number[name.lower()] > 1]:
        raise FileRefused(_("Line 1: column %(name)s appears twice.") % {"name": twice[0]})
    return columns


def remarks_on(header: Sequence[str], columns: Columns) -> list[Remark]:
    """The columns that are left alone: known, but of no use or as well as another one; and not known."""
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
