"""The web process, the same in `make run` and in production; the environment gives the numbers."""

import gc
import os
from typing import Any

from config.processes import end_with_parent
from config.slow_clients import end_limit, limit_reading
from config.startup import load_settings
from config.versions import refuse_waiting_migrations

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
# A worker that cannot start would be started again and again: the master refuses, once.
load_settings()

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
graceful_timeout = 10
control_socket_disable = True
# What a process makes, uploads that wait on disk among it, is for its own account alone.
umask = 0o077


def on_starting(server: object) -> None:
    """Refuse, once and in one line, to serve a database that has not been migrated.

    The web process of `make run` ends with the run, also when that was killed.
    """
    refuse_waiting_migrations()
    end_with_parent()


def post_worker_init(worker: object) -> None:
    """Exclude the objects loaded so far from garbage collection, and collect the others less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def pre_request(worker: Any, request: Any) -> None:
    """Limit the time of a body: a client that sends it byte by byte would keep a thread for as long as it likes."""
    limit_reading(request)


def post_request(worker: Any, request: Any, environ: dict[str, Any], response: Any) -> None:
    end_limit(request)
