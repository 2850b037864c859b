"""Build queries once per process, for pages on which building a query takes longer than running it.

Django makes SQL from a queryset anew for every page: a millisecond for a query with joins, 40 ms for a union over all
kinds of alert. PostgreSQL still plans each run. Only where this saves a twentieth of a page, as ``python -m
bench.prepared`` tells, is it worth a second way to write a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, DateField, Expression, F, Field, Func, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

_KEYS: ArrayField[Any, Any] = ArrayField(BigIntegerField())


class Given(Expression):
    """A placeholder in a prepared query for a value that every run gives by this name."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]

    def value(self, given: Mapping[str, Any]) -> Any:
        """Return the value that a run gives."""
        return given[self.name]


class GivenDay(Given):
    """A placeholder for a day that every run gives, moved by ``deltas``: plus and minus work as with a date."""

    def __init__(self, name: str, deltas: tuple[Any, ...] = ()) -> None:
        super().__init__(name, DateField())
        self.deltas = deltas

    def __add__(self, delta: Any) -> Any:
        return type(self)(self.name, (*self.deltas, delta))

    def __sub__(self, delta: Any) -> Any:
        return self + -delta

    def value(self, given: Mapping[str, Any]) -> Any:
        """Return the day that a run gives, moved."""
        return sum(self.deltas, given[self.name])


def given_day(name: str) -> Any:
    """Return a placeholder for a day that every run gives, where a method of a queryset takes a day."""
    return GivenDay(name)


def one_of(path: str, keys: str | Iterable[int]) -> Func:
    """Return the condition that the key is among these, for ``filter(one_of("pk", keys))``; they are sent as one list.

    A string is the name by which every run of a prepared query gives the list.
    """
    given: Any = Given(keys, BigIntegerField()) if isinstance(keys, str) else Value(list(keys), _KEYS)
    is_one = {"template": "%(expressions)s)", "arg_joiner": " = ANY("}
    return Func(F(path), given, output_field=BooleanField(), **is_one)


class Prepared:
    """A query of ``values_list`` with ``Given`` values in it; ``build`` makes it when it is first needed.

    All other values must be the same in every run, so that the query never depends on the user.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self.build = build

    @cached_property
    def _statement(self) -> tuple[SQLCompiler, str, tuple[Any, ...]]:
        compiler = self.build().query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        return compiler, sql, tuple(params)

    def rows(self, **given: Any) -> list[Any]:
        """Return the rows as tuples."""
        compiler, sql, params = self._statement
        with connection.cursor() as cursor:
            cursor.execute(sql, [param.value(given) if isinstance(param, Given) else param for param in params])
            found = cursor.fetchall()
        converters = compiler.get_converters([column for column, _, _ in compiler.select or ()])
        return [tuple(row) for row in compiler.apply_converters(found, converters)] if converters else found
