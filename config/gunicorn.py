"""The web process, the same in `make run` and in production; the environment gives the numbers."""

import gc
import os

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
graceful_timeout = 10
control_socket_disable = True


def post_worker_init(worker: object) -> None:
    """What was loaded by now stays for good: Python need not look for garbage in it, nor as often in the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
