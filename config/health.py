"""Health checks for a monitor: whether this process is alive, and whether the application can do its work."""

import ipaddress
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from common.masking import mask
from config.celery import app
from notifications.models import Heartbeat, OutgoingMail
from notifications.pausing import mail_pause

# A monitor gives up after a few seconds: the answer leaves before that, whatever does not answer us.
PATIENCE_SECONDS = 2.5
# Checks without which people can work all the same.
DISPENSABLE = {"mail"}
NO_DATABASE = "not known without the database"
OK, DEGRADED, UNAVAILABLE = "ok", "degraded", "unavailable"


class NotReady(Exception):
    """The reason, in one line, why a part does not work."""


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_broker() -> None:
    with app.connection_for_write(connect_timeout=2) as broker:
        broker.connect()


def check_cache() -> None:
    """Write a value of our own and read it back; raise NotReady when the cache forgets it immediately."""
    key, value = f"health:{secrets.token_hex(8)}", secrets.token_hex(8)
    cache.set(key, value, 10)
    if cache.get(key) != value:
        raise NotReady("does not keep what is written")
    cache.delete(key)


def check_beat() -> None:
    beat_at = Heartbeat.objects.filter(name="beat").values_list("beat_at", flat=True).first()
    if beat_at is None:
        raise NotReady("no heartbeat yet")
    age = timezone.now() - beat_at
    if age > timedelta(seconds=settings.HEARTBEAT_MAX_AGE):
        raise NotReady(f"last heartbeat {age.total_seconds():.0f} seconds ago")


def check_mail(mail: dict[str, int]) -> None:
    """Raise NotReady when mail is held back or stays behind, and when some failed in the last day."""
    reasons = []
    if pause := mail_pause():
        reasons.append(f"{pause}: a restored copy, until manage.py resume_mail")
    elif mail["oldest_waiting_seconds"] > settings.MAIL_MAX_AGE:
        reasons.append(f"the oldest waits for {mail['oldest_waiting_seconds']} seconds")
    if mail["failed_last_day"]:
        reasons.append(f"{mail['failed_last_day']} failed in the last day")
    if mail["perhaps_sent_last_day"]:
        reasons.append(f"{mail['perhaps_sent_last_day']} perhaps sent in the last day")
    if reasons:
        raise NotReady("; ".join(reasons))


def outcome(check: Callable[[], None]) -> str:
    """Return "ok", or in one line the error of the check: an exception inside a check is its answer."""
    try:
        check()
    except Exception as error:
        return mask(" ".join(str(error).split())) or type(error).__name__
    return OK


def without_database(reason: str) -> dict[str, Any]:
    """Return the answers that need the database, where it does not answer or has none of our tables."""
    return {"database": reason, "beat": NO_DATABASE, "mail": NO_DATABASE, "figures": None}


def ask_database() -> dict[str, Any]:
    """Return the checks that the database answers, and the figures of the mail."""
    if (database := outcome(check_database)) != OK:
        return without_database(database)
    try:
        figures = OutgoingMail.objects.health(timezone.now())
    except DatabaseError as error:
        return without_database(" ".join(str(error).split()))
    mail = outcome(lambda: check_mail(figures))
    return {"database": OK, "beat": outcome(check_beat), "mail": mail, "figures": figures}


def state() -> dict[str, Any]:
    """Return the outcome of each check and the figures of the mail, within ``PATIENCE_SECONDS``.

    Each server is asked in a thread of its own, which is left behind when it does not answer in time: no timeout of a
    library covers a server that takes a connection and then says nothing.
    """
    found: dict[str, Any] = {}
    asks: dict[str, Callable[[], object]] = {
        "database": ask_database,
        "broker": lambda: outcome(check_broker),
        "cache": lambda: outcome(check_cache),
    }

    def ask(name: str) -> None:
        try:
            found[name] = asks[name]()
        finally:
            with suppress(Exception):
                connection.close()

    threads = [threading.Thread(target=ask, args=(name,), daemon=True) for name in asks]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0))
    late = f"no answer within {PATIENCE_SECONDS} seconds"
    stored = found.get("database") or without_database(late)
    checks = {
        "database": stored["database"],
        "broker": found.get("broker", late),
        "cache": found.get("cache", late),
        "beat": stored["beat"],
        "mail": stored["mail"],
    }
    failed = {name for name, result in checks.items() if result != OK}
    status = UNAVAILABLE if failed - DISPENSABLE else DEGRADED if failed else OK
    return {"status": status, "checks": checks, "mail": stored["figures"]}


def _may_read_details(request: HttpRequest) -> bool:
    """Return whether the request comes from a network of the monitor.

    A request that a proxy forwarded, while no proxy is expected, may come from anywhere.
    """
    proxies = getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0)
    if not proxies and "X-Forwarded-For" in request.headers:
        return False
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except ValueError:
        return False
    return any(address in network for network in settings.MONITOR_NETWORKS)


@login_not_required
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process answers."""
    return JsonResponse({"status": OK})


@login_not_required
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when all servers and jobs work; 503 when one of them does not.

    What people can work without is "degraded", with 200: sent elsewhere, their requests would find the same.
    The reasons are told only to the networks of the monitor (``MONITOR_NETWORKS``).
    """
    found = state()
    told = found if _may_read_details(request) else {"status": found["status"]}
    return JsonResponse(told, status=503 if found["status"] == UNAVAILABLE else 200)


VIEWS: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}


def without_session(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer the health checks before session and user are read: with a cookie those would wait for the database."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return VIEWS.get(request.path_info, get_response)(request)

    return middleware
