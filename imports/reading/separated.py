"""Read files of separated values: encoding, separator, quotation marks. Plain data in, plain data out."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from django.utils.translation import gettext as _

from imports.reading.tables import (
    MAX_BYTES,
    BadRow,
    Row,
    Table,
    columns_in_words,
    fitted,
    is_title,
    refuse_large,
    rows_or_refusal,
)
from imports.reports.preview import WINDOWS
from imports.reports.refusals import FileRefused

# A quoted value may hold line ends; a quotation mark that was never closed must not swallow the rest of the file.
MAX_LINES_PER_ROW = 50
# Python's own limit would blame the quotation marks; a value that is too long for its field is refused by name.
csv.field_size_limit(MAX_BYTES)
SEPARATORS = ",;\t|"
# So many rows tell which character separates the values.
_ROWS_TO_JUDGE = 50
_LINES_OF_TITLE = 10
_COMPOUND = b"\xd0\xcf\x11\xe0"
_BINARY = {_COMPOUND: "XLS", b"%PDF": "PDF"}
_WEB_PAGE = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|meta|table|\?xml[^>]*>\s*<html)", re.IGNORECASE
)
_BYTES_TO_JUDGE = 100
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# A character of two or more bytes, as UTF-8 has them.
_SEVERAL_BYTES = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")
# A byte that is no text, as Python keeps it in one.
_STRAY = re.compile("[\udc80-\udcff]")
# Excel's own first line, also in the quotation marks that other programs put around it.
_ONE_LINE = re.compile(r"\ufeff?\"?sep=(\\t|.)\"?\s*", re.IGNORECASE)


def read(data: bytes) -> Table:
    """Return the table in a file of separated values. Raises FileRefused."""
    text, encoding = decode(data)
    lines = list(io.StringIO(text, newline=""))
    told = _ONE_LINE.fullmatch(lines[0])
    if told:
        separator = "\t" if told[1] == r"\t" else told[1]
    else:
        # The character that cuts most rows like the first line; of several the one that cuts into most values.
        separator = max(SEPARATORS, key=lambda mark: _evenness(lines, _below_title(lines, 0, mark), mark))
    header, below = _header(lines, _below_title(lines, int(bool(told)), separator), separator)
    rows = rows_or_refusal(map(_in_utf_8, _rows(lines, below, len(header), separator)))
    return Table(header, rows, encoding, len(lines))


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding. Raises FileRefused.

    UTF-8, and UTF-16 with the mark that says so or with Latin letters at its beginning. Any other file counts as
    Windows-1252, as Excel writes it, unless some of it is UTF-8: then the rest is damaged, and stays in the text byte
    by byte, each as half a character.
    """
    refuse_large(data)
    if data.startswith(_COMPOUND) and "EncryptedPackage".encode("utf-16-le") in data:
        raise FileRefused("password")
    if _WEB_PAGE.match(data):
        raise FileRefused("web_page")
    for beginning, kind in _BINARY.items():
        if data.startswith(beginning):
            raise FileRefused("binary", kind=kind)
    if encoding := _utf_16_order(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            raise FileRefused("not_utf_16") from error
    else:
        text, encoding = _utf_8_or_windows(data)
    if not text.strip():
        raise FileRefused("empty")
    return text, encoding


def _utf_16_order(data: bytes) -> str:
    """Return the encoding of a file that is UTF-16, “” for another.

    Without the mark every second byte of Latin text is 0.
    """
    if data.startswith(_UTF_16):
        return "utf-16"
    pairs = data[:_BYTES_TO_JUDGE]
    first, second = pairs[0::2], pairs[1::2]
    if b"\0" in first and b"\0" not in second and first.count(0) > len(first) * 0.8:
        return "utf-16-be"
    if b"\0" in second and b"\0" not in first and second.count(0) > len(second) * 0.8:
        return "utf-16-le"
    return ""


def _utf_8_or_windows(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise _not_utf_8(data.count(b"\n", 0, error.start) + 1, data[error.start]) from error
    # Two bytes that look like a character of UTF-8 can be an accident: at least half of what is not ASCII has to be.
    whole, broken = len(_SEVERAL_BYTES.findall(data)), data.decode("utf-8", errors="replace").count("\ufffd")
    if not 0 < whole >= broken:
        with suppress(UnicodeDecodeError):
            return data.decode("cp1252"), WINDOWS
    return data.decode("utf-8-sig", errors="surrogateescape"), "utf-8"


def _not_utf_8(line: int, byte: int) -> FileRefused:
    return FileRefused("not_utf_8", line=line, byte=f"0x{byte:02X}")


def _in_utf_8(row: Row | BadRow) -> Row | BadRow:
    """Return the row, as a BadRow when some of its bytes are no text."""
    byte = _stray_byte(row.values)
    if byte is None:
        return row
    reason = _("The row is not UTF-8 (byte %(byte)s).") % {"byte": f"0x{byte:02X}"}
    return BadRow(row.line, reason, [_STRAY.sub("\ufffd", value) for value in row.values])


def _stray_byte(values: Sequence[str]) -> int | None:
    found = _STRAY.search("".join(values))
    return ord(found[0]) & 0xFF if found else None


def _evenness(lines: list[str], at: int, separator: str) -> tuple[float, int]:
    names, used = _parse(lines, at, separator)
    if names is None or len(names) < 2:
        return 0, 0
    at, total, even = at + used, 0, 0
    while at < len(lines) and total < _ROWS_TO_JUDGE:
        values, used = _parse(lines, at, separator)
        if values is None or values:
            total += 1
            even += values is not None and len(values) == len(names)
        at += used
    return (even / total if total else 1), len(names)


def _below_title(lines: list[str], at: int, separator: str) -> int:
    """Return the line of the names of the columns: below empty lines, and below a title where a table follows."""
    first = None
    for place in range(at, len(lines)):
        if not lines[place].strip(f"{separator} \t\r\n"):
            continue
        first = place if first is None else first
        values, _used = _parse(lines, place, separator)
        if values is None or not is_title(values):
            return place if values is not None and len(values) > 1 else first
        if place - first > _LINES_OF_TITLE:
            break
    return at if first is None else first


def _header(lines: list[str], at: int, separator: str) -> tuple[list[str], int]:
    """Return the names of the columns and the index of the line after them. Raises FileRefused."""
    while at < len(lines):
        row, used = _parse(lines, at, separator)
        if row is None or "\0" in lines[at]:
            raise FileRefused("header", line=at + 1)
        at += used
        if (byte := _stray_byte(row)) is not None:
            raise _not_utf_8(at, byte)
        if any(value.strip() for value in row):
            return [value.strip() for value in row], at
    raise FileRefused("empty")


def _rows(lines: list[str], at: int, width: int, separator: str) -> Iterator[Row | BadRow]:
    while at < len(lines):
        values, used = _parse(lines, at, separator)
        if values is None:
            yield BadRow(at + 1, _("The quotation marks in this row do not match."), [lines[at].rstrip("\r\n")])
            used = 1
        elif values and (row := fitted(values, width) if used == 1 or len(values) == width else None):
            yield Row(at + 1, row)
        elif values:
            yield BadRow(at + 1, columns_in_words(len(values), width), values)
            # A quotation mark too many takes whole rows for a part of a value: these are read by themselves.
            below = [line for line in lines[at + 1 : at + used] if line.count('"') % 2 == 0]
            if any(len(_parse([line], 0, separator)[0] or ()) == width for line in below):
                used = 1
        at += used


def _parse(lines: list[str], at: int, separator: str) -> tuple[list[str] | None, int]:
    """Return the values of the row that starts at a line, None when it cannot be read; and how many lines it takes."""
    reader = csv.reader(lines[at : at + MAX_LINES_PER_ROW], delimiter=separator, strict=True)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return None, 1
