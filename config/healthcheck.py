"""Health checks of the containers: ``python -m config.healthcheck web`` or ``… jobs``; exit 1 with the reason."""

import os
import sys
import urllib.error
import urllib.request

import django

from config.startup import load_settings


def web() -> str:
    """Return "ok" when the web process on this machine answers, otherwise the error."""
    headers = {"Host": allowed_host(os.environ.get("ALLOWED_HOSTS", "")), "X-Forwarded-Proto": "https"}
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5):
            return "ok"
    except (urllib.error.URLError, OSError) as error:
        return str(error)


def allowed_host(names: str) -> str:
    """Return a host name that Django accepts; the first may be a pattern, such as “.example.org” or “*”."""
    name = names.split(",")[0].strip().removeprefix(".")
    return name if name.strip("*") else "localhost"


def jobs() -> str:
    """Return "ok" when scheduler and workers have left a fresh heartbeat in the database, otherwise the reason."""
    load_settings()
    django.setup()
    from config import health

    return health.outcome(health.check_beat)


if __name__ == "__main__":
    result = {"web": web, "jobs": jobs}[sys.argv[1]]()
    print(result)
    sys.exit(result != "ok")
