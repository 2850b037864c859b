"""Child processes of `make run`: started together, stopped together, and cleared away when a run was killed."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

STOP_SECONDS = 8
# The variable by which a child learns which process it has to end with.
PARENT = "SAMENSPEL_PARENT"


class Processes:
    """The child processes of one run.

    Their numbers are kept in ``ledger``, so that a next run can stop the ones that a kill left.
    """

    def __init__(self, ledger: IO[str], stop_seconds: float = STOP_SECONDS) -> None:
        self.ledger = ledger
        self.stop_seconds = stop_seconds
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str], folder: Path) -> None:
        """Start a child in a session of its own: Ctrl-C in the terminal reaches us, and we stop it in order."""
        environment = {**os.environ, PARENT: str(os.getpid())}
        child = subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True)
        self.running[name] = child
        print(child.pid, psutil.Process(child.pid).create_time(), file=self.ledger, flush=True)

    def ended(self) -> str | None:
        """Return the name of a child that stopped by itself; None when all run."""
        return next((name for name, child in self.running.items() if child.poll() is not None), None)

    def stop(self) -> None:
        """Stop all children and their descendants; kill those that do not stop in time."""
        running = [psutil.Process(child.pid) for child in self.running.values() if child.poll() is None]
        stop_trees(running, self.stop_seconds)
        for child in self.running.values():
            child.wait()
        self.ledger.seek(0)
        self.ledger.truncate()


def end_with_parent(parent: int | None = None) -> None:
    """End this process soon after its parent, however that ends; without one, after the one that ``PARENT`` names.

    A look at the parent's number twice a second works on every system; Linux alone could have the kernel tell us.
    Does nothing in a process that no run started.
    """
    parent = parent or int(os.environ.get(PARENT, "0"))
    if not parent:
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        # What does not listen is not left behind either.
        time.sleep(STOP_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()


def clear_leftovers(ledger: IO[str]) -> int:
    """Stop the children of a run that was killed before it could do so itself; return their number."""
    ledger.seek(0)
    leftovers = [process for line in ledger if (process := still_alive(line))]
    stop_trees(leftovers)
    ledger.seek(0)
    ledger.truncate()
    return len(leftovers)


def still_alive(line: str) -> psutil.Process | None:
    """Return the process on a line of the ledger, if its number has not gone to another program since.

    Returns None for a line that a kill or a full disk cut off.
    """
    try:
        pid, created = line.split()
        process = psutil.Process(int(pid))
        return process if abs(process.create_time() - float(created)) < 1 else None
    except (psutil.NoSuchProcess, ValueError):
        return None


def stop_trees(parents: Sequence[psutil.Process], seconds: float = STOP_SECONDS) -> None:
    """Ask each process to stop; kill it and its descendants after ``seconds``."""
    family = {process for parent in parents for process in [parent, *descendants(parent)]}
    for parent in parents:
        with suppress(psutil.NoSuchProcess):
            parent.send_signal(signal.SIGTERM)
    stubborn = still_at_work(family, seconds)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    still_at_work(stubborn, seconds)


def descendants(parent: psutil.Process) -> list[psutil.Process]:
    try:
        return parent.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def still_at_work(processes: set[psutil.Process], seconds: float) -> set[psutil.Process]:
    """Wait up to ``seconds`` until all have ended; return those that have not.

    A dead process whose parent died keeps its number until the system collects it, and in some containers the system
    never does: zombies count as ended.
    """
    deadline = time.monotonic() + seconds
    while (working := {process for process in processes if at_work(process)}) and time.monotonic() < deadline:
        time.sleep(0.02)
    return working


def at_work(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
