"""Health checks for a monitor: whether this process is alive, and whether the application can do its work."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from common.masking import mask
from config.celery import app
from notifications.models import Heartbeat


class NotReady(Exception):
    """The reason, in one line, why a part does not work."""


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_broker() -> None:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1)


def check_beat() -> None:
    beat_at = Heartbeat.objects.filter(name="beat").values_list("beat_at", flat=True).first()
    if beat_at is None:
        raise NotReady("no heartbeat yet")
    age = timezone.now() - beat_at
    if age > timedelta(seconds=settings.HEARTBEAT_MAX_AGE):
        raise NotReady(f"last heartbeat {age.total_seconds():.0f} seconds ago")


def state() -> dict[str, str]:
    """Return the outcome of each check.

    The heartbeat is stored in the database: without a database its check would only wait again for a connection.
    """
    database, broker = outcome(check_database), outcome(check_broker)
    beat = outcome(check_beat) if database == "ok" else "not known without the database"
    return {"database": database, "broker": broker, "beat": beat}


def outcome(check: Callable[[], None]) -> str:
    """Return "ok", or in one line the error of the check: an exception inside a check is its answer."""
    try:
        check()
    except Exception as error:
        return mask(" ".join(str(error).split())) or type(error).__name__
    return "ok"


@login_not_required
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, broker and jobs work; 503 with the reason per check when one of them does not."""
    checks = state()
    ready = all(result == "ok" for result in checks.values())
    return JsonResponse({"status": "ok" if ready else "unavailable", "checks": checks}, status=200 if ready else 503)
