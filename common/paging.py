"""Page through lists at a cost that does not grow with the list."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, cast

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _

from common import numbers
from common.prepared import one_of

Read = Callable[[QuerySet[Any]], QuerySet[Any]]


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
    """A paginator that counts at most ``cap`` rows; beyond those, people can still go on page by page.

    ``count`` is the number of rows, or ``cap`` where there are more (``is_capped``). ``read`` adds the columns that a
    page shows, such as names from other tables: counting and stepping over pages do not need them.
    """

    cap = 1000
    deepest = 100_000

    def __init__(self, rows: Any, per_page: int, read: Read | None = None) -> None:
        super().__init__(rows, per_page)
        self.read = read or (lambda rows: rows)

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
        """Return “14”, or “more than 1,000”."""
        number = numbers.whole(self.count)
        return _("more than %(number)s") % {"number": number} if self.is_capped else number

    def validate_number(self, number: Any) -> int:
        """Validate as Django does, but accept pages beyond the cap, and the first page without counting."""
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
        rows = self._between(start, start + self.per_page + 1)
        if not rows and number > 1:
            raise EmptyPage(_("There is no such page."))
        if number == 1 and len(rows) <= self.per_page:
            self._counted = len(rows)
        return CappedPage(rows, number, self)

    def get_page(self, number: Any) -> CappedPage:
        """Return the requested page; the first for a wrong number, the last counted one for a missing page."""
        try:
            return self.page(number)
        except PageNotAnInteger:
            return self.page(1)
        except EmptyPage:
            return self.page(self.num_pages)

    def _between(self, start: int, stop: int) -> list[Any]:
        """Return some rows of the list; the rows before them are stepped over in the index and not read."""
        rows = self.object_list
        # PostgreSQL reads every row that an OFFSET steps over, with all its columns and joins. As keys alone they lie
        # in the index of the order, and only those of this page are read in full.
        if start and isinstance(rows, QuerySet):
            return list(self.read(rows.filter(pk__in=rows.values("pk")[start:stop])))
        return list((self.read(rows) if isinstance(rows, QuerySet) else rows)[start:stop])


class SearchPaginator(CappedPaginator):
    """A paginator for the rows that a search or a filter found.

    ``found`` are the rows that fit and ``everything`` the same without the conditions, both without an order; ``order``
    is that of the list. Rows with ``first`` come before all others.

    Few rows are gathered by the index of the search and then sorted. Of many rows (more than ``cap``) a page is soon
    filled by walking along the index of the order, so that a common word costs no more than a rare one. The walk is
    limited, because words and order may be related (every "Utrecht" stands at U).
    """

    walk = 2000
    object_list: QuerySet[Any]

    def __init__(
        self,
        found: QuerySet[Any],
        per_page: int,
        *,
        everything: QuerySet[Any],
        order: Sequence[str | OrderBy],
        first: Q | None = None,
        cap: int | None = None,
        read: Read | None = None,
    ) -> None:
        super().__init__(found, per_page, read)
        self.everything, self.order, self.first = everything, order, first
        self.cap = cap or self.cap

    @cached_property
    def _keys(self) -> list[Any]:
        return list(self.object_list.order_by().values_list("pk", flat=True)[: self.cap + 1])

    @cached_property
    def _counted(self) -> int:
        return len(self._keys)

    def _between(self, start: int, stop: int) -> list[Any]:
        if not self.is_capped:
            first = [] if self.first is None else [Case(When(self.first, then=Value(0)), default=Value(1))]
            gathered = self.read(self.everything.filter(one_of("pk", self._keys)))
            return list(gathered.order_by(*first, *self.order)[start:stop])
        if self.first is None:
            return self._walked(self.object_list, start, stop)
        # In the same order, by two queries that can each use the index of the order: for one query with the
        # condition as its first sort key, PostgreSQL would sort all that was found.
        beginning = self.object_list.filter(self.first)
        rows = list(self.read(beginning.order_by(*self.order))[start:stop])
        if len(rows) < stop - start:
            before = start + len(rows) if rows or not start else beginning.count()
            rows += self._walked(self.object_list.exclude(self.first), max(start - before, 0), stop - before)
        return rows

    def _walked(self, found: QuerySet[Any], start: int, stop: int) -> list[Any]:
        """Return the rows met on a walk along the order; past its limit, gather and sort all that were found."""
        rows = self.read(found.order_by(*self.order))
        # Left to choose, PostgreSQL guesses how many rows have the words, guesses wrong for words in several columns,
        # and then walks through the whole list or sorts all that was found. So the walk ends after ``walk`` rows by a
        # condition on the order, and where it did not fill the page the other way is taken.
        near = list(rows.filter(self._near)[start:stop])
        if len(near) == stop - start or not self._near:
            return near
        # The index of the search is read as a bitmap, which stays allowed; the index of the order could only be walked.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_indexscan = off")
            gathered = list(rows[start:stop])
            cursor.execute("SET LOCAL enable_indexscan = on")
        return gathered

    @cached_property
    def _near(self) -> Q:
        """Return the condition that limits the walk along the order; empty for a list within the limit."""
        leading = self.order[0]
        if isinstance(leading, OrderBy):
            name, down = cast(F, leading.expression).name, leading.descending
        else:
            name, down = leading.removeprefix("-"), leading.startswith("-")
        along = self.everything.order_by(*self.order).values_list(name, flat=True)
        edge = along[self.walk : self.walk + 1].first()
        return Q() if edge is None else Q(**{f"{name}__{'gte' if down else 'lte'}": edge})
