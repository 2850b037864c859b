"""Write rows to files that people open in a spreadsheet, row by row in constant memory.

A value that a spreadsheet would take for a formula stays text. In CSV an apostrophe is put before it, which an import
removes again (``'+31 30 123``); in XLSX the cell is marked as text and the value is unchanged.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# Numbers and days stay numbers and days in a spreadsheet.
Cell = str | int | date
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767
_AT_ONCE = 500


class _Echo:
    """A file that returns each written value."""

    def write(self, text: str) -> str:
        return text


def guarded(value: str) -> str:
    """Return the value in a form that no spreadsheet calculates; a value that looks guarded is guarded again."""
    return f"'{value}" if value.lstrip("'").startswith(FORMULA_MARKS) else value


def csv_lines(rows: Iterable[Sequence[Cell]], separator: str = ",") -> Iterator[bytes]:
    """Yield lines of UTF-8 with a byte order mark, some hundreds of rows at a time; a day is written 2026-11-25."""
    writer = csv.writer(_Echo(), delimiter=separator)
    lines: list[str] = []
    yield codecs.BOM_UTF8
    for row in rows:
        lines.append(writer.writerow([guarded(value) if isinstance(value, str) else value for value in row]))
        if len(lines) == _AT_ONCE:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def write_xlsx(rows: Iterable[Sequence[Cell]], file: IO[bytes], title: str) -> None:
    """Write the rows to the only sheet of a workbook; numbers and days are cells of that kind, all others text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in rows:
        cells: list[Any] = []
        for value in row:
            cell: Any = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL] if isinstance(value, str) else value
            # openpyxl takes such a text for a formula.
            if isinstance(cell, str) and cell.startswith("="):
                cell = WriteOnlyCell(sheet, cell)
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    book.save(file)
