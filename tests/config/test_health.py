import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from celery.signals import beat_init
from django.test import Client

from config.healthcheck import allowed_host
from notifications.models import Heartbeat
from notifications.pausing import pause_mail

ASK_READYZ = """
import json, django
django.setup()
from django.test import Client
response = Client().get("/readyz")
print(json.dumps([response.status_code, response.json()]))
"""
CHECKS = {"database": "ok", "broker": "ok", "beat": "ok", "mail": "ok"}
NOW = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)


def beat(age: timedelta) -> None:
    Heartbeat.objects.update_or_create(name="beat", defaults={"beat_at": NOW - age})


def test_healthz_answers_without_account_or_database(client: Client) -> None:
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_readyz_is_ok_when_everything_works(client: Client) -> None:
    beat(timedelta(seconds=30))

    response = client.get("/readyz")

    assert response.json() == {"status": "ok", "checks": CHECKS}
    assert response.status_code == 200


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_readyz_says_that_the_jobs_stopped(client: Client) -> None:
    beat(timedelta(minutes=5))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "checks": CHECKS | {"beat": "last heartbeat 300 seconds ago"},
    }


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_readyz_of_a_restored_copy_is_degraded_and_goes_on_answering(client: Client) -> None:
    beat(timedelta(seconds=30))
    pause_mail(backup_made_at=None)

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "degraded",
        "checks": CHECKS | {"mail": "no mail since 2025-03-03 10:00: a restored copy, until manage.py resume_mail"},
    }


@pytest.mark.django_db
def test_readyz_says_that_the_jobs_never_ran(client: Client) -> None:
    Heartbeat.objects.all().delete()

    assert client.get("/readyz").json()["checks"]["beat"] == "no heartbeat yet"


@pytest.mark.django_db
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
    status, checks = readyz_in_a_process_of_its_own(
        DATABASE_URL="postgres://nobody@127.0.0.1:1/none", CELERY_BROKER_URL="redis://127.0.0.1:1"
    )

    assert status == 503
    assert "127.0.0.1" in checks["database"]
    assert "127.0.0.1" in checks["broker"]
    assert checks["mail"] == checks["beat"] == "not known without the database"


def readyz_in_a_process_of_its_own(**environment: str) -> tuple[int, dict[str, str]]:
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    command = [sys.executable, "-c", ASK_READYZ]
    result = subprocess.run(command, env={**os.environ, **settings, **environment}, capture_output=True, check=True)
    status, answer = json.loads(result.stdout)
    return status, answer["checks"]
