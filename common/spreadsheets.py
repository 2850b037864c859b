"""Rows as files that people open in a spreadsheet, one row at a time however many there are.

A value that a spreadsheet would take for a formula stays text. In CSV an apostrophe goes before it, which an import
takes off again (``'+31 30 123``); in XLSX the cell says that it is text and the value is as it was.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767
_AT_ONCE = 500


class _Echo:
    """Gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def guarded(value: str) -> str:
    """The value such that no spreadsheet calculates it; one that looks guarded itself is guarded once more."""
    return f"'{value}" if value.lstrip("'").startswith(FORMULA_MARKS) else value


def csv_lines(rows: Iterable[Sequence[str]], separator: str = ",") -> Iterator[bytes]:
    """UTF-8 with the mark by which spreadsheets know it, some hundreds of rows at a time."""
    writer = csv.writer(_Echo(), delimiter=separator)
    lines: list[str] = []
    yield codecs.BOM_UTF8
    for row in rows:
        lines.append(writer.writerow([guarded(value) for value in row]))
        if len(lines) == _AT_ONCE:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def write_xlsx(rows: Iterable[Sequence[str]], file: IO[bytes], title: str) -> None:
    """The rows as the only sheet of a workbook; every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in rows:
        sheet.append([_text_cell(sheet, value) for value in row])
    book.save(file)


def _text_cell(sheet: Any, value: str) -> Any:
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
    if not text.startswith("="):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell
