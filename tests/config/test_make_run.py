"""`make run` as people use it: start, stop, start again, and after a kill."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

from tests.processes import ROOT, wait_until


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with socket.create_server(("127.0.0.1", 0)) as free:
        return known | {"SAMENSPEL_VAR": str(tmp_path / "var"), "PORT": str(free.getsockname()[1])}


@contextmanager
def run(environment: dict[str, str], ending: signal.Signals) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Start a run; yield its output until it is up, and its processes; end it with the signal."""
    command = [sys.executable, "-m", "config.devserver"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        said = ""
        while not said.endswith("Ctrl-C stops it.\n"):
            line = supervisor.stdout.readline()
            assert line, f"ended with {supervisor.wait()} after saying: {said}"
            said += line
        try:
            yield said, psutil.Process(supervisor.pid).children(recursive=True)
        finally:
            supervisor.send_signal(ending)
            supervisor.wait()


def names(processes: list[psutil.Process]) -> set[str]:
    known = ("postgres", "gunicorn", "celery")
    return {name for process in processes for name in known if name in _command(process)}


def _command(process: psutil.Process) -> str:
    """Return the command of a process; empty when it has ended, as short-lived children of the supervisor do."""
    with suppress(psutil.NoSuchProcess):
        if process.status() != psutil.STATUS_ZOMBIE:
            return " ".join(process.cmdline())
    return ""


def left(processes: list[psutil.Process]) -> set[str]:
    return names([process for process in processes if process.is_running()])


def status(environment: dict[str, str]) -> tuple[int, str | None]:
    connection = HTTPConnection("127.0.0.1", int(environment["PORT"]))
    connection.request("GET", "/")
    response = connection.getresponse()
    return response.status, response.headers["Location"]


def test_a_run_fills_an_empty_folder_stops_whole_and_starts_clean_after_a_kill(environment: dict[str, str]) -> None:
    with run(environment, signal.SIGINT) as (said, first):
        assert "Loading the demo data" in said
        assert f"Samenspel runs on http://localhost:{environment['PORT']}\n" in said
        assert status(environment) == (302, "/accounts/login/?next=/")
        assert names(first) == {"postgres", "gunicorn", "celery"}
    assert left(first) == set()

    with run(environment, signal.SIGKILL) as (said, killed):
        assert "Loading the demo data" not in said
        assert names(killed) == {"postgres", "gunicorn", "celery"}
    wait_until(lambda: not left(killed), "the end of what a killed run left")

    with run(environment, signal.SIGTERM) as (said, third):
        assert "Loading the demo data" not in said
        # Beat is a child of the worker, with the same command or a title of its own.
        workers = [process for process in third if "celery" in _command(process) and " worker " in _command(process)]
        (worker,) = [process for process in workers if process.parent() not in workers]
        worker.kill()
        wait_until(lambda: not left(third), "the end of the run of a killed worker, its beat included")
