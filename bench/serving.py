"""The application as in production, on one database: its environment, its preparation, its web server."""

import json
import os
import secrets
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
    """A served application: its port, and the pages to ask of it."""

    port: int
    pages: list[Page]


@contextmanager
def site(address: str, size: int, seed: int, prepare: str = "bench.prepare") -> Iterator[Site]:
    """Serve the application on the database at ``address``, filled first by the module ``prepare``."""
    environment = production(address, _free_port())
    pages = prepared_pages(environment, prepare, size, seed)
    # As in production, save that a connection of ours may stay idle for longer.
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--config", "config/gunicorn.py", "--keep-alive", "60"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sys.stderr)
    try:
        _wait_for(int(environment["PORT"]))
        yield Site(int(environment["PORT"]), pages)
    finally:
        server.terminate()
        server.wait(timeout=30)


def prepared_pages(environment: dict[str, str], module: str, size: int, seed: int) -> list[Page]:
    """Fill the database of ``environment`` unless it is filled; return the pages to ask of it."""
    command = [sys.executable, "-m", module, str(size), str(seed)]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    return [Page.read(row) for row in json.loads(done.stdout)]


def production(address: str, port: int) -> dict[str, str]:
    """Return the settings of production; no page measured uses broker, cache or mail."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DATABASE_URL": address,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "localhost",
        "CACHE_URL": "locmemcache://bench",
        "CELERY_BROKER_URL": "memory://",
        "EMAIL_URL": "dummymail://",
        "SITE_URL": "https://samenspel.example.org",
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
