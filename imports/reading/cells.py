"""Read the cells of an XLSX file in a process of its own, with little memory and time.

A small file can unpack to one that fills the memory, or keep a processor busy for hours. Here that ends this process
and no other. The file comes on the standard input, what to read of it as JSON in the first argument; the answer is a
line of JSON for each row, after a first line about the file. Without an end mark it is not whole. Knows no Django.
"""

import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

MOST_MEMORY = 1024 * 1024 * 1024
MOST_PARTS = 10_000
MOST_COLUMNS = 500
MOST_SHEETS = 100
# Of a cell, where only the beginning of a sheet is asked.
MOST_OF_A_TEXT = 300
# As long as there is room for where it is kept; Excel has 31.
MOST_OF_A_NAME = 100
# Of all cells together: one text can be shared by a million cells.
MOST_CHARACTERS = 300_000_000
# The names of a workbook in the strict kind of the format, in which the library finds no cells.
STRICT = b"http://purl.oclc.org/ooxml/"
END = "end"


class Refused(Exception):
    """The file is not read; ``facts`` are the sizes, in bytes, that the reason names."""

    def __init__(self, why: str, **facts: int) -> None:
        super().__init__(why)
        self.answer = {"refused": why, "facts": facts}


def main() -> None:
    """Print what was asked of the file, within the limits that were asked too."""
    asked = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        for answer in answers(sys.stdin.buffer.read(), asked):
            print(json.dumps(answer))
    except Refused as refused:
        print(json.dumps(refused.answer))
    except MemoryError:
        print(json.dumps(Refused("limits").answer))
    # A damaged file makes the library fail in any way that there is.
    except Exception:
        print(json.dumps(Refused("damaged").answer))
    sys.stdout.flush()


def answers(data: bytes, asked: dict[str, Any]) -> Iterator[Any]:
    book = opened(data, asked["unpacked"])
    if asked["first_rows"]:
        yield from beginnings(book, asked["first_rows"])
    else:
        sheet = chosen(book, asked["sheet"])
        # What the file says about its size need not be true.
        yield {"last_line": min(int(sheet.max_row or 0), 1_000_000)}
        sheet.reset_dimensions()
        yield from texts(sheet)
    yield END


def opened(data: bytes, most_unpacked: int) -> Any:
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = packed.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > most_unpacked:
            raise Refused("unpacked", size=unpacked, limit=most_unpacked)
        if len(parts) > MOST_PARTS:
            raise Refused("limits")
        refuse_definitions(packed, parts)
        if "xl/workbook.xml" in packed.namelist() and STRICT in packed.open("xl/workbook.xml").read(4096):
            raise Refused("strict")
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    if not book.worksheets:
        raise Refused("empty")
    if len(book.worksheets) > MOST_SHEETS:
        raise Refused("limits")
    if any(len(sheet.title) > MOST_OF_A_NAME for sheet in book.worksheets):
        raise Refused("damaged")
    return book


def beginnings(book: Any, most: int) -> Iterator[dict[str, Any]]:
    """Return name and first rows, with the beginning of their texts, of each sheet that holds anything."""
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        rows = [(line, [value[:MOST_OF_A_TEXT] for value in values]) for line, values in islice(texts(sheet), most)]
        if rows:
            yield {"sheet": sheet.title, "rows": rows}


def refuse_definitions(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Raise Refused for a part with a document type: no spreadsheet program writes one, and entities multiply in it."""
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            with packed.open(part) as file:
                if b"<!DOCTYPE" in file.read(4096).replace(b"\0", b""):
                    raise Refused("damaged")


def chosen(book: Any, name: str) -> Any:
    if name in book.sheetnames:
        return book[name]
    return next((sheet for sheet in book.worksheets if any(texts(sheet))), book.worksheets[0])


def texts(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Return line and values of each row that is not empty, without empty cells at its end."""
    total = 0
    for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
        values = [text(value) for value in cells]
        while values and not values[-1].strip():
            values.pop()
        if values:
            total += sum(map(len, values))
            if total > MOST_CHARACTERS:
                raise Refused("limits")
            yield line, values


def text(value: Any) -> str:
    """Return the text of a cell as a person would write it: numbers without “.0”, dates without midnight."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)


if __name__ == "__main__":
    main()
