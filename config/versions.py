"""The version of the code beside that of a database: migrations that wait, and migrations of a newer version."""

import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader

Key = tuple[str, str]
CONNECT_SECONDS = 10
# What Django hands to psycopg beside the parts of an address.
NO_ADDRESS = ("cursor_factory", "context", "prepare_threshold")


def version() -> str:
    """Return the version of Samenspel that this code is."""
    project: dict[str, str] = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    return project["version"]


def address(database: str = "") -> dict[str, Any]:
    """Return how psycopg and the programs of PostgreSQL reach our database, or another one on the same server."""
    found = connection.get_connection_params()
    found = {name: value for name, value in found.items() if name not in NO_ADDRESS and value not in ("", None)}
    return found | {"dbname": database} if database else found


def migrations_of(database: dict[str, Any]) -> set[Key]:
    """Return the migrations that a database has had: none when it has not even their table."""
    with psycopg.connect(**database) as reading:
        if reading.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return set()
        return set(reading.execute("SELECT app, name FROM django_migrations").fetchall())


def waiting(had: Iterable[Key]) -> list[Key]:
    """Return the migrations of this version that a database has not had."""
    return sorted(set(MigrationLoader(None).disk_migrations) - set(had))


def unknown(had: Iterable[Key]) -> list[Key]:
    """Return the migrations of our own apps that a database has had, and that this version does not know."""
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}
    return sorted({key for key in had if key[0] in ours} - set(MigrationLoader(None).disk_migrations))


def refuse_waiting_migrations() -> None:
    """End the process with status 1 and one line when the database waits for migrations of this version.

    A database that does not answer is no reason: web says so itself, and jobs try again.
    """
    django.setup()
    try:
        missing = waiting(migrations_of({"connect_timeout": CONNECT_SECONDS, **address()}))
    except (psycopg.OperationalError, OperationalError):
        return
    if missing:
        names = ", ".join(".".join(key) for key in missing[:3]) + (", …" if len(missing) > 3 else "")
        # Celery keeps for itself what a process says while it ends.
        print(
            f"Samenspel does not start: {len(missing)} migrations wait ({names}); run manage.py migrate first, or see"
            " why it failed",
            file=sys.__stderr__,
            flush=True,
        )
        sys.exit(1)
