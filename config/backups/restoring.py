"""Restore a backup into a database that is new or empty; the copy sends no mail until ``manage.py resume_mail``."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg.sql import SQL, Identifier

from config.backups.contents import counts
from config.backups.programs import BackupError, fitting, run
from config.backups.reading import Backup
from config.versions import Key, address, migrations_of, waiting
from notifications.pausing import pause_mail

# Name of the restored database among those of Django, for this process.
RESTORED = "restored"
PAUSE_MIGRATION = ("notifications", "0002_mail_pause")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# What a database holds beside the catalogue; what extensions of the provider bring does not count.
OBJECTS = """
    SELECT count(*) FROM pg_class WHERE relnamespace IN (
        SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    ) AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
    )
"""
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


class Restored(NamedTuple):
    database: str
    counts: dict[str, int]
    waiting: list[Key]


def restore(backup: Backup, name: str = "") -> Restored:
    """Restore into a new database called ``name``, or without one into our own, which has to be empty.

    Leaves nothing behind when it fails. Raises BackupError.
    """
    with _new_database(name) if name else _own_database() as database:
        _fill(backup, database)
        _hold_mail_back(backup, database)
        with psycopg.connect(**database, autocommit=True) as reading:
            # Without its statistics every page of the first hours would be slow.
            reading.execute("ANALYZE")
            found = counts(reading)
        left = waiting(migrations_of(database))
    return Restored(name or str(database["dbname"]), found, left)


@contextmanager
def _new_database(name: str) -> Iterator[dict[str, Any]]:
    """Make a database under another name; give it ``name`` at the end, or drop it.

    So no process finds a copy by its name that is not whole, or that may still send mail.
    """
    if not NAME.fullmatch(name):
        raise BackupError("a name of a database has small letters, digits and _, at most 40, such as samenspel_2")
    unfinished = f"{name}_{uuid.uuid4().hex[:8]}"
    with _server() as server:
        if server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None:
            raise BackupError(f"there is a database called {name}; a backup is restored into a new one")
        try:
            server.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(unfinished)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupError(
                "the account in DATABASE_URL may not make a database; have an empty one made, name it in DATABASE_URL,"
                " and restore without --database"
            ) from error
        try:
            yield address(unfinished)
            server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(unfinished), Identifier(name)))
        finally:
            server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(unfinished)))


def _server() -> "psycopg.Connection[Any]":
    """Connect to the server, whose database of ours may be lost."""
    try:
        return psycopg.connect(**address("postgres"), autocommit=True)
    except psycopg.OperationalError:
        return psycopg.connect(**address(), autocommit=True)


@contextmanager
def _own_database() -> Iterator[dict[str, Any]]:
    """Give our own database if it is empty and at rest; empty it again when restoring fails."""
    database = address()
    with psycopg.connect(**database) as looking:
        if looking.execute(OBJECTS).fetchone() != (0,):
            raise BackupError(
                f"the database {database['dbname']} is not empty; restore into a new one: --database NAME, or on a"
                " machine without servers SAMENSPEL_VAR=FOLDER"
            )
        if looking.execute(OTHERS).fetchone() != (0,):
            raise BackupError(f"others use the database {database['dbname']}: stop web, worker and beat first")
    try:
        yield database
    except BaseException:
        with psycopg.connect(**database) as emptying:
            if emptying.execute(OBJECTS).fetchone() != (0,):
                emptying.execute("DROP SCHEMA public CASCADE")
                emptying.execute("CREATE SCHEMA public")
        raise


def _fill(backup: Backup, database: dict[str, Any]) -> None:
    """Restore all or nothing, in one transaction. Raises BackupError."""
    with psycopg.connect(**database) as looking:
        server = looking.info.server_version // 10_000
    if backup.server > server:
        raise BackupError(
            f"the backup comes from PostgreSQL {backup.server}, and the server is PostgreSQL {server}: restore it on"
            f" {backup.server} or newer"
        )
    programs = fitting(server, database, reads=backup.program)
    how = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
    run(programs, "pg_restore", *how, str(backup.path), database=database)


def _hold_mail_back(backup: Backup, database: dict[str, Any]) -> None:
    """Store that the copy sends no mail; a backup of an earlier version first gets the table for it."""
    copy = connections["default"].copy(alias=RESTORED)
    copy.settings_dict["NAME"] = database["dbname"]
    copy.settings_dict["OPTIONS"].pop("pool", None)
    connections[RESTORED] = copy
    try:
        if PAUSE_MIGRATION not in backup.migrations:
            call_command("migrate", *PAUSE_MIGRATION, database=RESTORED, verbosity=0, interactive=False)
        pause_mail(backup_made_at=backup.made_at, using=RESTORED)
    finally:
        copy.close()
        del connections[RESTORED]
