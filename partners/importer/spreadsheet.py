"""XLSX files to rows. What cells show counts: the last computed value of a formula, dates as 2026-11-25."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from partners.importer.reading import BadRow, FileRefused, Row, Table, columns_in_words, refuse_large, rows_or_refusal

# A small file can unpack to one that fills the memory.
MAX_UNPACKED = 150_000_000
MAX_COLUMNS = 500
_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"}


def sheet_names(data: bytes) -> list[str]:
    """The sheets that hold anything. Raises FileRefused."""
    book = _opened(data)
    try:
        return [sheet.title for sheet in book.worksheets if any(_texts(sheet))]
    except Exception as error:
        raise _damaged() from error


def read_sheet(data: bytes, name: str = "") -> Table:
    """The table on a sheet, the first that holds anything unless named.

    Raises FileRefused, also while the rows are gone through.
    """
    book = _opened(data)
    try:
        sheet = _chosen(book, name)
        # What the file says about its size need not be true.
        last_line = min(int(sheet.max_row or 0), 1_000_000)
        sheet.reset_dimensions()
        rows = _texts(sheet)
        header = next((values for _line, values in rows), None)
    except Exception as error:
        raise _damaged() from error
    if header is None:
        raise FileRefused(_("The file is empty."))
    return Table([name.strip() for name in header], rows_or_refusal(_rows(rows, len(header))), [], last_line)


def _opened(data: bytes) -> Any:
    refuse_large(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MAX_UNPACKED:
            size = {"size": f"{unpacked / 1e6:.0f}", "limit": f"{MAX_UNPACKED / 1e6:.0f}"}
            raise FileRefused(_("Unpacked the file is %(size)s MB; at most %(limit)s MB can be read.") % size)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        if not book.worksheets:
            raise FileRefused(_("The file is empty."))
    except FileRefused:
        raise
    # A damaged file makes the library fail in any way that there is.
    except Exception as error:
        raise _damaged() from error
    return book


def _chosen(book: Any, name: str) -> Any:
    if name in book.sheetnames:
        return book[name]
    return next((sheet for sheet in book.worksheets if any(_texts(sheet))), book.worksheets[0])


def _damaged() -> FileRefused:
    return FileRefused(_("This file cannot be opened as XLSX. Open it in your spreadsheet program and save it anew."))


def _texts(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Line and values of each row that is not empty, without empty cells at its end."""
    for line, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
        values = [_text(value) for value in cells]
        while values and not values[-1].strip():
            values.pop()
        if values:
            yield line, values


def _rows(rows: Iterator[tuple[int, list[str]]], width: int) -> Iterator[Row | BadRow]:
    while True:
        try:
            line, values = next(rows)
        except StopIteration:
            return
        except Exception as error:
            raise _damaged() from error
        yield _row(line, values, width)


def _row(line: int, values: list[str], width: int) -> Row | BadRow:
    if len(values) > width:
        return BadRow(line, columns_in_words(len(values), width), values)
    if error := next((value for value in values if value in _ERRORS), None):
        return BadRow(line, _("A cell of this row holds the error %(error)s.") % {"error": error}, values)
    return Row(line, values + [""] * (width - len(values)))


def _text(value: Any) -> str:
    """What a cell holds, as somebody would write it: numbers without “.0”, dates without midnight."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)
