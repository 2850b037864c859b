"""The migrated database: made once for the migrations as they are, then copied by every run and every worker of it.

Migrating takes Django longer than anything else that a run begins with; PostgreSQL copies a database in a moment.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from inspect import getsourcefile
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

# Any number, the same in every process.
LOCK = 7_412_650
# Their code turns migrations into statements.
MAKERS = ("Django", "django-pghistory", "django-pgtrigger")


def migrated_database() -> str:
    """Return the name of a database that the migrations were run on; make it where there is none for them.

    Of processes that ask at the same time one makes it, and the others wait for that. Those of earlier migrations stay
    until the folder of the server (``var/postgres-tests``) is removed.
    """
    start = f"{connection.settings_dict['NAME']}_migrated_"
    name = start + fingerprint()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            # Another checkout on this server may be about to copy one of other migrations: those stay.
            unfinished = f"{start}unfinished"
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(unfinished)))
            with database_of_tests_named(unfinished):
                connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
                connection.close()
            # What was broken off half-way never has the name that is looked for.
            cursor.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name))
            )
    return name


def fingerprint() -> str:
    """Return a short hash of all that decides what migrating leaves: the migrations, and what carries them out."""
    found = hashlib.sha256(" ".join(map(version, MAKERS)).encode())
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        path = Path(getsourcefile(type(migration)) or "")
        found.update(f"{app}.{name}".encode() + path.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def database_of_tests_named(name: str) -> Iterator[None]:
    """Give Django's test database another name inside the block, and forget it afterwards."""
    known, testing = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    before = testing["NAME"]
    testing["NAME"] = name
    try:
        yield
    finally:
        testing["NAME"] = before
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = known
