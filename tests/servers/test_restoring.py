"""The drill: 10,000 organisations, a backup, the loss of all, and a copy that is the same and mails nobody twice."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg.sql import SQL, Identifier

from tests.mail_server import MailServer
from tests.processes import AT_ANY_HOUR, ROOT

pytestmark = [pytest.mark.servers, pytest.mark.django_db]
POSTGRES = "postgres://postgres@127.0.0.1:5432"
MAILS = 20
SEED = f"""
from datetime import date
from random import Random
from bench.copying import bulk
from bench.seed import partners, people
from bench.seed.world import World
from tests.factories.notifications import OutgoingMailFactory
world = World(size=10_000, today=date.today(), random=Random(1))
people.add_people(world)
with bulk(partners.MODELS):
    partners.add_partners(world)
OutgoingMailFactory.create_batch({MAILS})
OutgoingMailFactory.create_batch(5, sent=True)
"""
Sums = dict[str, tuple[int, int]]


@pytest.fixture
def name(django_db_setup: None) -> Iterator[str]:
    """Give the name of a migrated database of its own, which is dropped afterwards."""
    name = f"samenspel_drill_{uuid.uuid4().hex[:8]}"
    template = connection.settings_dict["TEST"]["TEMPLATE"]
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as server:
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
        yield name
        server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def environment(name: str, post: MailServer) -> Mapping[str, str]:
    return {
        **os.environ,
        **AT_ANY_HOUR,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": uuid.uuid4().hex * 2,
        "ALLOWED_HOSTS": "samenspel.example",
        "SITE_URL": "https://samenspel.example",
        "DATABASE_URL": f"{POSTGRES}/{name}",
        "CELERY_BROKER_URL": "redis://127.0.0.1:6379",
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": post.url,
    }


def manage(environment: Mapping[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def done(environment: Mapping[str, str], *command: str) -> str:
    result = manage(environment, *command)
    assert result.returncode == 0, result.stderr
    return result.stdout


def sums(name: str) -> Sums:
    """Return the number of rows and the sum of their hashes, by table."""
    with psycopg.connect(f"{POSTGRES}/{name}") as reading:
        tables = reading.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        question = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {} AS t"
        return {
            table: reading.execute(SQL(question).format(Identifier(table))).fetchone()  # type: ignore[misc]
            for (table,) in tables
        }


def test_all_comes_back_and_nobody_is_mailed_twice(
    name: str, environment: Mapping[str, str], post: MailServer, tmp_path: Path
) -> None:
    path = str(tmp_path / "samenspel.dump")
    done(environment, "shell", "--verbosity=0", "--command", SEED)
    assert "  organisations: 10,000\n" in done(environment, "backup", path)
    before = sums(name)
    assert before["partners_organisationevent"][0] == before["partners_organisation"][0] == 10_000

    # The installation goes on for a while, and is lost.
    done(environment, "run_due")
    assert len(post.received) == MAILS
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as server:
        server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
    told = done(environment, "restore", path, "--database", name)

    assert told.startswith(f"Restored into the database {name}, from the backup of ")
    assert "  organisations: 10,000\n" in told
    assert "Migrations to run: none\n" in told
    after = sums(name)
    assert after.pop("notifications_mailpause")[0] == 1
    assert before.pop("notifications_mailpause")[0] == 0
    assert after == before

    done(environment, "run_due")
    refusal = manage(environment, "resume_mail")
    assert (refusal.returncode, f"may have left since: {MAILS}." in refusal.stderr) == (1, True)
    done(environment, "resume_mail", "--cancel-waiting")
    done(environment, "run_due")
    assert len({message["Message-ID"] for _recipient, message in post.received}) == len(post.received) == MAILS
