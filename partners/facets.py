"""How many organisations each choice of a filter would give, under the other filters."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Model, Value
from django.db.models.expressions import RawSQL
from django.utils.formats import number_format

from common.prepared import one_of
from partners.enums import OrganisationKind, OrganisationStatus
from partners.forms.filters import OrganisationFilter
from partners.listing import Listing
from partners.models import OrganisationTag, OrganisationTheme
from partners.querysets import OrganisationQuerySet

# A choice is counted so far; of what other filters or words leave over so many rows are looked at.
MOST_COUNTED = MOST_FOUND = 1000
# Tags and themes lie in tables of their own: of many each is counted less far, so that all cost so many rows together.
LINKS: dict[str, type[Model]] = {"tag": OrganisationTag, "theme": OrganisationTheme}
MOST_LINKED, LEAST_LINKED = 3000, 100
FIELDS = {
    "kind": "kind",
    "status": "status",
    "country": "country",
    "tag": "tags",
    "theme": "themes",
    "owner": "relation_owner",
}
_COLUMNS = ("kind", "status", "country", "owner")


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    number: int
    text: str
    is_chosen: bool
    query: str


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]


def facets(listing: Listing) -> Iterator[Facet]:
    """Every filter with the number behind each of its choices: “14”, or “1,000+” where there are more.

    In the registry as a whole each choice is counted along the index of its column. What words or other filters leave
    over is read once, as far as it goes.
    """
    counted = _Counted(listing)
    for name in FIELDS:
        choices = [(str(value), str(label)) for value, label in _choices(counted.filter, name)]
        numbers = counted.by_index(name, choices) if counted.is_open(name) else counted.by_reading(name)
        chosen = str(counted.filter.form.cleaned_data.get(name) or "")
        others = listing.state_with(name, "")
        found = [
            Choice(value, label, *numbers.get(value, (0, "0")), value == chosen, _query(others, name, value, chosen))
            for value, label in choices
        ]
        yield Facet(name, str(counted.filter.filters[name].label), found)


Numbers = Mapping[str, tuple[int, str]]


class _Counted:
    """What is counted for one address."""

    def __init__(self, listing: Listing) -> None:
        self.rows, self.filter = listing.everything, listing.filter
        self.filter.form.is_valid()
        self.given = {name for name, value in self.filter.form.cleaned_data.items() if value}
        self.reading, self.linking = cache(self._read), cache(self._linked)

    def is_open(self, name: str) -> bool:
        """Whether nothing is narrowed beside this filter, save by the status, which every index knows."""
        return self.given <= {name, "status"}

    def by_index(self, name: str, choices: Sequence[tuple[str, str]]) -> Numbers:
        most = MOST_COUNTED
        if name in LINKS:
            most = min(most, max(LEAST_LINKED, MOST_LINKED // max(len(choices), 1) // 100 * 100))
        found = _along_index(self.filter.without(self.rows, name), name, [value for value, _ in choices], most)
        return {value: (number, _text(number, most, more=False)) for value, number in found}

    def by_reading(self, name: str) -> Numbers:
        left_out = name if name in self.given | {"status"} else ""
        rows = self.reading(left_out)
        more, rows = len(rows) > MOST_FOUND, rows[:MOST_FOUND]
        if name in LINKS:
            values = self.linking(left_out)[name]
        else:
            values = Counter(row[1 + _COLUMNS.index(name)] for row in rows)
        return {str(value): (number, _text(number, MOST_COUNTED, more=more)) for value, number in values.items()}

    def _read(self, left_out: str) -> list[tuple[Any, ...]]:
        """The first rows that fit all filters but one."""
        found = self.filter.without(self.rows, left_out).order_by()
        return list(found.values_list("pk", *(FIELDS[name] for name in _COLUMNS))[: MOST_FOUND + 1])

    def _linked(self, left_out: str) -> Mapping[str, Counter[Any]]:
        """How many of those rows have each tag and each theme."""
        keys = [key for key, *_ in self.reading(left_out)[:MOST_FOUND]]
        links = [
            model._default_manager.filter(one_of("organisation", keys)).values_list(Value(name), name)
            for name, model in LINKS.items()
        ]
        numbers: dict[str, Counter[Any]] = {name: Counter() for name in LINKS}
        for name, value in links[0].union(*links[1:], all=True):
            numbers[name][value] += 1
        return numbers


def _choices(narrowed: OrganisationFilter, name: str) -> Sequence[tuple[Any, Any]]:
    fixed: dict[str, Any] = {"kind": OrganisationKind.choices, "status": OrganisationStatus.choices}
    return fixed.get(name) or list(narrowed.filters[name].extra["choices"])


def _along_index(rows: OrganisationQuerySet, name: str, choices: Sequence[str], most: int) -> list[tuple[str, int]]:
    """Choice and number, one more than ``most`` where there are more."""
    sql, params = _with_link(rows, name) if name in LINKS else _with_value(rows, name)
    statement = f"""
        SELECT given.choice, (SELECT count(*) FROM (SELECT FROM {sql} LIMIT {most + 1}) AS counted)
        FROM unnest(%s::text[]) AS given(choice)
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, list(choices)])
        return list(cursor.fetchall())


def _with_value(rows: OrganisationQuerySet, name: str) -> tuple[str, tuple[Any, ...]]:
    given = "given.choice::bigint" if name == "owner" else "given.choice"
    sql, params = _sql(rows.filter(**{FIELDS[name]: RawSQL(given, ())}))
    return f"({sql}) AS found", params


def _with_link(rows: OrganisationQuerySet, name: str) -> tuple[str, tuple[Any, ...]]:
    """“OFFSET 0” keeps PostgreSQL from reading all organisations anew for each of the choices."""
    sql, params = _sql(rows.filter(pk=RawSQL("linked.organisation_id", ())))
    table = LINKS[name]._meta.db_table
    return f"{table} AS linked, LATERAL ({sql} OFFSET 0) AS found WHERE linked.{name}_id = given.choice::bigint", params


def _sql(rows: OrganisationQuerySet) -> tuple[str, tuple[Any, ...]]:
    return rows.order_by().values("pk").query.sql_with_params()


def _text(number: int, most: int, *, more: bool) -> str:
    text = number_format(min(number, most), force_grouping=True)
    return f"{text}+" if number > most or (more and number) else text


def _query(others: str, name: str, value: str, chosen: str) -> str:
    """What a choice leads to; choosing again what is chosen takes it off."""
    return others if value == chosen else "&".join(filter(None, [others, urlencode({name: value})]))
