"""What refers to organisations and contacts, and who moves it when two become one.

``partners`` knows no collaborations and no rounds. Every app registers a ``Mover`` for what of it points to an
organisation or to a contact; the database refuses a merge that would leave a reference behind.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pghistory.models
from django.db.models import Count, ForeignKey, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

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
    relations = relations_to(Organisation)
    numbers = {f"relation_{place}": _number(column) for place, column in enumerate(relations.values())}
    rows = Organisation.objects.filter(pk__in=list(keys)).order_by().values_list("pk", *numbers.values())
    return {row[0]: dict(zip(relations, row[1:], strict=True)) for row in rows}


def _number(column: ForeignKey[Any, Any]) -> Coalesce:
    rows: QuerySet[Any] = column.model._base_manager.filter(**{column.name: OuterRef("pk")}).order_by()
    counted = rows.values(column.name).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
