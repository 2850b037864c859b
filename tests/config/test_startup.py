"""Production refuses to start with settings that are unsafe, in one line that names the variable and a right value."""

import os
import re
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from common.actions import ActionRefused
from config.check_deploy import ENVIRONMENT
from config.environment import Environment
from config.startup import refuse_any_host, refuse_other_database, refuse_unsafe_key, refuse_unusable_site
from portfolio.demo.build import build
from tests.config.test_repository import tracked
from tests.processes import ROOT

KEYS_IN_FILES = re.compile(r"""SECRET_KEY["']?\s*[:=]+\s*["']?([^\s"'`|]+)""")
ENTRIES = {
    "web": [sys.executable, "-m", "gunicorn", "config.wsgi", "--config", "config/gunicorn.py"],
    "worker": [sys.executable, "-m", "celery", "--app=config", "worker", "--concurrency=1"],
    "beat": [sys.executable, "-m", "celery", "--app=config", "beat", "--schedule=/dev/null/beat", "--pidfile="],
    "manage": [sys.executable, "manage.py", "migrate", "--noinput"],
}
UNSAFE = {
    "SECRET_KEY": "short",
    "ALLOWED_HOSTS": "*",
    "SITE_URL": "http://samenspel.example.org",
    "DATABASE_URL": "",
}


def start(command: list[str], **environment: str) -> "subprocess.CompletedProcess[str]":
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    known = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.production", "PORT": str(port)}
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**known, **settings, **ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("entry", "name"),
    # Every entry loads the settings in the same way: each value once, and each entry.
    [*(("manage", name) for name in UNSAFE), *((entry, "SECRET_KEY") for entry in ENTRIES if entry != "manage")],
)
def test_no_process_starts_with_an_unsafe_value_and_each_says_so_in_one_line(entry: str, name: str) -> None:
    result = start(ENTRIES[entry], **{name: UNSAFE[name]})

    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("Samenspel does not start: ")
    assert name in line
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECURE_SSL_REDIRECT", "ture"),  # as false, plain HTTP would be served
        ("MAIL_QUIET_WEEKENDS", "nee"),
        ("TRUSTED_PROXY_COUNT", "-1"),  # not 0, and so the headers of visitors would be believed
        ("TRUSTED_PROXY_COUNT", "one"),
        ("DATABASE_POOL_SIZE", "8.5"),
        ("MAIL_LEASE_SECONDS", "5 m"),
    ],
)
def test_value_that_cannot_be_read_is_refused_and_not_guessed_at(name: str, value: str) -> None:
    result = start([sys.executable, "manage.py", "check"], **{name: value})

    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Samenspel does not start: {name}: {value!r} is n")


@pytest.mark.parametrize("value", ["false", "Off", "no", "0"])
def test_every_way_to_say_no_is_read(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURE_SSL_REDIRECT", value)
    assert Environment().bool("SECURE_SSL_REDIRECT", True) is False


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        pytest.param("", "has 0 characters", id="empty"),
        pytest.param("x7Kp" * 12, "has 48 characters", id="short"),
        pytest.param("x" * 64, "repeats itself", id="one character"),
        pytest.param("ab" * 32, "repeats itself", id="two characters"),
        pytest.param("0123456789abcde" * 5, "repeats itself", id="a row of characters"),
        pytest.param("7Kp2mQz9vR4tX1wB6nYc" * 3, "repeats itself", id="twenty characters"),
        pytest.param("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "repeats itself", id="the alphabet"),
        pytest.param("aabbccddeeffgghhii" * 4, "repeats itself", id="pairs of characters"),
        pytest.param("django-insecure-" + secrets.token_urlsafe(50), "everybody can read", id="made by Django"),
        pytest.param("known-to-everybody-never-in-production", "everybody can read", id="of development"),
        pytest.param("KNOWN-TO-EVERYBODY-never-in-production", "everybody can read", id="in capitals"),
        pytest.param("only-for-the-check-of-the-settings-" + "0123456789" * 3, "everybody can read", id="of the check"),
        pytest.param("ChangeMe" + secrets.token_urlsafe(50), "everybody can read", id="of an example"),
    ],
)
def test_key_that_can_be_guessed_is_refused(key: str, reason: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^SECRET_KEY .*{reason}.*openssl rand -base64 48$"):
        refuse_unsafe_key(key)


@pytest.mark.parametrize("make", [secrets.token_urlsafe, secrets.token_hex], ids=["urlsafe", "hexadecimal"])
def test_random_key_is_accepted(make: Callable[[int], str]) -> None:
    refuse_unsafe_key(make(38))


def test_no_key_that_stands_in_the_repository_is_accepted() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), key)
        for path in tracked()
        if path.suffix not in (".po", ".json", ".csv")
        for key in KEYS_IN_FILES.findall(path.read_text(errors="replace"))
    }
    assert ("docs/operations.md", "…") in found
    for _path, key in sorted(found):
        with pytest.raises(ImproperlyConfigured):
            refuse_unsafe_key(key)


@pytest.mark.parametrize("name", ["*", ".", "..", ".org", "*.example.org", ""])
def test_host_that_allows_any_is_refused(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^ALLOWED_HOSTS .*samenspel\.example\.org$"):
        refuse_any_host(["samenspel.example.org", name])
    with pytest.raises(ImproperlyConfigured, match=r"^ALLOWED_HOSTS names no host"):
        refuse_any_host([])


def test_host_of_ones_own_is_accepted() -> None:
    refuse_any_host(["samenspel.example.org", ".example.org", "localhost", "10.0.0.1", "[::1]"])


@pytest.mark.parametrize(
    "url",
    [
        "samenspel.example.org",
        "ftp://samenspel.example.org",
        "https://",
        "https://[::1",
        "https://user@samenspel.example.org",
        "https://samenspel.example.org/path",
        "https://samenspel.example.org?x=1",
        "https://samenspel.example.org:port",
        "https://samenspel .example.org",
        "http://samenspel.example.org",
        "https://localhost:8000",
        "https://127.0.0.1",
        "https://[::1]",
        "https://0.0.0.0",
        "https://app.localhost",
    ],
)
def test_site_that_no_reader_of_a_mail_can_follow_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^SITE_URL .*https://samenspel\.example\.org$"):
        refuse_unusable_site(url, https=True)


@pytest.mark.parametrize("url", ["http://samenspel.example.org:8000", "http://localhost:8000"])
def test_site_without_https_is_accepted_where_nothing_is_redirected(url: str) -> None:
    refuse_unusable_site(url, https=False)
    result = start(
        ENTRIES["manage"], SITE_URL=url, SECURE_SSL_REDIRECT="false", DATABASE_URL="postgres://127.0.0.1:1/x"
    )
    assert "does not start" not in result.stderr
    assert "127.0.0.1" in result.stderr  # it came as far as asking the database


@pytest.mark.parametrize("url", ["sqlite:///samenspel.db", "mysql://localhost/samenspel", "samenspel", ""])
def test_other_database_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL .*postgres://account:password@host:5432/samenspel$"):
        refuse_other_database(url)


def test_demo_with_its_known_passwords_never_goes_into_production(settings: object) -> None:
    settings.DEMO_ALLOWED = False  # type: ignore[attr-defined]
    with pytest.raises(ActionRefused, match="never goes into production"):
        build(seed=1)

    result = start([sys.executable, "manage.py", "seed_demo"], DATABASE_URL="postgres://127.0.0.1:1/none")
    assert result.returncode == 1
    assert "never goes into production" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_compose_and_image_ask_for_values_that_start() -> None:
    dockerfile = Path(ROOT / "Dockerfile").read_text()
    assert "SECRET_KEY=$(" in dockerfile
    assert "SECRET_KEY:?" in Path(ROOT / "docker-compose.yml").read_text()
