"""Open a file of any kind that can be read. Only jobs and commands do; pages show the preview that was kept."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice

from imports.reading.separated import read
from imports.reading.spreadsheets import first_rows, read_sheet, table_of
from imports.reading.tables import Row, Table
from imports.reports.preview import XLSX, FilePreview, SheetPreview
from imports.reports.refusals import FileRefused

MAX_COLUMNS = 100
# So that the preview stays small, however long the texts on the first line are.
MAX_NAME = 300
_FIRST_VALUES = 3
_ROWS_READ = 50
_VALUE_LENGTH = 60


def open_table(data: bytes, sheet: str = "") -> Table:
    """Return the table in a file; ``sheet`` names one in a spreadsheet. Raises FileRefused."""
    return _named(read_sheet(data, sheet) if data.startswith(XLSX) else read(data))


def read_preview(data: bytes) -> FilePreview:
    """Return the beginning of a file, of each of its sheets. Raises FileRefused when none of them can be imported."""
    if data.startswith(XLSX):
        encoding = ""
        sheets = [_sheet_preview(name, partial(table_of, rows)) for name, rows in first_rows(data, _ROWS_READ + 1)]
    else:
        table = read(data)
        encoding, sheets = table.encoding, [_sheet_preview("", lambda: table)]
    if not sheets:
        raise FileRefused("empty")
    if all(sheet.problem for sheet in sheets):
        raise FileRefused.restored(sheets[0].problem)
    return FilePreview(sheets, encoding)


def storable(values: Iterable[str]) -> list[str]:
    """Return the texts without the characters that a database refuses."""
    return [
        value
        if value.isprintable()
        else "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in value)
        for value in values
    ]


def _named(table: Table) -> Table:
    names = storable(name[:MAX_NAME] for name in table.header)
    return Table(names, table.rows, table.encoding, table.last_line)


def _sheet_preview(name: str, open_sheet: Callable[[], Table]) -> SheetPreview:
    try:
        table = _named(open_sheet())
        header = table.header
        if len(header) > MAX_COLUMNS:
            raise FileRefused("columns", count=len(header), limit=MAX_COLUMNS)
        rows = [row.values for row in islice(table.rows, _ROWS_READ) if isinstance(row, Row)]
    except FileRefused as refused:
        return SheetPreview(name, problem=refused.stored())
    columns = []
    for place in range(len(header)):
        given = storable([row[place].strip()[:_VALUE_LENGTH] for row in rows if row[place].strip()])
        columns.append(list(dict.fromkeys(given))[:_FIRST_VALUES])
    return SheetPreview(name, header, columns)
