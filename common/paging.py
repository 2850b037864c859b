"""Paging that costs the same however long the list is."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _


class CappedPage(Page):
    """A page that knows by one extra row whether there is a next one."""

    def __init__(self, rows: list[Any], number: int, paginator: "CappedPaginator") -> None:
        super().__init__(rows[: paginator.per_page], number, paginator)
        self.more = len(rows) > paginator.per_page

    def has_next(self) -> bool:
        return self.more

    def end_index(self) -> int:
        return self.start_index() + len(self.object_list) - 1


class CappedPaginator(Paginator):
    """Counts at most ``cap`` rows; beyond those one can still go on, page by page.

    ``count`` is the number of rows, or ``cap`` where there are more (``is_capped``).
    """

    cap = 1000
    deepest = 100_000

    @cached_property
    def _counted(self) -> int:
        rows = self.object_list
        return rows.order_by().values("pk")[: self.cap + 1].count() if hasattr(rows, "order_by") else len(rows)

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.cap)

    @property
    def is_capped(self) -> bool:
        return self._counted > self.cap

    @property
    def count_text(self) -> str:
        """“14”, or “more than 1,000”."""
        number = number_format(self.count, force_grouping=True)
        return _("more than %(number)s") % {"number": number} if self.is_capped else number

    def validate_number(self, number: Any) -> int:
        """As Django's, except that pages beyond the cap may exist, and that the first needs no counting."""
        if number in (1, "1"):
            return 1
        try:
            return super().validate_number(number)
        except PageNotAnInteger:
            raise
        except EmptyPage:
            if self.is_capped and 1 < int(number) <= self.deepest:
                return int(number)
            raise

    def page(self, number: Any) -> CappedPage:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        if not rows and number > 1:
            raise EmptyPage(_("There is no such page."))
        if number == 1 and len(rows) <= self.per_page:
            self._counted = len(rows)
        return CappedPage(rows, number, self)

    def get_page(self, number: Any) -> CappedPage:
        """The page asked for; the first for nonsense, the last one counted for a page that is not there."""
        try:
            return self.page(number)
        except PageNotAnInteger:
            return self.page(1)
        except EmptyPage:
            return self.page(self.num_pages)


class SearchPaginator(CappedPaginator):
    """For what a search or filter found: gathers the keys first, and then sorts only those rows.

    Left alone the planner walks along the index of the order, hoping to meet a page of them soon; but words and order
    go together (every "Taal…" stands at T), so that it may walk past nearly all rows. ``rows`` is what was found,
    ``everything`` the same without the conditions.
    """

    object_list: QuerySet[Any]

    def __init__(self, rows: QuerySet[Any], per_page: int, *, everything: QuerySet[Any]) -> None:
        super().__init__(rows, per_page)
        self.everything = everything

    @cached_property
    def _keys(self) -> list[Any]:
        return list(self.object_list.order_by().values_list("pk", flat=True)[: self.cap + 1])

    @cached_property
    def _counted(self) -> int:
        return len(self._keys)

    def page(self, number: Any) -> CappedPage:
        if self.is_capped:
            with _gathered_first():
                return super().page(number)
        self.object_list = self.everything.filter(pk__in=self._keys)
        return super().page(number)


@contextmanager
def _gathered_first() -> Iterator[None]:
    """Within, PostgreSQL gathers what a search found by the search's own index, and sorts it then."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")
        yield
        cursor.execute("SET LOCAL enable_indexscan = on")
