"""``make bench``: seeds a database per size, serves it as in production, measures, prints the table."""

import argparse
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
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]
SIZES = [10_000, 100_000]
ROUNDS = 150
WORKERS = 2
START_SECONDS = 60
SERVER = "postgres://postgres@127.0.0.1:5432/postgres"


def main() -> None:
    """Measure every size in a process of its own; each gets a database that is dropped afterwards."""
    options = _options()
    if options.measure:
        _measure(options.measure, options.rounds)
        return
    from bench.client import Timings
    from bench.report import table

    measured = {}
    for size in sorted(options.sizes):
        with _database(options.server, size, keep=options.keep) as url:
            figures = _in_process(url, size, options.rounds)
        measured[size] = {name: Timings(**row) for name, row in figures.items()}
    print(table(measured))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="organisations and collaborations")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="requests per page")
    parser.add_argument("--keep", action="store_true", help="keep the databases, and use those that are there")
    parser.add_argument("--server", default=os.environ.get("DATABASE_URL", SERVER), help="a PostgreSQL server")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


@contextmanager
def _database(server: str, size: int, *, keep: bool) -> Iterator[str]:
    name = f"samenspel_bench_{size}"
    with psycopg.connect(server, autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if there and not keep:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
        if not there or not keep:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        if not keep:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


def _in_process(url: str, size: int, rounds: int) -> dict[str, dict[str, object]]:
    environment = _production(url)
    command = [sys.executable, "-m", "bench", "--measure", str(size), "--rounds", str(rounds)]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    figures: dict[str, dict[str, object]] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _production(url: str) -> dict[str, str]:
    port = str(_free_port())
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DATABASE_URL": url,
        "SECRET_KEY": "only-for-measuring-" + "x" * 40,
        "ALLOWED_HOSTS": "localhost",
        "CACHE_URL": "locmemcache://bench",
        "CELERY_BROKER_URL": "memory://",
        "EMAIL_URL": "dummymail://",
        "SITE_URL": f"https://localhost:{port}",
        "STATIC_ROOT": str(ROOT / "var" / "bench-static"),
        "TRUSTED_PROXY_COUNT": "1",
        "WEB_CONCURRENCY": str(WORKERS),
        "LOG_LEVEL": "WARNING",
        "PORT": port,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _measure(size: int, rounds: int) -> None:
    """Seed, serve, ask; the figures go to standard output as one line of JSON."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from bench.client import measure
    from bench.pages import pages
    from bench.seed import seed
    from partners.models import Organisation

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if not Organisation.objects.exists():
        started = time.monotonic()
        seed(size=size, today=date.today())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print(f"Seeded {size:,} in {time.monotonic() - started:.0f} s.", file=sys.stderr)
    to_ask = pages()
    connection.close()
    with _served(settings.PORT):
        measured = measure(settings.PORT, to_ask, rounds)
    rows = {name: {"milliseconds": row.milliseconds, "queries": row.queries} for name, row in measured.items()}
    print(json.dumps(rows))


@contextmanager
def _served(port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--config", "config/gunicorn.py"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=sys.stderr)
    try:
        _wait_for(port)
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    main()
