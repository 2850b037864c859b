import io
import json
import os
import socket
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from celery.signals import beat_init
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.healthcheck import allowed_host
from notifications.models import Heartbeat, OutgoingMail
from notifications.pausing import pause_mail
from tests.factories.accounts import UserFactory
from tests.factories.notifications import OutgoingMailFactory
from tests.processes import ROOT

ASK_READYZ = """
import json, time, django
django.setup()
from django.test import Client
client = Client()
client.cookies["sessionid"] = "a" * 32
began = time.monotonic()
response = client.get("/readyz")
print(json.dumps([response.status_code, response.json(), time.monotonic() - began]), flush=True)
"""
NOW = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
WELL = {"database": "ok", "broker": "ok", "cache": "ok", "beat": "ok", "mail": "ok"}
NO_MAIL = {
    "waiting": 0,
    "oldest_waiting_seconds": 0,
    "failed": 0,
    "failed_last_day": 0,
    "perhaps_sent": 0,
    "perhaps_sent_last_day": 0,
}
# Each server is asked in a thread of its own, which sees only what is committed.
committed = pytest.mark.django_db(transaction=True)


def beat(age: timedelta) -> None:
    Heartbeat.objects.update_or_create(name="beat", defaults={"beat_at": NOW - age})


def test_healthz_answers_without_account_or_database(client: Client) -> None:
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


@committed
@time_machine.travel(NOW, tick=False)
def test_readyz_is_ok_when_everything_works(client: Client) -> None:
    beat(timedelta(seconds=30))

    response = client.get("/readyz")

    assert response.json() == {"status": "ok", "checks": WELL, "mail": NO_MAIL}
    assert response.status_code == 200


@committed
@time_machine.travel(NOW, tick=False)
def test_readyz_says_that_the_jobs_stopped(client: Client) -> None:
    beat(timedelta(minutes=5))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "checks": {**WELL, "beat": "last heartbeat 300 seconds ago"},
        "mail": NO_MAIL,
    }


@committed
@time_machine.travel(NOW, tick=False)
def test_readyz_of_a_restored_copy_is_degraded_and_goes_on_answering(client: Client) -> None:
    beat(timedelta(seconds=30))
    pause_mail(backup_made_at=None)

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "degraded",
        "checks": WELL | {"mail": "no mail since 2025-03-03 10:00: a restored copy, until manage.py resume_mail"},
        "mail": NO_MAIL,
    }


@committed
def test_readyz_says_that_the_jobs_never_ran(client: Client) -> None:
    Heartbeat.objects.all().delete()

    assert client.get("/readyz").json()["checks"]["beat"] == "no heartbeat yet"


@committed
def test_the_first_heartbeat_comes_when_beat_starts(client: Client) -> None:
    beat_init.send(sender=None)

    assert client.get("/readyz").json()["checks"]["beat"] == "ok"


@pytest.mark.parametrize(
    ("allowed", "asked"),
    [
        ("a.example,b.example", "a.example"),
        (" a.example , b.example", "a.example"),
        (".example", "example"),
        ("*", "localhost"),
        ("", "localhost"),
    ],
)
def test_a_container_asks_itself_by_a_name_that_is_allowed(allowed: str, asked: str) -> None:
    assert allowed_host(allowed) == asked


def test_readyz_names_the_servers_that_do_not_answer() -> None:
    status, checks, _seconds = readyz_in_a_process_of_its_own(
        DATABASE_URL="postgres://nobody@127.0.0.1:1/none",
        CELERY_BROKER_URL="redis://127.0.0.1:1",
        CACHE_URL="redis://127.0.0.1:1/1",
    )

    assert status == 503
    assert "127.0.0.1" in checks["database"]
    assert "127.0.0.1" in checks["broker"]
    assert "127.0.0.1" in checks["cache"]
    assert checks["mail"] == checks["beat"] == "not known without the database"


def test_readyz_waits_for_no_server_that_takes_calls_and_says_nothing() -> None:
    """Let a server accept connections and never answer, as behind a broken firewall, and bring a session cookie."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        status, checks, seconds = readyz_in_a_process_of_its_own(
            DATABASE_URL=f"postgres://nobody@{place}/none",
            CELERY_BROKER_URL=f"redis://{place}",
            CACHE_URL=f"redis://{place}/1",
        )

    assert status == 503
    assert "ok" not in checks.values()
    assert seconds < 3


@committed
@time_machine.travel(NOW, tick=False)
def test_readyz_is_degraded_when_mail_stays_behind_or_failed(client: Client) -> None:
    beat(timedelta(0))
    OutgoingMailFactory(next_attempt_at=NOW - timedelta(minutes=10), created_at=NOW - timedelta(hours=9))
    OutgoingMailFactory(failed=True, next_attempt_at=NOW - timedelta(days=2))
    assert client.get("/readyz").json()["status"] == "ok"

    OutgoingMailFactory(next_attempt_at=NOW - timedelta(minutes=20))
    late = client.get("/readyz")
    assert (late.status_code, late.json()["status"]) == (200, "degraded")
    assert late.json()["mail"]["oldest_waiting_seconds"] == 1200
    assert late.json()["checks"] == {**WELL, "mail": "the oldest waits for 1200 seconds"}

    OutgoingMail.objects.all().delete()
    OutgoingMailFactory(failed=True)
    failed = client.get("/readyz")
    assert (failed.status_code, failed.json()["status"]) == (200, "degraded")
    assert failed.json()["checks"]["mail"] == "1 failed in the last day"
    assert failed.json()["mail"] == {**NO_MAIL, "failed": 1, "failed_last_day": 1}


@pytest.mark.django_db
def test_mail_that_the_server_does_not_take_waits_since_it_was_made() -> None:
    now = timezone.now()
    later = now + timedelta(minutes=30)
    OutgoingMailFactory(next_attempt_at=later, created_at=now - timedelta(hours=3))
    assert OutgoingMail.objects.health(now)["oldest_waiting_seconds"] == 0

    OutgoingMailFactory(next_attempt_at=later, created_at=now - timedelta(hours=2), last_error="452 Full")
    assert OutgoingMail.objects.health(now)["oldest_waiting_seconds"] == 7200


@committed
@pytest.mark.parametrize(
    ("request_from", "in_detail"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "10.1.2.3"}, True),
        ({"REMOTE_ADDR": "192.0.2.1"}, False),
        ({"REMOTE_ADDR": "2001:db8::1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.1.2.3"}, False),
    ],
)
def test_readyz_tells_reasons_to_networks_of_the_monitor_only(
    request_from: dict[str, str], in_detail: bool, client: Client
) -> None:
    assert set(client.get("/readyz", **request_from).json()) == (  # type: ignore[arg-type]
        {"status", "checks", "mail"} if in_detail else {"status"}
    )


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
@pytest.mark.parametrize(("visitor", "in_detail"), [("192.0.2.1", False), ("10.1.2.3", True)])
@committed
def test_readyz_behind_a_proxy_goes_by_the_visitor(visitor: str, in_detail: bool, client: Client) -> None:
    answer = client.get("/readyz", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=visitor).json()
    assert ("checks" in answer) is in_detail


@committed
def test_health_reads_neither_session_nor_user(client: Client) -> None:
    client.force_login(UserFactory())
    with CaptureQueriesContext(connection) as queries:
        client.get("/healthz")
        client.get("/readyz")
    assert [query["sql"] for query in queries] == []


@committed
@time_machine.travel(NOW, tick=False)
def test_status_says_it_by_its_exit_code() -> None:
    beat(timedelta(0))
    assert status() == (0, {"ok"})
    mail = OutgoingMailFactory(failed=True, to_email="jan@example.org", to_name="Jan", last_error="550 No Jan here")
    assert status() == (1, {"degraded"})
    Heartbeat.objects.all().delete()
    assert status() == (2, {"unavailable"})

    for form in ("text", "json"):
        text, _code = said(form)
        assert not [word for word in ("Jan", mail.to_email, mail.subject, mail.message_id) if word in text]


@committed
def test_status_names_version_queue_and_migrations_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    beat(timedelta(0))
    report = json.loads(said("json")[0])
    assert report["version"] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert report["pending_migrations"] == []
    assert set(report) == {"version", "status", "checks", "mail", "queue", "pending_migrations"}

    monkeypatch.setattr("config.management.commands.status.pending_migrations", lambda: ["collab.0009_new"])
    text, code = said("text")
    assert code == 2
    assert "migrations to run: collab.0009_new" in text.splitlines()


def status() -> tuple[int, set[str]]:
    """Return the exit code of the command, and the statuses that both its formats name."""
    text, code = said("text")
    report, same = said("json")
    assert code == same
    return code, {json.loads(report)["status"], text.splitlines()[0].rsplit(" ", 1)[1]}


def said(form: str) -> tuple[str, int]:
    """Return what the command prints, and its exit code."""
    out, code = io.StringIO(), 0
    try:
        call_command("status", format=form, stdout=out)
    except SystemExit as end:
        code = int(end.code or 0)
    return out.getvalue(), code


def readyz_in_a_process_of_its_own(**environment: str) -> tuple[int, dict[str, str], float]:
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    command = [sys.executable, "-c", ASK_READYZ]
    result = subprocess.run(command, env={**os.environ, **settings, **environment}, capture_output=True, check=True)
    status, answer, seconds = json.loads(result.stdout)
    return status, answer["checks"], seconds
