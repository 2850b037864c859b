"""The table that every reader of a file gives: rows, and rows that cannot be read as one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _

from imports.reports.preview import remarks_on_encoding
from imports.reports.refusals import FileRefused
from imports.reports.report import Remark

MAX_BYTES = 20_000_000
CELL_ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"))


@dataclass(frozen=True)
class Row:
    """The values of a row that starts on line ``line`` of the file; the first line is 1."""

    line: int
    values: Sequence[str]


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read as one; ``values`` are the parts that could be read."""

    line: int
    reason: str
    values: Sequence[str] = ()


@dataclass(frozen=True)
class Table:
    """The names of the columns and the rows after them; empty lines are no rows.

    Every row has as many values as there are columns, or is a BadRow. ``rows`` can be gone through once. ``last_line``
    is about where the rows end, 0 where the file does not say.
    """

    header: list[str]
    rows: Iterator[Row | BadRow]
    encoding: str = ""
    last_line: int = 0

    @property
    def remarks(self) -> list[Remark]:
        return remarks_on_encoding(self.encoding)


def refuse_large(data: bytes) -> None:
    """Raise FileRefused for a file of more than ``MAX_BYTES``."""
    if len(data) > MAX_BYTES:
        raise FileRefused("large", size=f"{len(data) / 1e6:.1f}", limit=f"{MAX_BYTES / 1e6:.0f}")


def rows_or_refusal(rows: Iterator[Row | BadRow]) -> Iterator[Row | BadRow]:
    """Return the same rows. Raises FileRefused when there are none."""
    try:
        first = next(rows)
    except StopIteration:
        raise FileRefused("no_rows") from None
    return chain([first], rows)


def fitted(values: Sequence[str], width: int) -> list[str] | None:
    """Return a row with as many values as there are columns; None for one with values beyond the last column.

    Spreadsheets leave out the separators of empty last cells, or write one too many.
    """
    if any(value.strip() for value in values[width:]):
        return None
    return [*values[:width], *[""] * (width - len(values))]


def is_title(values: Sequence[str]) -> bool:
    """Return whether a row above a table is its title: words in one cell, with nothing beside them."""
    filled = [value.strip() for value in values if value.strip()]
    return len(filled) == 1 and " " in filled[0]


def columns_in_words(count: int, width: int) -> str:
    """Return the sentence for a row of ``count`` values in a table of ``width`` columns."""
    numbers = {"count": count, "width": width}
    if count < width:
        return _("The row has too few columns: %(count)d instead of %(width)d.") % numbers
    return _("The row has too many columns: %(count)d instead of %(width)d.") % numbers
