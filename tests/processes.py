"""Run other processes in tests: of code that has to hold between processes, and when one of them is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from django.db import connection

# For processes that have to send whenever the tests run.
AT_ANY_HOUR = {"MAIL_HOURS": "0-24", "MAIL_QUIET_WEEKENDS": "false"}
ROOT = Path(__file__).resolve().parents[1]


def database_url() -> str:
    """Return the database of the running test, for another process, which sees committed rows only."""
    connection.ensure_connection()
    place = connection.settings_dict
    account = f"{quote(place['USER'])}:{quote(place['PASSWORD'])}"
    if place["HOST"].startswith("/"):
        return f"postgres://{account}@/{quote(place['HOST'])}/{place['NAME']}"
    return f"postgres://{account}@{place['HOST']}:{place['PORT'] or 5432}/{place['NAME']}"


@contextmanager
def python(*arguments: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Start a Python process in a group of its own, and end it afterwards; give ``"manage.py", …`` or ``"-m", …``."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """Send ``kill -9`` to the process and all its children, without warning."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(condition: Callable[[], bool], what: str, *, every: float = 0.02, seconds: float = 60) -> None:
    """Return as soon as ``condition`` holds; the time only ends a test that hangs."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still waiting: {what}"
        time.sleep(every)
