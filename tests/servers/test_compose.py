"""The commands of docker-compose.yml, run as they stand there with production settings on real servers."""

import json
import os
import shlex
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
import yaml

from tests.processes import ROOT, kill, wait_until

pytestmark = pytest.mark.servers
HOST = "samenspel.example.org"
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
WEB = json.loads((ROOT / "Dockerfile").read_text().split("\nCMD ")[1])


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    name = f"samenspel_compose_{uuid.uuid4().hex[:8]}"
    with psycopg.connect("postgres://postgres@127.0.0.1:5432/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        yield f"postgres://postgres@127.0.0.1:5432/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    client = next(client for number in range(1, 15) if not (client := redis.Redis(db=number)).dbsize())
    yield f"redis://127.0.0.1:6379/{client.get_connection_kwargs()['db']}"
    client.flushdb()


@pytest.fixture(scope="module")
def environment(database: str, broker: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    known = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    return known | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": uuid.uuid4().hex * 2,
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": f"https://{HOST}",
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": broker,
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "TRUSTED_PROXY_COUNT": "1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
        "HOSTNAME": socket.gethostname(),
        "STATIC_ROOT": str(tmp_path_factory.mktemp("static")),
        "SAMENSPEL_VAR": str(tmp_path_factory.mktemp("var")),
    }


def run(command: list[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def check(service: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run the health check of a service, as the container would."""
    kind, *command = [part.replace("$$", "$") for part in SERVICES[service]["healthcheck"]["test"]]
    return run(["sh", "-c", *command] if kind == "CMD-SHELL" else command, environment)


@pytest.fixture(scope="module")
def started(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Make static files and database, then run web, worker and beat until the tests are done."""
    for command in ("python manage.py collectstatic --noinput", SERVICES["migrate"]["command"]):
        result = run(shlex.split(command), environment)
        assert result.returncode == 0, result.stderr
    schedule = f"--schedule={environment['SAMENSPEL_VAR']}/beat"
    commands = [
        WEB,
        shlex.split(SERVICES["worker"]["command"]),
        [schedule if part.startswith("--schedule") else part for part in shlex.split(SERVICES["beat"]["command"])],
    ]
    with ExitStack() as stack:
        for command in commands:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
            stack.callback(kill, process)  # type: ignore[arg-type]
        wait_until(lambda: check("web", environment).returncode == 0, "the web process", every=0.5)
        wait_until(lambda: check("beat", environment).returncode == 0, "a heartbeat", every=1)
        yield environment


def get(path: str, environment: Mapping[str, str], **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", int(environment["PORT"]))
    connection.request("GET", path, headers={"Host": HOST, **headers})
    response = connection.getresponse()
    return response, response.read()


def secure(path: str, environment: Mapping[str, str]) -> tuple[HTTPResponse, bytes]:
    return get(path, environment, **{"X-Forwarded-Proto": "https"})


def test_everything_is_ready(started: dict[str, str]) -> None:
    response, body = get("/readyz", started)
    answer: dict[str, Any] = json.loads(body)

    well = {"database": "ok", "broker": "ok", "cache": "ok", "beat": "ok", "mail": "ok"}
    assert (answer["status"], answer["checks"]) == ("ok", well)
    assert response.status == 200


@pytest.mark.parametrize("service", ["web", "worker", "beat"])
def test_health_check_of_a_container_passes(started: dict[str, str], service: str) -> None:
    assert check(service, started).returncode == 0


def test_health_check_of_a_container_fails_when_nothing_answers(started: dict[str, str]) -> None:
    nobody = {**started, "PORT": "1", "HOSTNAME": "nobody", "DATABASE_URL": "postgres://postgres@127.0.0.1:1/none"}

    assert check("web", nobody).returncode == 1
    assert check("beat", nobody).returncode == 1
    assert check("worker", nobody).returncode != 0


def test_plain_http_is_sent_to_https(started: dict[str, str]) -> None:
    response, _ = get("/accounts/login/", started)

    assert response.status == 301
    assert response.headers["Location"] == f"https://{HOST}/accounts/login/"


def test_another_host_name_is_refused(started: dict[str, str]) -> None:
    response, _ = get("/accounts/login/", started, **{"X-Forwarded-Proto": "https", "Host": "elsewhere.example.org"})

    assert response.status == 400


def test_installation_without_accounts_opens_by_a_link_only(started: dict[str, str]) -> None:
    response, _ = secure("/accounts/login/", started)
    assert (response.status, response.headers["Location"]) == (302, "/first-steps/")
    response, _ = secure("/first-steps/", started)
    assert response.status == 403


def test_sign_in_page_is_served_securely(started: dict[str, str]) -> None:
    response, body = secure("/accounts/login/code/", started)

    assert response.status == 200
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "upgrade-insecure-requests" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    cookie = response.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert b"csrfmiddlewaretoken" in body


def test_static_file_comes_compressed_and_for_ever(started: dict[str, str]) -> None:
    manifest = json.loads((Path(started["STATIC_ROOT"]) / "staticfiles.json").read_text())
    name = manifest["paths"]["vendor/bootstrap/css/bootstrap.min.css"]
    response, _ = get(f"/static/{name}", started, **{"X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"})

    assert response.status == 200
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
