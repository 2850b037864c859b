"""Web, worker and beat do not start on a database that waits for migrations."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
import yaml
from django.db import connection
from psycopg.sql import SQL, Identifier

from config import versions
from config.versions import address, migrations_of, refuse_waiting_migrations, unknown, waiting
from tests.processes import ROOT, database_url

pytestmark = pytest.mark.django_db
COMMANDS = {
    "web": ["gunicorn", "config.wsgi", "--config", "config/gunicorn.py"],
    "worker": ["celery", "--app=config", "worker", "--concurrency=1"],
    "beat": ["celery", "--app=config", "beat", "--pidfile="],
}


@pytest.fixture
def empty() -> Iterator[str]:
    """Give the address of a database that was never migrated."""
    name = f"waiting_{os.getpid()}"
    with psycopg.connect(**address(), autocommit=True) as server:
        server.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(name)))
        yield database_url().replace(connection.settings_dict["NAME"], name)
        server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.mark.parametrize("process", COMMANDS)
def test_a_process_does_not_start_before_the_migrations(
    process: str, empty: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": empty,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "SAMENSPEL_VAR": str(tmp_path_factory.mktemp("var")),
        "PORT": "0",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", *COMMANDS[process]]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)

    said = [line for line in result.stderr.splitlines() if line.startswith("Samenspel does not start: ")]
    assert result.returncode == 1, result.stderr
    assert len(said) == 1
    assert "migrations wait (" in said[0]
    assert "manage.py migrate" in said[0]
    assert "Traceback" not in result.stderr


def test_a_database_that_is_up_to_date_waits_for_nothing() -> None:
    assert waiting(migrations_of(address())) == []
    refuse_waiting_migrations()


def test_what_waits_is_named(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    had = migrations_of(address())
    monkeypatch.setattr(versions, "migrations_of", lambda database: had - {("partners", "0002_founded_in")})

    with pytest.raises(SystemExit):
        refuse_waiting_migrations()

    assert "1 migrations wait (partners.0002_founded_in); run manage.py migrate first" in capfd.readouterr().err


def test_a_database_that_does_not_answer_stops_no_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Web says at /readyz that it does not, and jobs try again."""
    monkeypatch.setattr(versions, "address", lambda: {"host": "127.0.0.1", "port": 1, "dbname": "none"})

    refuse_waiting_migrations()


def test_only_our_own_migrations_make_a_database_newer() -> None:
    assert unknown({("partners", "9999_later"), ("pghistory", "9999_later"), ("partners", "0001_initial")}) == [
        ("partners", "9999_later")
    ]


def test_a_container_starts_after_a_migration_that_succeeded_once() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]

    # One that tried again and again would keep `up` waiting without a word.
    assert services["migrate"]["restart"] == "no"
    for process in COMMANDS:
        assert services[process]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
