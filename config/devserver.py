"""`make run`: database, demo data, web, jobs and scheduler of one folder, started and stopped as one."""

import fcntl
import io
import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

import django
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from config.messages import compile_catalogues
from config.processes import Processes, clear_leftovers

HOST = os.environ.get("HOST") or "127.0.0.1"
WEB_SECONDS = 60
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotRun(Exception):
    """Says in one line why the application cannot run here and now."""


def main() -> int:
    """Runs until Ctrl-C or SIGTERM; 0 after those, 1 with one line when it cannot start or a part of it stops."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    listen_to_signals(leave)
    try:
        refuse_odd_port(os.environ.get("PORT", "8000"))
        with only_run() as ledger:
            clear_leftovers(ledger)
            refuse_taken_port(settings.PORT)
            prepare()
            serve(Processes(ledger))
    except (CannotRun, OperationalError) as error:
        print(f"Samenspel: {str(error).strip()}", file=sys.stderr)
        return 1
    return 0


def listen_to_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in SIGNALS:
        signal.signal(number, handler)


def leave(number: int, frame: FrameType | None) -> None:
    """Ends the run once; a second Ctrl-C does not disturb the stopping."""
    listen_to_signals(signal.SIG_IGN)
    raise SystemExit(0)


@contextmanager
def only_run() -> Iterator[IO[str]]:
    """Holds this folder for one run at a time; the system lets go of it however the run ends."""
    with open_ledger(settings.VAR_DIR) as ledger:
        try:
            fcntl.flock(ledger, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"already running from this folder ({settings.VAR_DIR}); stop that run first") from None
        yield ledger


def open_ledger(folder: Path) -> IO[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / "run.lock").open("a+", errors="replace")
    except OSError as error:
        raise CannotRun(f"the folder {folder} cannot be used ({error.strerror})") from None


def refuse_odd_port(text: str) -> None:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535):
        raise CannotRun(f"PORT is a number from 1 to 65535, not “{text}”")


def refuse_taken_port(port: int) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotRun(f"port {port} cannot be used ({error.strerror}); try: make run PORT={port + 1}") from None


def prepare() -> None:
    """Brings translations and database up to date, and fills an empty database with the demo."""
    compile_catalogues()
    make_broker_folders(settings.BROKER_DIR)
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    seed_when_empty()
    connection.close()


def make_broker_folders(folder: Path) -> None:
    """Jobs that wait are kept. Who listens is written anew by each worker: a kill can leave half of it, unreadable."""
    shutil.rmtree(folder / "control", ignore_errors=True)
    for name in ("queue", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)


def seed_when_empty() -> None:
    from collab.models import Collaboration

    if not Collaboration.objects.exists():
        print("Loading the demo data …", flush=True)
        # All or nothing: a demo that was broken off half-way would look like real data the next time.
        with transaction.atomic():
            call_command("seed_demo", seed=1, stdout=io.StringIO())  # the accounts are told when everything runs


def serve(processes: Processes) -> None:
    """Starts web and worker, tells where to go, and watches them until the end of the run."""
    try:
        processes.start("web", web_command(), settings.BASE_DIR)
        processes.start("worker", worker_command(), settings.BASE_DIR)
        wait_for_web(processes)
        print(welcome(), flush=True)
        watch(processes)
    finally:
        listen_to_signals(signal.SIG_IGN)
        processes.stop()


def watch(processes: Processes) -> None:
    """Returns when whoever started us was killed without telling us; complains when a child stops by itself."""
    parent = os.getppid()
    while os.getppid() == parent:
        if ended := processes.ended():
            raise CannotRun(f"the {ended} process stopped by itself; what it said is above")
        time.sleep(0.5)


def web_command() -> list[str]:
    return [sys.executable, "-m", "gunicorn", "config.wsgi", "--config", "config/gunicorn.py"]


def worker_command() -> list[str]:
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser privileges"]
    options = ["--beat", "--pool=threads", "--concurrency=4", "--loglevel=WARNING", "--without-mingle"]
    return [*python, "-m", "celery", "--app=config", "--quiet", "worker", *options]


def wait_for_web(processes: Processes) -> None:
    deadline = time.monotonic() + WEB_SECONDS
    while time.monotonic() < deadline:
        if ended := processes.ended():
            raise CannotRun(f"the {ended} process did not start; what it said is above")
        try:
            with urllib.request.urlopen(f"http://{HOST}:{settings.PORT}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise CannotRun(f"no answer from port {settings.PORT} within {WEB_SECONDS} seconds")


def welcome() -> str:
    from portfolio.demo import accounts_in_words

    return "\n".join(["", f"Samenspel runs on {settings.SITE_URL}", *accounts_in_words(), "Ctrl-C stops it.", ""])


if __name__ == "__main__":
    sys.exit(main())
