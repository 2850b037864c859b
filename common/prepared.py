"""Queries that are built once per process: for pages that people wait for, building one costs more than running it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, DateField, Expression, F, Field, Func, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

_KEYS: ArrayField[Any, Any] = ArrayField(BigIntegerField())


class Given(Expression):
    """Stands in a prepared query for a value that every run gives by this name."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


def given_day(name: str) -> Any:
    """A day that every run gives; stands where a queryset's method takes a day."""
    return Given(name, DateField())


def one_of(path: str, keys: str | Iterable[int]) -> Func:
    """For ``filter(one_of("pk", keys))``: the key is among these, sent as one list however many they are.

    A string is the name by which every run of a prepared query gives the list.
    """
    given: Any = Given(keys, BigIntegerField()) if isinstance(keys, str) else Value(list(keys), _KEYS)
    is_one = {"template": "%(expressions)s)", "arg_joiner": " = ANY("}
    return Func(F(path), given, output_field=BooleanField(), **is_one)


class Prepared:
    """A query of ``values_list`` with ``Given`` values in it; ``build`` makes it when it is first asked.

    What else it depends on must be the same in every run, so it never looks at who is asking.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self.build = build

    @cached_property
    def _statement(self) -> tuple[SQLCompiler, str, tuple[Any, ...]]:
        compiler = self.build().query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        return compiler, sql, tuple(params)

    def rows(self, **given: Any) -> list[Any]:
        """The rows as tuples."""
        compiler, sql, params = self._statement
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[param.name] if isinstance(param, Given) else param for param in params])
            found = cursor.fetchall()
        converters = compiler.get_converters([column for column, _, _ in compiler.select or ()])
        return [tuple(row) for row in compiler.apply_converters(found, converters)] if converters else found
