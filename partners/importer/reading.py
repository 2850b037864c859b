"""Bytes to rows: comma-separated values in UTF-8, whatever else is in the file. Plain data in, plain data out."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

MAX_BYTES = 20_000_000
# A quoted value may hold line ends; a quotation mark that was never closed must not swallow the rest of the file.
MAX_LINES_PER_ROW = 50
# Python's own limit would blame the quotation marks; a value that is too long for its field is refused by name.
csv.field_size_limit(MAX_BYTES)
_BINARY = {
    b"PK\x03\x04": "XLSX",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"%PDF": "PDF",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


class FileRefused(Exception):
    """The whole file cannot be read; the message says what is wrong, and where."""


@dataclass(frozen=True)
class Row:
    """The values of a row that starts on line ``line`` of the file; the first line is 1."""

    line: int
    values: Sequence[str]


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read as one."""

    line: int
    reason: str


def read(data: bytes) -> tuple[list[str], Iterator[Row | BadRow]]:
    """The names of the columns, and the rows after them; empty lines are no rows.

    Every row has as many values as there are columns, or is a BadRow. Raises FileRefused.
    """
    lines = list(io.StringIO(decode(data), newline=""))
    header, below = _header(lines)
    rows = _rows(lines, below, len(header))
    try:
        first = next(rows)
    except StopIteration:
        raise FileRefused(_("The file has a line with column names and no rows below it.")) from None
    return header, _chain(first, rows)


def decode(data: bytes) -> str:
    """The text of a UTF-8 file, without the mark that some programs put before it. Raises FileRefused."""
    if len(data) > MAX_BYTES:
        size = {"size": f"{len(data) / 1e6:.1f}", "limit": f"{MAX_BYTES / 1e6:.0f}"}
        raise FileRefused(_("The file is %(size)s MB; at most %(limit)s MB can be read.") % size)
    for beginning, kind in _BINARY.items():
        if data.startswith(beginning):
            raise FileRefused(_("This is a %(kind)s file. Save it as CSV (UTF-8) first.") % {"kind": kind})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = {"line": data.count(b"\n", 0, error.start) + 1, "byte": f"0x{data[error.start]:02X}"}
        raise FileRefused(
            _("Line %(line)d is not UTF-8 (byte %(byte)s). Save the file as CSV (UTF-8) first.") % place
        ) from error
    if not text.strip():
        raise FileRefused(_("The file is empty."))
    return text


def _header(lines: list[str]) -> tuple[list[str], int]:
    """The names of the columns, and where the rows begin."""
    at = 0
    while at < len(lines):
        row, used = _parse(lines, at)
        if row is None or "\0" in lines[at]:
            raise FileRefused(_("Line %(line)d, with the names of the columns, cannot be read.") % {"line": at + 1})
        at += used
        if any(value.strip() for value in row):
            return [value.strip() for value in row], at
    raise FileRefused(_("The file is empty."))


def _rows(lines: list[str], at: int, width: int) -> Iterator[Row | BadRow]:
    while at < len(lines):
        values, used = _parse(lines, at)
        if values is None:
            yield BadRow(at + 1, _("The quotation marks in this row do not match."))
            used = 1
        elif len(values) == width:
            yield Row(at + 1, values)
        elif values:
            yield BadRow(at + 1, _columns_in_words(len(values), width))
            used = 1 if _hides_rows(lines[at + 1 : at + used], width) else used
        at += used


def _parse(lines: list[str], at: int) -> tuple[list[str] | None, int]:
    """The values of the row that starts at a line, and how many lines it takes; None when it cannot be read."""
    reader = csv.reader(lines[at : at + MAX_LINES_PER_ROW], strict=True)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return None, 1


def _hides_rows(lines: list[str], width: int) -> bool:
    """Whether a quotation mark too many took whole rows for a part of a value."""
    return any(line.count('"') % 2 == 0 and len(_parse([line], 0)[0] or ()) == width for line in lines)


def _columns_in_words(count: int, width: int) -> str:
    numbers = {"count": count, "width": width}
    if count < width:
        return _("The row has too few columns: %(count)d instead of %(width)d.") % numbers
    return _("The row has too many columns: %(count)d instead of %(width)d.") % numbers


def _chain(first: Row | BadRow, rest: Iterator[Row | BadRow]) -> Iterator[Row | BadRow]:
    yield first
    yield from rest
