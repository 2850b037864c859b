"""Parse the rows of a table: the values of each by field, or the reason why it is refused."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from common.text import fold
from imports.mapping.cleaning import Values, broken_columns, clean, repairs
from imports.mapping.columns import Columns
from imports.mapping.encoding import repaired
from imports.mapping.fields import EXTERNAL_ID, OF_CONTACT, OF_ORGANISATION
from imports.mapping.keys import MatchingKey
from imports.mapping.values import RowRefused
from imports.reading.tables import BadRow, Row
from imports.reports.report import ImportReport, Remark


@dataclass
class ParsedRow:
    """A row with its values by field; a refused one has a ``reason``, and the name in the file as ``refused_name``."""

    line: int
    values: Values = field(default_factory=dict)
    reason: str = ""
    original: list[str] = field(default_factory=list)
    refused_name: str = ""

    def text(self, name: str) -> str:
        """Return the value of a field as text, “” where the row gives none."""
        return str(self.values.get(name) or "")

    @cached_property
    def organisation(self) -> dict[str, Any]:
        """Return the values that go into columns of the organisation itself, as plain data."""
        return {name: value for name, value in self.values.items() if name in OF_ORGANISATION}

    @cached_property
    def contact(self) -> dict[str, Any]:
        """Return the values of the contact in the row by field of Contact, without empty ones."""
        given = {field.name: (field, self.values.get(name)) for name, field in OF_CONTACT.items()}
        return {name: value for name, (field, value) in given.items() if not field.type.is_empty(value)}


class RowParser:
    """Parser of the rows of one file; adds remarks on doubtful rows to the report.

    With ``offers_repair`` a broken encoding that can be repaired goes into the offered repairs, without a remark.
    """

    def __init__(self, columns: Columns, report: ImportReport, *, offers_repair: bool = False) -> None:
        self.columns = columns
        self.report = report
        self.offers_repair = offers_repair
        self.lines_by_key: dict[MatchingKey, int] = {}
        self.lines_by_contact: dict[tuple[MatchingKey, str], int] = {}
        self.found_by_name: dict[str, list[tuple[str, int]]] = {}

    def parse(self, rows: Iterable[Row | BadRow]) -> Iterator[ParsedRow]:
        """Yield each row parsed; remark on equal names after the last one."""
        for row in rows:
            try:
                yield self._parsed(row)
            except RowRefused as refused:
                place = self.columns.places.get("name")
                # The values of a BadRow stand at no certain place.
                name = "" if place is None or isinstance(row, BadRow) else row.values[place].strip()
                yield ParsedRow(row.line, reason=str(refused), original=list(row.values), refused_name=name)
        for folded, found in self.found_by_name.items():
            if folded and len(found) > 1:
                lines = [line for _name, line in found]
                message = _(
                    "“%(name)s” is on lines %(lines)s with different numbers; each is an organisation of its own."
                )
                texts = {"name": found[0][0], "lines": ", ".join(str(line) for line in lines)}
                self.report.warnings.append(Remark(lines[0], message % texts))

    def _parsed(self, row: Row | BadRow) -> ParsedRow:
        if isinstance(row, BadRow):
            raise RowRefused(row.reason)
        values = [repaired(value) or value for value in row.values] if self.columns.repair else row.values
        cleaned, remarks = clean(row.line, values, self.columns)
        parsed = ParsedRow(row.line, cleaned, original=list(row.values))
        key = MatchingKey.of(parsed.values, self.columns)
        first = self.lines_by_key.setdefault(key, parsed.line)
        person = parsed.contact.get("email", "") or fold(parsed.contact.get("name", ""))
        if self.columns.with_contacts and person:
            said = self.lines_by_contact.setdefault((key, person), parsed.line)
            if said != parsed.line:
                raise RowRefused(_("This contact is on line %(line)d already.") % {"line": said})
        elif first != parsed.line:
            raise RowRefused(repeated(parsed, self.columns, first))
        if self.columns.key == EXTERNAL_ID and not self.columns.with_contacts:
            name = parsed.text("name")
            self.found_by_name.setdefault(fold(name), []).append((name, row.line))
        self.report.remark(remarks)
        if self.offers_repair:
            self.report.repairs += repairs(row.line, row.values, self.columns)
        for column, value in broken_columns(values, self.columns):
            if self.offers_repair and repaired(value):
                continue
            texts = {"column": column, "value": value}
            message = _("%(column)s “%(value)s” seems to have a broken encoding; it goes in as it is.") % texts
            self.report.warnings.append(Remark(row.line, message))
        return parsed


def repeated(parsed: ParsedRow, columns: Columns, line: int) -> str:
    """Return the sentence for a second row about the organisation on ``line``."""
    if columns.key == EXTERNAL_ID:
        return _("Number %(number)s is on line %(line)d already.") % {
            "number": parsed.text("external_id"),
            "line": line,
        }
    return _("This organisation is on line %(line)d already.") % {"line": line}
