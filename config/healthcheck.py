"""The health checks of the containers: ``python -m config.healthcheck web`` or ``… jobs``; exit 1 with the reason."""

import os
import sys
import urllib.error
import urllib.request

import django


def web() -> str:
    """Whether the web process on this machine answers."""
    headers = {"Host": allowed_host(os.environ.get("ALLOWED_HOSTS", "")), "X-Forwarded-Proto": "https"}
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5):
            return "ok"
    except (urllib.error.URLError, OSError) as error:
        return str(error)


def allowed_host(names: str) -> str:
    """A host name that Django accepts; the first may be a pattern, such as “.example.org” or “*”."""
    name = names.split(",")[0].strip().removeprefix(".")
    return name if name.strip("*") else "localhost"


def jobs() -> str:
    """Whether scheduler and workers together leave a fresh heartbeat in the database."""
    django.setup()
    from config import health

    return health.outcome(health.check_beat)


if __name__ == "__main__":
    result = {"web": web, "jobs": jobs}[sys.argv[1]]()
    print(result)
    sys.exit(result != "ok")
