"""Find what depends on a person or an organisation that is about to leave, so that a page can list it before.

Each app registers for a model the rows that depend on it; the page that asks for confirmation lists all of them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model


@dataclass(frozen=True)
class Belonging:
    """A dependency that a person or organisation leaves behind, as a sentence, and the page where it is arranged."""

    text: str
    url: str


Finder = Callable[[Any, date], Iterable[Belonging]]
_finders: dict[type[Model], list[Finder]] = {}


def belongings_finder(model: type[Model]) -> Callable[[Finder], Finder]:
    """Register a function that finds the dependencies of rows of ``model`` on a day."""

    def register(find: Finder) -> Finder:
        _finders.setdefault(model, []).append(find)
        return find

    return register


def belongings_of(rows: Sequence[Model], today: date) -> list[Belonging]:
    """Return all dependencies of these rows, which are of one model."""
    finders = _finders.get(type(rows[0]), ()) if rows else ()
    return [belonging for find in finders for belonging in find(rows, today)]
