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
from notifications.pausing import mail_pause

# Checks without which people can work all the same.
DISPENSABLE = {"mail"}


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


def check_mail() -> None:
    if pause := mail_pause():
        raise NotReady(f"{pause}: a restored copy, until manage.py resume_mail")


def state() -> dict[str, str]:
    """Return the outcome of each check.

    Heartbeat and pause are stored in the database: without it their checks would only wait again for a connection.
    """
    database, broker = outcome(check_database), outcome(check_broker)
    stored = {"beat": check_beat, "mail": check_mail}
    unknown = "not known without the database"
    return {
        "database": database,
        "broker": broker,
        **{name: outcome(check) if database == "ok" else unknown for name, check in stored.items()},
    }


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
    """Answer 200 when database, broker and jobs work; 503 with the reason per check when one of them does not.

    What people can work without is "degraded", with 200: sent elsewhere, their requests would find the same.
    """
    checks = state()
    failed = {name for name, result in checks.items() if result != "ok"}
    status = "unavailable" if failed - DISPENSABLE else "degraded" if failed else "ok"
    return JsonResponse({"status": status, "checks": checks}, status=503 if status == "unavailable" else 200)
