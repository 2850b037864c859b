"""A file of any kind that can be read, as a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from partners.importer.reading import XLSX, Row, Table, read
from partners.importer.report import Remark
from partners.importer.spreadsheet import read_sheet, sheet_names

_FIRST_VALUES = 3
_ROWS_TO_LOOK_AT = 50
_VALUE_LENGTH = 60


@dataclass(frozen=True)
class Glance:
    """What people need to see to recognise the columns of a file: names, and the first values of each."""

    header: list[str]
    values: list[list[str]]
    remarks: list[Remark]
    sheets: list[str] = field(default_factory=list)


def open_table(data: bytes, sheet: str = "") -> Table:
    """The table in a file; ``sheet`` names one in a spreadsheet. Raises FileRefused."""
    table = read_sheet(data, sheet) if data.startswith(XLSX) else read(data)
    return Table(storable(table.header), table.rows, table.remarks, table.last_line)


def look_at(data: bytes, sheet: str = "") -> Glance:
    """The beginning of a file. Raises FileRefused."""
    table = open_table(data, sheet)
    rows = [row.values for row in islice(table.rows, _ROWS_TO_LOOK_AT) if isinstance(row, Row)]
    values = [list(islice(_given(rows, place), _FIRST_VALUES)) for place in range(len(table.header))]
    return Glance(table.header, values, table.remarks, sheet_names(data) if data.startswith(XLSX) else [])


def storable(values: Sequence[str]) -> list[str]:
    """The texts without the characters that a database refuses."""
    return [
        value if value.isprintable() else "".join("\ufffd" if _is_refused(c) else c for c in value) for value in values
    ]


def _given(rows: list[Sequence[str]], place: int) -> list[str]:
    return list(dict.fromkeys(storable([row[place].strip()[:_VALUE_LENGTH] for row in rows if row[place].strip()])))


def _is_refused(character: str) -> bool:
    return character == "\0" or "\ud800" <= character <= "\udfff"
