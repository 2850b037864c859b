"""COPY rows straight into tables, to fill a database fast enough to measure it at its largest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Field, GeneratedField, Model
from django.utils import timezone
from psycopg.sql import SQL, Composable, Identifier

# What hangs on a table beside its rows and its key: how to take it off, and how to put it on again.
_CONSTRAINTS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conrelid = ANY(%s::text[]::regclass[]) AND contype IN ('f', 'u', 'x')
    ORDER BY contype DESC, conname
"""
_INDEXES = """
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid = ANY(%s::text[]::regclass[])
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
    ORDER BY indexrelid
"""


@contextmanager
def bulk(models: Sequence[type[Model]]) -> Iterator[None]:
    """Fill empty tables with ``copy_rows`` inside: keys are checked, indexes built and history written at the end."""
    events = [event for model in models if (event := _event_model(model))]
    tables = [model._meta.db_table for model in (*models, *events)]
    taken_off = [*_rows(_CONSTRAINTS, tables), *_rows(_INDEXES, tables)]
    _execute("SET maintenance_work_mem = '256MB'")
    _execute(*(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables), *(drop for drop, _ in taken_off))
    yield
    _execute(*(_history(model).as_string(None) for model in models if _event_model(model)))
    _execute(*(add for _, add in taken_off), *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables))
    _execute(*connection.ops.sequence_reset_sql(no_style(), list(models)))


def copy_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write the rows with COPY; fields missing from ``names`` get their default, or now where Django sets the time."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    rest = [field for field in fields.values() if field.attname not in names and not _made_by_database(field)]
    constants = [_default(field) for field in rest]
    columns = [str(field.column) for field in (*(fields[name] for name in names), *rest)]
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(model._meta.db_table), _listed(columns))
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:  # type: ignore[attr-defined]
        for row in rows:
            copy.write_row([*row, *constants])


def _history(model: type[Model]) -> Composable:
    """Return the statement that writes the insert events which the triggers would have written."""
    event = _event_model(model)
    assert event is not None
    kept = [str(field.column) for field in event._meta.concrete_fields if not field.name.startswith("pgh_")]
    return SQL(
        "INSERT INTO {} ({}, pgh_obj_id, pgh_label, pgh_created_at) SELECT {}, id, 'insert', now() FROM {} ORDER BY id"
    ).format(Identifier(event._meta.db_table), _listed(kept), _listed(kept), Identifier(model._meta.db_table))


def _event_model(model: type[Model]) -> type[Model] | None:
    try:
        return model._meta.get_field("events").related_model  # type: ignore[return-value]
    except FieldDoesNotExist:
        return None


def _listed(columns: Iterable[str]) -> Composable:
    return SQL(", ").join(Identifier(column) for column in columns)


def _made_by_database(field: Field[Any, Any]) -> bool:
    return isinstance(field, GeneratedField) or bool(field.primary_key and not field.has_default())


def _default(field: Field[Any, Any]) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return timezone.now()
    return field.get_db_prep_save(field.get_default(), connection)


def _rows(query: str, tables: list[str]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [tables])
        return [(drop, add) for drop, add in cursor.fetchall()]


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
