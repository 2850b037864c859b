"""Which column of a file is which field of an organisation: the columns of CORDIS, the EU's register of projects."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from partners.enums import OrganisationKind
from partners.importer.fields import CONTACT_FIELDS, EXTERNAL_ID, FIELDS, NEEDED, guessed
from partners.importer.reading import FileRefused
from partners.importer.report import Remark

COLUMNS = {
    "orgId": "external_id",
    "name": "name",
    "shortName": "short_name",
    "activityType": "kind",
    "street": "street",
    "city": "city",
    "country": "country",
}
REQUIRED = ("orgId", "name")
# Known, but no fact about the organisation itself.
NOT_KEPT = ("numProjects",)
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


def columns_of(header: list[str], key: str = EXTERNAL_ID) -> Columns:
    """Recognise the columns, in any order and in any case. Raises FileRefused when a required one is missing.

    A file that does not have the columns of CORDIS may call them what people call them; one whose rows are recognised
    by another ``key`` than the number in the source always may.
    """
    if key != EXTERNAL_ID:
        return _named_by_people(header, key)
    known = {name.lower(): field for name, field in COLUMNS.items()}
    found = [name.lower() for name in header]
    if "orgid" not in found:
        return _named_otherwise(header, found)
    _refuse_missing(found)
    if twice := [name for name, count in Counter(name for name in found if name in known).items() if count > 1]:
        raise FileRefused(_("Line 1: column %(name)s appears twice.") % {"name": header[found.index(twice[0])]})
    places = {known[name]: place for place, name in enumerate(found) if name in known}
    return Columns(places, {field: header[place] for field, place in places.items()})


def remarks_on(header: list[str], columns: Columns) -> list[Remark]:
    """The columns that are left alone."""
    read, not_kept = set(columns.places.values()), {name.lower() for name in NOT_KEPT}
    remarks = []
    for place, name in enumerate(header):
        if name.lower() in not_kept:
            remarks.append(Remark(1, _("Column %(name)s is not imported.") % {"name": name}))
        elif place not in read:
            unknown = {"name": name or f"#{place + 1}"}
            remarks.append(Remark(1, _("Column %(name)s is not known and is not imported.") % unknown))
    return remarks


def _named_by_people(header: list[str], key: str) -> Columns:
    columns = chosen_columns(header, guessed(header), key)
    needed = dict.fromkeys(["name", NEEDED[key]])
    if missing := [str(FIELDS[field].label) for field in needed if field not in columns.places]:
        raise FileRefused(_("Line 1: these columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    return columns


def _named_otherwise(header: list[str], found: list[str]) -> Columns:
    columns = chosen_columns(header, guessed(header), EXTERNAL_ID)
    if "external_id" not in columns.places or "name" not in columns.places:
        _refuse_missing(found)
    return columns


def _refuse_missing(found: list[str]) -> None:
    if missing := [name for name in REQUIRED if name.lower() not in found]:
        names = {"names": ", ".join(missing)}
        raise FileRefused(_("Line 1: these columns are missing: %(names)s.") % names)
