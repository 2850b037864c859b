"""The registry as somebody wants to look at it: the address says what is searched, narrowed, sorted and shown."""

from functools import cached_property
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.http import QueryDict

from accounts.models import User
from common.search import begins_with
from partners.columns import Column, chosen_columns, fields_of
from partners.forms.filters import OrganisationFilter
from partners.models import Organisation
from partners.querysets import OrganisationQuerySet

SORTS = {
    "name": ("sort_name", "pk"),
    "city": ("sort_city", "sort_name", "pk"),
    "country": ("country", "sort_name", "pk"),
    "status": ("status", "sort_name", "pk"),
}
KEPT = ("q", "kind", "status", "country", "tag", "theme", "owner", "sort", "columns")
_LONGEST, _MOST_TICKED = 200, 1000


def order_of(wish: str) -> tuple[str, list[str]]:
    """The sort in the address, or by name; downwards every column turns round, so that the same index serves."""
    name, down = wish.removeprefix("-"), wish.startswith("-")
    if name not in SORTS:
        return "name", list(SORTS["name"])
    return wish, [f"-{field}" if down else field for field in SORTS[name]]


def state_of(data: QueryDict) -> str:
    """What of an address is about the list, in a fixed order and without pages: what a view saves."""
    state = QueryDict(mutable=True)
    for name in KEPT:
        values = [value[:_LONGEST] for value in data.getlist(name) if value.strip() and "\0" not in value]
        state.setlist(name, values[: 1 if name != "columns" else 20])
    return state.urlencode()


class Listing:
    """What an address asks of the registry, for one colleague."""

    def __init__(self, user: User, data: QueryDict) -> None:
        self.data = data
        self.everything: OrganisationQuerySet = Organisation.objects.visible_to(user)
        self.filter = OrganisationFilter(data, queryset=self.everything)
        self.sort, self.order = order_of(data.get("sort", ""))
        self.columns: list[Column] = chosen_columns(data.getlist("columns"))
        self.fields = fields_of(self.columns)

    def read(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The values that its columns show."""
        return rows.values(*self.fields)

    @cached_property
    def state(self) -> str:
        return state_of(self.data)

    @property
    def column_keys(self) -> list[str]:
        """The columns as the address names them; none when they are the usual ones."""
        return [column.key for column in self.columns] if self.data.getlist("columns") else []

    def state_with(self, name: str, value: str) -> str:
        """The same address with another choice of one filter."""
        data = self.data.copy()
        data[name] = value
        return state_of(data)

    @property
    def words(self) -> str:
        return self.filter.typed("q")

    @cached_property
    def ticked(self) -> list[int] | None:
        """The rows that were ticked; None when all are meant that the filter finds."""
        if "all" in self.data:
            return None
        return [int(key) for key in self.data.getlist("ids")[:_MOST_TICKED] if key.isdecimal() and len(key) < 19]

    @property
    def chosen(self) -> OrganisationQuerySet:
        """The organisations to do something with: the ticked ones, else all that the filter finds."""
        found: OrganisationQuerySet = self.filter.qs
        return found if self.ticked is None else self.everything.filter(pk__in=self.ticked)

    def in_order(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """In the order of the list: by name, those that begin with the first word come first."""
        first = begins_with("sort_name", self.words) if self.sort == "name" else None
        if first is None:
            return rows.order_by(*self.order)
        return rows.order_by(Case(When(first, then=Value(0)), default=Value(1)), *self.order)
