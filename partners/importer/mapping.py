"""Which column of a file is which field of an organisation: the columns of CORDIS, the EU's register of projects."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from partners.enums import OrganisationKind
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
    """The columns that are read: place in the row and name, by field of Organisation."""

    places: dict[str, int]
    names: dict[str, str]


def columns_of(header: list[str]) -> Columns:
    """Recognise the columns, in any order and in any case. Raises FileRefused when a required one is missing."""
    known = {name.lower(): field for name, field in COLUMNS.items()}
    found = [name.lower() for name in header]
    _refuse_missing(header, found)
    if twice := [name for name, count in Counter(name for name in found if name in known).items() if count > 1]:
        raise FileRefused(_("Line 1: column %(name)s appears twice.") % {"name": header[found.index(twice[0])]})
    places = {known[name]: place for place, name in enumerate(found) if name in known}
    return Columns(places, {field: header[place] for field, place in places.items()})


def remarks_on(header: list[str]) -> list[Remark]:
    """The columns that are left alone."""
    known = {name.lower() for name in COLUMNS}
    not_kept = {name.lower() for name in NOT_KEPT}
    remarks = []
    for place, name in enumerate(header, start=1):
        if name.lower() in not_kept:
            remarks.append(Remark(1, _("Column %(name)s is not imported.") % {"name": name}))
        elif name.lower() not in known:
            unknown = {"name": name or f"#{place}"}
            remarks.append(Remark(1, _("Column %(name)s is not known and is not imported.") % unknown))
    return remarks


def _refuse_missing(header: list[str], found: list[str]) -> None:
    missing = [name for name in REQUIRED if name.lower() not in found]
    if not missing:
        return
    separator = next((mark for mark in (";", "\t", "|") if len(header) == 1 and mark in header[0]), None)
    if separator:
        raise FileRefused(
            _("Line 1: the columns are not separated by commas but by “%(mark)s”.")
            % {"mark": separator.replace("\t", "tab")}
        )
    names = {"names": ", ".join(missing)}
    raise FileRefused(_("Line 1: these columns are missing: %(names)s.") % names)
