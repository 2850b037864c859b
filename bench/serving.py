"""The application as in production, on one database: its environment, its preparation, its web server."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.client import Page
from bench.databases import ROOT

WORKERS = 2
START_SECONDS = 60


@dataclass(frozen=True)
class Site:
    """A served application: where it listens, and the pages to ask of it."""

    port: int
    pages: list[Page]


@contextmanager
def site(address: str, size: int, seed: int) -> Iterator[Site]:
    """The application on the database at ``address``, filled first; served until the end."""
    environment = _production(address, _free_port())
    pages = _prepared(environment, size, seed)
    # As in production, save that a connection of ours may stay idle for longer.
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--config", "config/gunicorn.py", "--keep-alive", "60"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sys.stderr)
    try:
        _wait_for(int(environment["PORT"]))
        yield Site(int(environment["PORT"]), pages)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _prepared(environment: dict[str, str], size: int, seed: int) -> list[Page]:
    command = [sys.executable, "-m", "bench.prepare", str(size), str(seed)]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    return [Page.read(row) for row in json.loads(done.stdout)]


def _production(address: str, port: int) -> dict[str, str]:
    """What production asks for; no page measured uses broker, cache or mail."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DATABASE_URL": address,
        "SECRET_KEY": "only-for-measuring-" + "x" * 40,
        "ALLOWED_HOSTS": "localhost",
        "CACHE_URL": "locmemcache://bench",
        "CELERY_BROKER_URL": "memory://",
        "EMAIL_URL": "dummymail://",
        "SITE_URL": f"https://localhost:{port}",
        "STATIC_ROOT": str(ROOT / "var" / "bench" / "static"),
        "TRUSTED_PROXY_COUNT": "1",
        "WEB_CONCURRENCY": str(WORKERS),
        "LOG_LEVEL": "WARNING",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
