"""Two hundred mails by Celery workers on real servers: ``kill -9`` in the middle, and two workers side by side."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping

import psycopg
import pytest
import redis
from celery import Celery

from tests.mail_server import MailServer
from tests.processes import ROOT, kill, python, wait_until

pytestmark = pytest.mark.servers
POSTGRES = "postgres://postgres@127.0.0.1:5432"
REDIS = "redis://127.0.0.1:6379"
MAILS = 200
IN_FLIGHT = 67
WORKER = ("-m", "celery", "-A", "config", "worker", "--pool=prefork", "--concurrency=2", "--loglevel=WARNING")


@pytest.fixture
def database() -> Iterator[str]:
    """Yield the URL of a database of its own, which is dropped afterwards."""
    name = f"samenspel_mail_kill_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        yield f"{POSTGRES}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.fixture
def broker() -> Iterator[str]:
    """Yield the URL of an unused Redis database, emptied afterwards."""
    client = next(client for number in range(15, 0, -1) if not (client := redis.Redis(db=number)).dbsize())
    yield f"{REDIS}/{client.get_connection_kwargs()['db']}"
    client.flushdb()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(seconds=0.01) as server:
        yield server


@pytest.fixture
def environment(database: str, broker: str, server: MailServer) -> Mapping[str, str]:
    """Return production settings, with the mails waiting in the migrated database."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": uuid.uuid4().hex * 2,
        "ALLOWED_HOSTS": "samenspel.example",
        "SITE_URL": "https://samenspel.example",
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": broker,
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": server.url,
        "MAIL_LEASE_SECONDS": "3",
    }
    make = f"from tests.factories.notifications import *; OutgoingMailFactory.create_batch({MAILS})"
    for command in (["migrate", "--verbosity=0"], ["shell", "--verbosity=0", "--command", make]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env={**os.environ, **environment}, check=True)
    return environment


def ask_for_delivery(broker: str, times: int = 1) -> None:
    with Celery(broker=broker) as app:
        for _ in range(times):
            app.send_task("notifications.tasks.deliver_mail")


def statuses(database: str) -> dict[str, int]:
    with psycopg.connect(database) as connection:
        query = "SELECT status, count(*)::int FROM notifications_outgoingmail GROUP BY status"
        return dict(connection.execute(query).fetchall())


def mails(database: str) -> set[tuple[str, str]]:
    with psycopg.connect(database) as connection:
        return set(connection.execute("SELECT to_email, message_id FROM notifications_outgoingmail").fetchall())


def arrived(server: MailServer) -> list[tuple[str, str]]:
    return [(recipient, message["Message-ID"]) for recipient, message in server.received]


def finish(database: str, broker: str, **expected: int) -> None:
    """Ask for delivery again and again, as beat does, until the mails have these statuses."""

    def finished() -> bool:
        ask_for_delivery(broker)
        return statuses(database) == expected

    wait_until(finished, "all mails sent", every=0.5)


def test_killed_worker_loses_no_mail_and_leaves_only_the_one_in_flight_in_doubt(
    environment: Mapping[str, str], database: str, broker: str, server: MailServer
) -> None:
    server.unanswered = IN_FLIGHT
    with python(*WORKER, environment=environment) as worker:
        ask_for_delivery(broker)
        wait_until(lambda: len(server.received) == IN_FLIGHT, "the mail that is not answered")
        kill(worker)
    assert statuses(database) == {"sent": IN_FLIGHT - 1, "sending": 1, "queued": MAILS - IN_FLIGHT}

    with python(*WORKER, environment=environment):
        finish(database, broker, sent=MAILS - 1, unknown=1)

    assert sorted(arrived(server)) == sorted(mails(database))


def test_two_workers_side_by_side_send_every_mail_once(
    environment: Mapping[str, str], database: str, broker: str, server: MailServer
) -> None:
    with python(*WORKER, environment=environment), python(*WORKER, environment=environment):
        ask_for_delivery(broker, times=4)
        finish(database, broker, sent=MAILS)

    assert server.connections >= 2
    assert sorted(arrived(server)) == sorted(mails(database))
