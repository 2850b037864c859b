"""Read XLSX files as people see them: the last computed value of a formula, dates as 2026-11-25.

The file is opened by another process (``cells``), which a file that is a trap ends in place of this one.
"""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import Any

from imports.reading.cells import END
from imports.reading.tables import BadRow, Row, Table, columns_in_words, fitted, is_title, refuse_large, rows_or_refusal
from imports.reports.refusals import FileRefused

# A small file can unpack to one that fills the memory.
MAX_UNPACKED = 150_000_000
# Of a processor, and on the clock while somebody waits for rows.
CPU_SECONDS = 60
WALL_SECONDS = 300
LINES_OF_TITLE = 10
MAX_LINE = 50_000_000
_ROOT = Path(__file__).resolve().parents[2]


def first_rows(data: bytes, most: int) -> Iterator[tuple[str, Iterator[Any]]]:
    """Yield name and first rows, for ``table_of``, of each sheet that holds anything. Raises FileRefused."""
    for answer in _read(data, first_rows=most):
        yield answer["sheet"], iter(answer["rows"])


def read_sheet(data: bytes, name: str = "") -> Table:
    """Return the table on a sheet, the first that holds anything unless named.

    Raises FileRefused, also while the rows are gone through.
    """
    answers = _read(data, sheet=name)
    return table_of(answers, last_line=next(answers)["last_line"])


def table_of(rows: Iterator[Any], last_line: int = 0) -> Table:
    """Return the table in the rows, each with its line, that the other process answered. Raises FileRefused."""
    # Below a title, where a table follows.
    first = list(islice(rows, LINES_OF_TITLE))
    if not first:
        raise FileRefused("empty")
    above = len(list(takewhile(lambda row: is_title(row[1]), first)))
    header, *below = first[above:] or first
    rows = chain(below, rows)
    names = [value.strip() for value in header[1]]
    return Table(names, rows_or_refusal(_rows(rows, len(names))), last_line=last_line)


def _read(data: bytes, *, sheet: str = "", first_rows: int = 0) -> Iterator[Any]:
    """Yield the answers of the other process. Raises FileRefused when it refuses, is ended by a limit or dies."""
    refuse_large(data)
    asked = {"sheet": sheet, "first_rows": first_rows, "unpacked": MAX_UNPACKED, "seconds": CPU_SECONDS}
    command = [sys.executable, "-m", "imports.reading.cells", json.dumps(asked)]
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        process = subprocess.Popen(
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=_ROOT, start_new_session=True
        )
    clock = threading.Timer(WALL_SECONDS, process.kill)
    clock.daemon = True
    clock.start()
    try:
        assert process.stdout is not None
        while (answer := _answer(process.stdout.readline(MAX_LINE))) != END:
            yield answer
    finally:
        clock.cancel()
        process.kill()
        process.communicate()


def _answer(line: bytes) -> Any:
    try:
        answer = json.loads(line)
    except ValueError:
        # Nothing, or half of a line: a limit ended the process.
        answer = {"refused": "limits", "facts": {}}
    if isinstance(answer, dict) and (why := answer.get("refused")):
        raise FileRefused(why, **{fact: f"{size / 1e6:.0f}" for fact, size in answer["facts"].items()})
    return answer


def _rows(answers: Iterator[Any], width: int) -> Iterator[Row | BadRow]:
    for line, values in answers:
        row = fitted(values, width)
        yield BadRow(line, columns_in_words(len(values), width), values) if row is None else Row(line, row)
