"""How many organisations each choice of a filter would give, under the other filters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count
from django.db.models.expressions import RawSQL
from django.utils.formats import number_format

from partners.enums import OrganisationKind, OrganisationStatus
from partners.forms.filters import OrganisationFilter
from partners.listing import Listing
from partners.querysets import OrganisationQuerySet

# A choice is counted so far, along an index; of what words find so many are looked at.
MOST_COUNTED, MOST_FOUND = 1000, 2000
FIELDS = {"kind": "kind", "status": "status", "country": "country", "tag": "tags", "owner": "relation_owner"}
_WITH_KEYS = ("tag", "owner")


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

    One query per filter, each choice walking along the index of its column; what a search found is gathered first.
    """
    narrowed = listing.filter
    narrowed.form.is_valid()
    keys = _found_by_words(listing)
    more = keys is not None and len(keys) > MOST_FOUND
    rows = listing.everything if keys is None else listing.everything.filter(pk__in=keys[:MOST_FOUND])
    for name in FIELDS:
        choices = [(str(value), str(label)) for value, label in _choices(narrowed, name)]
        others = narrowed.without(rows, "q", name)
        counts = _walked(others, name, [value for value, _ in choices]) if keys is None else _grouped(others, name)
        chosen = str(narrowed.form.cleaned_data.get(name) or "")
        found = [
            _choice(listing, name, value, label, counts.get(value, 0), chosen=chosen, more=more)
            for value, label in choices
        ]
        yield Facet(name, str(narrowed.filters[name].label), found)


def _choice(listing: Listing, name: str, value: str, label: str, number: int, *, chosen: str, more: bool) -> Choice:
    """What a choice leads to; choosing again what is chosen takes it off."""
    query = listing.state_with(name, "" if value == chosen else value)
    return Choice(value, label, number, _text(number, more), value == chosen, query)


def _found_by_words(listing: Listing) -> list[int] | None:
    """The first of what the words find; None without words."""
    if not listing.words:
        return None
    return list(listing.everything.matching(listing.words).values_list("pk", flat=True)[: MOST_FOUND + 1])


def _choices(narrowed: OrganisationFilter, name: str) -> Sequence[tuple[Any, Any]]:
    fixed: dict[str, Any] = {"kind": OrganisationKind.choices, "status": OrganisationStatus.choices}
    return fixed.get(name) or list(narrowed.filters[name].extra["choices"])


def _walked(rows: OrganisationQuerySet, name: str, choices: Sequence[str]) -> dict[str, int]:
    given = "given.choice::bigint" if name in _WITH_KEYS else "given.choice"
    of_choice = rows.filter(**{FIELDS[name]: RawSQL(given, ())}).order_by().values("pk")[: MOST_COUNTED + 1]
    sql, params = of_choice.query.sql_with_params()
    statement = f"SELECT given.choice, (SELECT count(*) FROM ({sql}) AS found) FROM unnest(%s::text[]) AS given(choice)"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, list(choices)])
        return dict(cursor.fetchall())


def _grouped(rows: OrganisationQuerySet, name: str) -> dict[str, int]:
    pairs = rows.order_by().values_list(FIELDS[name]).annotate(number=Count("pk"))
    return {str(value): number for value, number in pairs}


def _text(number: int, more: bool) -> str:
    text = number_format(min(number, MOST_COUNTED), force_grouping=True)
    return f"{text}+" if number > MOST_COUNTED or (more and number) else text
