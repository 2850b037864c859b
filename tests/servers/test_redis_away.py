"""Pages while Redis is away: a server of our own is started, used and stopped; that of the machine is left alone."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from config.environment import impatient
from tests.accounts.signing_in import PASSWORD, ask_link, visitor, who
from tests.factories.accounts import UserFactory
from tests.mail_server import free_port
from tests.processes import ROOT, wait_until

pytestmark = [pytest.mark.servers, pytest.mark.django_db]
EMAIL = "noor@samen.example"
SAID = "do not work at this moment"
# Asks for a job as the pages do, and tells how long that took and what was raised.
ASK_FOR_A_JOB = """
import time, django
django.setup()
from kombu.exceptions import OperationalError
from assessments.tasks import erase_ties
erase_ties.app.conf.task_always_eager = False
began = time.monotonic()
try:
    erase_ties.delay()
    outcome = "asked"
except OperationalError:
    outcome = "refused"
print(outcome, time.monotonic() - began)
"""


@contextmanager
def redis_server(folder: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """Run a Redis of our own; yield its port and its process."""
    program = shutil.which("redis-server")
    assert program, "these tests want the program redis-server"
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            client = redis.Redis(port=port)

            def answers() -> bool:
                try:
                    return bool(client.ping())
                except redis.ConnectionError:
                    return False

            wait_until(answers, "our own Redis")
            yield port, server
        finally:
            server.kill()


def stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    server.wait()


@contextmanager
def cache_on(port: int) -> Iterator[None]:
    cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": f"redis://127.0.0.1:{port}/1"}
    with override_settings(CACHES={"default": impatient(cache)}):
        yield


@pytest.fixture
def noor() -> User:
    return UserFactory(email=EMAIL, password=PASSWORD)


def test_pages_of_signing_in_say_that_redis_is_away(noor: User, tmp_path: Path) -> None:
    inside, known = visitor(), {"login": EMAIL, "password": PASSWORD}
    inside.force_login(noor)
    link = ask_link(visitor(), EMAIL)
    assert link is not None
    new = {"oldpassword": PASSWORD, "password1": "orange-bridge-77-river", "password2": "orange-bridge-77-river"}
    asked = [
        (visitor(), reverse("account_login"), known),
        (visitor(), reverse("account_request_login_code"), {"email": EMAIL}),
        (visitor(), reverse("account_reset_password"), {"email": EMAIL}),
        (inside, reverse("account_change_password"), new),
        (inside, reverse("account_reauthenticate"), {"password": PASSWORD}),
    ]
    with redis_server(tmp_path) as (port, server), cache_on(port):
        client = visitor()
        client.post(reverse("account_login"), known)
        assert who(client) == noor
        stop(server)

        for client, address, values in asked:
            began = time.monotonic()
            response = client.post(address, values)
            assert (address, response.status_code, SAID in response.text) == (address, 503, True)
            assert time.monotonic() - began < 3
        for address in (reverse("account_login"), reverse("account_request_login_code"), link):
            assert visitor().get(address, follow=True).status_code in (200, 503)


def test_who_is_signed_in_goes_on_working_without_redis(noor: User, client: Client, tmp_path: Path) -> None:
    client.force_login(noor)
    with redis_server(tmp_path) as (port, server), cache_on(port):
        stop(server)
        for page in ("/", reverse("accounts:preferences")):
            assert client.get(page, follow=True).status_code == 200


def test_asking_for_a_job_waits_for_no_redis(tmp_path: Path) -> None:
    def ask(port: int) -> tuple[str, float]:
        environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{port}/0",
        }
        command = [sys.executable, "-c", ASK_FOR_A_JOB]
        result = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=True
        )
        outcome, seconds = result.stdout.split()
        return outcome, float(seconds)

    with redis_server(tmp_path) as (port, server):
        assert ask(port)[0] == "asked"
        stop(server)
        outcome, seconds = ask(port)

    assert outcome == "refused"
    assert seconds < 5
