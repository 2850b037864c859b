"""Read from an address which organisations are searched, filtered, sorted and shown."""

from functools import cached_property
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.http import QueryDict

from accounts.models import User
from common.row_keys import keys_in
from common.search import begins_with
from partners.fields import ORGANISATION_FIELDS
from partners.lists.columns import chosen_columns, fields_of
from partners.lists.filters import OrganisationFilter
from partners.models import Organisation
from partners.querysets import OrganisationQuerySet

KEPT = ("q", "kind", "status", "country", "tag", "theme", "owner", "sort", "columns")
_LONGEST, _MOST_TICKED = 200, 1000


def state_of(data: QueryDict) -> str:
    """Return the part of an address that a view saves: filters, sort and columns in a fixed order, without pages."""
    state = QueryDict(mutable=True)
    for name in KEPT:
        values = [value[:_LONGEST] for value in data.getlist(name) if value.strip() and "\0" not in value]
        state.setlist(name, values[: 1 if name != "columns" else 20])
    return state.urlencode()


class Listing:
    """The rows, order and columns that an address asks for, for one colleague."""

    def __init__(self, user: User, data: QueryDict) -> None:
        self.data = data
        self.everything: OrganisationQuerySet = Organisation.objects.visible_to(user)
        self.filter = OrganisationFilter(data, queryset=self.everything)
        self.sort, self.order = ORGANISATION_FIELDS.order_of(data.get("sort", ""))
        self.columns = chosen_columns(data.getlist("columns"))
        self.fields = fields_of(self.columns)

    def read(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the values of the columns."""
        return rows.values(*self.fields)

    @cached_property
    def state(self) -> str:
        return state_of(self.data)

    @property
    def column_keys(self) -> list[str]:
        """Return the columns that the address names; none for the usual ones."""
        return [column.key for column in self.columns] if self.data.getlist("columns") else []

    def state_with(self, name: str, value: str) -> str:
        """Return the state of the address with another choice of one filter."""
        data = self.data.copy()
        data[name] = value
        return state_of(data)

    @property
    def words(self) -> str:
        return self.filter.typed("q")

    @cached_property
    def ticked(self) -> list[int] | None:
        """Return the keys of the ticked rows; None when all filtered rows are chosen."""
        if "all" in self.data:
            return None
        return keys_in(self.data.getlist("ids")[:_MOST_TICKED])

    @property
    def chosen(self) -> OrganisationQuerySet:
        """Return the organisations to change: the ticked ones, else all that the filter finds."""
        found: OrganisationQuerySet = self.filter.qs
        return found if self.ticked is None else self.everything.filter(pk__in=self.ticked)

    def in_order(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows in the order of the list.

        By name, those that begin with the first searched word come first.
        """
        first = begins_with("sort_name", self.words) if self.sort == "name" else None
        if first is None:
            return rows.order_by(*self.order)
        return rows.order_by(Case(When(first, then=Value(0)), default=Value(1)), *self.order)
