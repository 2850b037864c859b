"""A database of every released version can be brought to this one with the documented step: ``manage.py migrate``."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from django.db import connection

from tests.processes import ROOT, database_url
from tests.upgrade.dump import DATABASES

pytestmark = pytest.mark.django_db
# Dumps of released versions, and what must not get fewer on the way.
DUMPS = sorted(DATABASES.glob("*.sql.gz"), key=lambda path: path.name)
COUNTED = ("partners_organisation", "partners_contact", "collab_collaboration", "assessments_response")


class Database(NamedTuple):
    """A database beside that of the tests: as a URL for other processes, and how psycopg finds it."""

    url: str
    place: dict[str, Any]

    def counts(self) -> dict[str, int]:
        """Return the number of rows by table, of those that hold what people wrote."""
        with psycopg.connect(**self.place) as reading:
            found = {table: reading.execute(f"SELECT count(*) FROM {table}").fetchone() for table in COUNTED}
        return {table: row[0] for table, row in found.items() if row}


@pytest.fixture(scope="module", params=DUMPS, ids=lambda path: path.name.removesuffix(".sql.gz"))
def restored(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Database]:
    """Give a database as that version left it, which goes after the tests of this module."""
    with django_db_blocker.unblock():
        name = f"{connection.settings_dict['NAME']}_upgrade"
        place = {**connection.get_connection_params(), "dbname": name}
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        place = {key: place[key] for key in ("dbname", "host", "port", "user", "password") if place.get(key)}
        with psycopg.connect(**place, autocommit=True) as fresh:
            fresh.execute(gzip.decompress(Path(request.param).read_bytes()))
        test_database = connection.settings_dict["NAME"]
        yield Database(database_url().replace(f"/{test_database}", f"/{name}"), place)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def manage(database: str, *command: str) -> str:
    """Run a command of manage.py on ``database``; return what it printed, and fail with its words when it failed."""
    environment = {**os.environ, "DATABASE_URL": database}
    result = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_upgrade_loses_no_row_and_leaves_nothing_to_do(restored: Database) -> None:
    before = restored.counts()
    assert min(before.values()) > 0

    manage(restored.url, "migrate", "--noinput")

    assert restored.counts() == before
    assert manage(restored.url, "showmigrations", "--plan").count("[ ]") == 0
    assert json.loads(manage(restored.url, "run_due", "--dry-run", "--format", "json"))["dry_run"] is True
