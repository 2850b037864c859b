"""The web process, the same in `make run` and in production; the environment gives the numbers."""

import os

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
graceful_timeout = 10
control_socket_disable = True
