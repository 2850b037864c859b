"""What refers to organisations and contacts, and who moves it when two become one.

``partners`` knows no collaborations and no rounds. Every app registers a ``Mover`` for what of it points to an
organisation or to a contact; the database refuses a merge that would leave a reference behind.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import pghistory.models
from django.db import connection
from django.db.models import ForeignKey, Model

from accounts.models import User
from partners.models import Contact, Organisation


@dataclass(frozen=True)
class Note:
    """A sentence of a preview; ``about`` is what it rests on, the same in every language."""

    text: str
    about: tuple[Any, ...]


@dataclass(frozen=True)
class Obstacle:
    """Why two cannot be merged now, with the page on which that is put right."""

    text: str
    url: str
    label: str


@dataclass(frozen=True)
class Pair:
    """Two organisations that become one; ``people`` are those who are known at both: who stays, who goes.

    ``counts`` are, by key of the organisation, how many rows point to it, by relation.
    """

    kept: Organisation
    other: Organisation
    actor: User | None
    today: date
    people: tuple[tuple[Contact, Contact], ...] = ()
    counts: Mapping[int, Mapping[str, int]] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[int, int]:
        return self.kept.pk, self.other.pk

    def number(self, relation: str) -> int:
        """How many rows of a relation point to the organisation that goes."""
        return self.counts[self.other.pk][relation]


@dataclass
class Findings:
    """What a mover sees coming: what moves, what collides and how that is solved, and what must be solved first.

    ``apart`` are the keys of contacts that would go, but must stay as former contacts.
    """

    moved: list[Note] = field(default_factory=list)
    solved: list[Note] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    apart: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Mover:
    """How the references of an app move. ``handles`` are its relations, such as ``collab.Participation.organisation``.

    ``move`` is part of a merge, whose permission and transaction hold; afterwards nothing that it handles points to
    the other organisation, nor to a contact that goes, save to those that stay apart.
    """

    handles: frozenset[str]
    look: Callable[[Pair], Findings]
    move: Callable[[Pair], None]


_movers: list[Mover] = []


def register(mover: Mover) -> None:
    """Say how references move."""
    _movers.append(mover)


def movers() -> Iterable[Mover]:
    """Those of the registry first, then those of the apps that know more."""
    return reversed(_movers)


def relations_to(model: type[Model]) -> dict[str, ForeignKey[Any, Any]]:
    """Everything in the database that points to a model, by name; history keeps the keys of its time."""
    found = {}
    for relation in model._meta.get_fields(include_hidden=True):
        column = getattr(relation, "field", None)
        if not isinstance(column, ForeignKey) or issubclass(column.model, pghistory.models.Event):
            continue
        found[f"{column.model._meta.label}.{column.name}"] = column
    return found


def count_references(keys: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many rows point to each organisation, by relation; in one query."""
    relations, query = _counting()
    with connection.cursor() as cursor:
        cursor.execute(query, [list(keys)])
        return {row[0]: dict(zip(relations, row[1:], strict=True)) for row in cursor.fetchall()}


@cache
def _counting() -> tuple[list[str], str]:
    """The relations, and the query that counts along the index of each; building it anew costs more than running it."""
    relations, quote = relations_to(Organisation), connection.ops.quote_name
    numbers = [
        f"(SELECT count(*) FROM {quote(column.model._meta.db_table)} AS r WHERE r.{quote(column.column)} = o.id)"
        for column in relations.values()
    ]
    query = f"SELECT o.id, {', '.join(numbers)} FROM partners_organisation AS o WHERE o.id = ANY(%s)"
    return list(relations), query
