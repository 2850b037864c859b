"""Register the handlers that move references to organisations and contacts when two organisations are merged.

``partners`` knows no collaborations and no rounds. Every app registers a ``MergeHandler`` for its relations to
organisations and contacts; the database refuses a merge that would leave a reference behind.
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
class MergeNote:
    """A sentence of a preview; ``about`` holds the facts behind it, the same in every language."""

    text: str
    about: tuple[Any, ...]


@dataclass(frozen=True)
class MergeObstacle:
    """A reason why two organisations cannot be merged now, with the page on which it is solved."""

    text: str
    url: str
    label: str


@dataclass(frozen=True)
class MergePair:
    """Two organisations that become one.

    ``people`` are the contacts that both have: the surviving and the duplicate contact. ``counts`` gives by key of the
    organisation and by relation the number of rows that point to it.
    """

    survivor: Organisation
    duplicate: Organisation
    actor: User | None
    today: date
    people: tuple[tuple[Contact, Contact], ...] = ()
    counts: Mapping[int, Mapping[str, int]] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[int, int]:
        return self.survivor.pk, self.duplicate.pk

    def number(self, relation: str) -> int:
        """Return the number of rows of a relation that point to the duplicate."""
        return self.counts[self.duplicate.pk][relation]


@dataclass
class MergePreview:
    """The effects of a merge: what moves, which collisions are solved how, and which obstacles must be solved first.

    ``former_contacts`` are the keys of duplicate contacts that are kept as former contacts of the survivor.
    """

    moved: list[MergeNote] = field(default_factory=list)
    solved: list[MergeNote] = field(default_factory=list)
    obstacles: list[MergeObstacle] = field(default_factory=list)
    former_contacts: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class MergeHandler:
    """The preview and the change of an app's references in a merge.

    ``handles`` names its relations, such as ``collab.Participation.organisation``. ``preview`` changes nothing.
    ``apply`` runs within a merge, whose permission and transaction hold; after it none of these relations points to
    the duplicate organisation or to a duplicate contact, except to those in ``former_contacts``.
    """

    handles: frozenset[str]
    preview: Callable[[MergePair], MergePreview]
    apply: Callable[[MergePair], None]


_handlers: list[MergeHandler] = []


def register(handler: MergeHandler) -> None:
    """Add the handler of an app."""
    _handlers.append(handler)


def merge_handlers() -> Iterable[MergeHandler]:
    """Return the handler of ``partners`` first, then those of the apps above, which Django loads earlier."""
    return reversed(_handlers)


def relations_to(model: type[Model]) -> dict[str, ForeignKey[Any, Any]]:
    """Return the foreign keys to a model by name, without those of event tables, which keep the keys of their time."""
    found = {}
    for relation in model._meta.get_fields(include_hidden=True):
        column = getattr(relation, "field", None)
        if not isinstance(column, ForeignKey) or issubclass(column.model, pghistory.models.Event):
            continue
        found[f"{column.model._meta.label}.{column.name}"] = column
    return found


def count_references(keys: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return the number of rows that point to each organisation, by key and relation, in one query."""
    relations, query = _counting()
    with connection.cursor() as cursor:
        cursor.execute(query, [list(keys)])
        return {row[0]: dict(zip(relations, row[1:], strict=True)) for row in cursor.fetchall()}


@cache
def _counting() -> tuple[list[str], str]:
    """Return the relations and the query that counts along the index of each.

    Cached, because building the query takes longer than running it.
    """
    relations, quote = relations_to(Organisation), connection.ops.quote_name
    numbers = [
        f"(SELECT count(*) FROM {quote(column.model._meta.db_table)} AS r WHERE r.{quote(column.column)} = o.id)"
        for column in relations.values()
    ]
    query = f"SELECT o.id, {', '.join(numbers)} FROM partners_organisation AS o WHERE o.id = ANY(%s)"
    return list(relations), query
