"""Copies of what tables hold, in PostgreSQL's own format: taken once, put back in milliseconds."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from psycopg import sql

Rows = dict[str, bytes]
# What the migrations made: kept when the test database is set up, and what every test finds.
MIGRATED: Rows = {}


@contextmanager
def unwatched() -> Iterator[Any]:
    """Give a cursor whose writes start no trigger and check no reference: neither history nor deleting along."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        # Also where a transaction around this one goes on.
        cursor.execute("SET LOCAL session_replication_role = origin")


def take_copy() -> Rows:
    """Return the rows of every table that has any."""
    with connection.cursor() as cursor:
        return {table: copied(cursor, table) for table in filled_tables(cursor)}


def copied(cursor: Any, table: str) -> bytes:
    with cursor.copy(sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))) as out:
        return b"".join(out)


def put_rows(rows: Mapping[str, bytes]) -> None:
    """Write copied rows beside those that are there. Sequences are past them: the copy came from this database."""
    with unwatched() as cursor:
        for table, data in rows.items():
            with cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(table))) as into:
                into.write(data)


def put_back(rows: Mapping[str, bytes]) -> None:
    """Leave exactly these rows in the database. Tables that hold nothing cost nothing."""
    with unwatched() as cursor:
        for table in filled_tables(cursor):
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        put_rows(rows)


def filled_tables(cursor: Any) -> list[str]:
    """Return the tables of models that hold rows, in the order of their names."""
    tables = sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))
    looks = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table), sql.Identifier(table))
        for table in tables
    ]
    cursor.execute(sql.SQL(" UNION ALL ").join(looks))
    return [table for (table,) in cursor.fetchall()]
