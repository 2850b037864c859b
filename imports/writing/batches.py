"""Cut rows into batches, each small enough for one query and for memory."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
BATCH = 1000


def batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """Yield the rows in lists of at most ``BATCH``."""
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch
