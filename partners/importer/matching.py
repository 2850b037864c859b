"""Rows beside the registry: what is new, what differs, what is the same."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from django.db.models import CharField
from django.utils.translation import gettext as _

from common.text import fold
from partners.countries import country_name
from partners.enums import OrganisationKind
from partners.importer.cleaning import RowRefused, broken_columns, clean
from partners.importer.mapping import Columns
from partners.importer.reading import BadRow, Row
from partners.importer.report import ImportReport, Refusal, Remark, Sample
from partners.models import Organisation


@dataclass(frozen=True)
class Candidate:
    """A row that can go in: the values of one organisation by field."""

    line: int
    values: dict[str, str]

    @property
    def external_id(self) -> str:
        return self.values["external_id"]


class Screening:
    """Lets the rows through that can go in; notes in the report which cannot, and what is odd about the others."""

    def __init__(self, columns: Columns, report: ImportReport) -> None:
        self.columns = columns
        self.report = report
        self.lines_by_id: dict[str, int] = {}
        self.found_by_name: dict[str, list[tuple[str, str]]] = {}

    def candidates(self, rows: Iterable[Row | BadRow]) -> Iterator[Candidate]:
        for row in rows:
            try:
                candidate = self._screened(row)
            except RowRefused as refused:
                self.report.refused.append(Refusal(row.line, str(refused)))
            else:
                yield candidate
        self._remark_same_names()

    def _screened(self, row: Row | BadRow) -> Candidate:
        if isinstance(row, BadRow):
            raise RowRefused(row.reason)
        candidate = Candidate(row.line, clean(row.values, self.columns))
        first = self.lines_by_id.setdefault(candidate.external_id, row.line)
        if first != row.line:
            same = {"number": candidate.external_id, "line": first}
            raise RowRefused(_("Number %(number)s is on line %(line)d already.") % same)
        name = candidate.values["name"]
        self.found_by_name.setdefault(fold(name), []).append((name, candidate.external_id))
        self._remark_broken(row)
        return candidate

    def _remark_broken(self, row: Row) -> None:
        for column, value in broken_columns(row.values, self.columns):
            texts = {"column": column, "value": value}
            message = _("%(column)s “%(value)s” seems to have a broken encoding; it goes in as it is.") % texts
            self.report.warnings.append(Remark(row.line, message))

    def _remark_same_names(self) -> None:
        for folded, found in self.found_by_name.items():
            if folded and len(found) > 1:
                lines = [self.lines_by_id[number] for _name, number in found]
                message = _(
                    "“%(name)s” is on lines %(lines)s with different numbers; each is an organisation of its own."
                )
                texts = {"name": found[0][0], "lines": ", ".join(str(line) for line in lines)}
                self.report.warnings.append(Remark(lines[0], message % texts))


def compare(candidates: list[Candidate], known: Mapping[str, Organisation], report: ImportReport) -> list[Organisation]:
    """The organisations to write: new ones without a key, known ones with their new values. Counts all in the report.

    A value that the file does not give leaves what is there: an empty one, and the kind “other”.
    """
    to_write = []
    for candidate in candidates:
        organisation = known.get(candidate.external_id)
        if organisation is None:
            to_write.append(_new(candidate))
            report.count("created", _sample(candidate))
        elif changes := _apply(candidate, organisation):
            to_write.append(organisation)
            report.count("updated", _sample(candidate, changes))
        else:
            report.count("unchanged", _sample(candidate))
    return to_write


def _new(candidate: Candidate) -> Organisation:
    organisation = Organisation(**candidate.values)
    organisation.fold_texts()
    return organisation


def _apply(candidate: Candidate, organisation: Organisation) -> tuple[tuple[str, str, str], ...]:
    """Set what differs, and say what that was."""
    changes = []
    for field, new in candidate.values.items():
        old = getattr(organisation, field)
        if new == old or not new or (field == "kind" and new == OrganisationKind.OTHER):
            continue
        setattr(organisation, field, new)
        changes.append((_label(field), _shown(field, old), _shown(field, new)))
    organisation.fold_texts()
    return tuple(changes)


def _label(field: str) -> str:
    return str(cast("CharField[str, str]", Organisation._meta.get_field(field)).verbose_name)


def _shown(field: str, value: str) -> str:
    if field == "kind":
        return str(OrganisationKind(value).label)
    return country_name(value) if field == "country" else value


def _sample(candidate: Candidate, changes: tuple[tuple[str, str, str], ...] = ()) -> Sample:
    place = (candidate.values.get("city", ""), country_name(candidate.values.get("country", "")))
    return Sample(candidate.line, candidate.values["name"], ", ".join(part for part in place if part), changes)
