"""Run database, demo data, web, jobs and scheduler of one folder together (`make run`)."""

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
from django.db.migrations.recorder import MigrationRecorder

from config.messages import compile_catalogues
from config.private_files import open_private, private_folder
from config.processes import Processes, clear_leftovers
from config.versions import unknown

HOST = os.environ.get("HOST") or "127.0.0.1"
# Names by which only this machine is reached: a page of another site that points its own name here has none of them.
THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
WEB_SECONDS = 60
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotRun(Exception):
    """The reason, in one line, why the application cannot run here and now."""


def main() -> int:
    """Run until Ctrl-C or SIGTERM; return 0 after those, 1 with one line when it cannot start or a part of it stops."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ["FIRST_STEPS_HOSTS"] = ",".join(THIS_MACHINE) if HOST in ("localhost", "127.0.0.1", "::1") else ""
    os.umask(0o077)
    listen_to_signals(leave)
    try:
        refuse_odd_port(os.environ.get("PORT", "8000"))
        with_demo = wants_demo(os.environ.get("DEMO", ""))
        with only_run() as ledger:
            clear_leftovers(ledger)
            refuse_taken_port(settings.PORT)
            prepare(with_demo=with_demo)
            serve(Processes(ledger))
    except (CannotRun, OperationalError) as error:
        print(f"Samenspel: {str(error).strip()}", file=sys.stderr)
        return 1
    return 0


def listen_to_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in SIGNALS:
        signal.signal(number, handler)


def leave(number: int, frame: FrameType | None) -> None:
    """End the run; ignore further signals, so that a second Ctrl-C does not disturb the stopping."""
    listen_to_signals(signal.SIG_IGN)
    raise SystemExit(0)


@contextmanager
def only_run() -> Iterator[IO[str]]:
    """Lock this folder for one run at a time; the system releases the lock however the run ends. Raises CannotRun."""
    with open_ledger(settings.VAR_DIR) as ledger:
        try:
            fcntl.flock(ledger, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"already running from this folder ({settings.VAR_DIR}); stop that run first") from None
        yield ledger


def open_ledger(folder: Path) -> IO[str]:
    try:
        private_folder(folder)
        return open_private(folder / "run.lock", "a+", errors="replace")
    except OSError as error:
        raise CannotRun(f"the folder {folder} cannot be used ({error.strerror})") from None


def refuse_odd_port(text: str) -> None:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535):
        raise CannotRun(f"PORT is a number from 1 to 65535, not “{text}”")


def wants_demo(text: str) -> bool:
    """Return whether an empty database gets the demo; raise CannotRun for anything but yes and no."""
    if text not in ("", "yes", "no"):
        raise CannotRun(f"DEMO is yes or no, not “{text}”")
    return text != "no"


def refuse_taken_port(port: int) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotRun(f"port {port} cannot be used ({error.strerror}); try: make run PORT={port + 1}") from None


def prepare(*, with_demo: bool) -> None:
    """Update translations and database, and fill an empty database with the demo if that is wanted."""
    compile_catalogues()
    make_broker_folders(settings.BROKER_DIR)
    django.setup()
    refuse_other_version()
    call_command("migrate", verbosity=0, interactive=False)
    if with_demo:
        seed_when_empty()
    connection.close()


def refuse_other_version() -> None:
    """Raise CannotRun for a database with migrations that this version does not have.

    Migrating would leave such a database half of one version and half of another, without a word.
    """
    if newer := unknown(MigrationRecorder(connection).applied_migrations()):
        raise CannotRun(
            f"the data in {settings.VAR_DIR} was made by another version ({'.'.join(newer[0])} is not in this one);"
            " run that version, or move the folder away"
        )


def make_broker_folders(folder: Path) -> None:
    """Make the folders of the queue; keep waiting jobs and clear the list of listening workers.

    Each worker writes that list anew, and a kill can leave it half written and unreadable.
    """
    shutil.rmtree(folder / "control", ignore_errors=True)
    for name in ("queue", "control"):
        private_folder(folder / name)


def seed_when_empty() -> None:
    from accounts.models import User

    # Somebody who began with own data has an account before the first collaboration.
    if not User.objects.exists():
        print("Loading the demo data …", flush=True)
        # All or nothing: a demo that was broken off half-way would look like real data the next time.
        with transaction.atomic():
            call_command("seed_demo", seed=1, stdout=io.StringIO())  # the accounts are told when everything runs


def serve(processes: Processes) -> None:
    """Start web and worker, print the address, and watch both until the end of the run."""
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
    """Watch the children until our parent process is killed; raise CannotRun when a child stops by itself."""
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
    """Return what to do now: where it runs, who can sign in, and where its mails are."""
    from portfolio.first_steps.words import how_to_begin

    return "\n".join(["", f"Samenspel runs on {settings.SITE_URL}", *how_to_begin(), "Ctrl-C stops it.", ""])


if __name__ == "__main__":
    sys.exit(main())
