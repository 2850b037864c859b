"""Queries that are built once per process: for pages that people wait for, building one costs more than running it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, BooleanField, DateField, Expression, F, Field, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler


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


def one_of(path: str, name: str) -> Func:
    """For ``filter(one_of("collaboration", "keys"))``: the key is among those in the list that a run gives."""
    is_one = {"template": "%(expressions)s)", "arg_joiner": " = ANY("}
    return Func(F(path), Given(name, BigIntegerField()), output_field=BooleanField(), **is_one)


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
