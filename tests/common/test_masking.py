"""No key stands in a log line: each way in which one could get there is tried, and all log records are kept."""

import logging
import secrets
import smtplib
import socket
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.adapter import AccountAdapter
from common.masking import MaskedReporter, mask
from config import health
from notifications.delivery import describe
from tests.processes import database_url, python, wait_until

TOKEN = secrets.token_urlsafe(32)
SESSION = secrets.token_hex(16)
CODE = "QZX-417"
WORDS = "Nobody here\ndares to say it"
KEYS = (TOKEN, SESSION, CODE, "hunter2hunter2")


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Return all log output, by a handler and a formatter without masking of their own."""
    kept = StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(pathname)s"))
    logging.getLogger().addHandler(handler)
    yield kept
    logging.getLogger().removeHandler(handler)


def clean(text: str) -> bool:
    return not [key for key in KEYS if key in text]


@pytest.mark.django_db
def test_refused_requests_are_logged_without_keys(logged: StringIO) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    link = reverse("assessments:answer", args=[TOKEN])
    client.cookies["sessionid"] = SESSION
    client.get(link)
    client.get(f"{link}nothing-here/?code={CODE}")
    client.put(reverse("assessments:answer-save", args=[TOKEN]))
    client.post(link, {"code": CODE}, headers={"referer": f"https://elsewhere.example{link}"}, secure=True)
    client.post(reverse("account_login"), {"next": link}, headers={"origin": f"https://elsewhere.example{link}"})
    client.get(f"/accounts/password/reset/key/1-{TOKEN}/extra/")
    client.get(link, headers={"host": f"{SESSION}.example"})
    client.get(f"/accounts/login/no-such-page/?next={link}")
    text = logged.getvalue()
    assert "Not Found: /e/…/" in text
    assert clean(text), text


@pytest.mark.django_db
def test_failure_is_logged_and_reported_without_keys(logged: StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(token: str) -> None:
        raise RuntimeError(f"cannot open /e/{token}/ with password='hunter2hunter2' and {{'code': '{CODE}'}}")

    monkeypatch.setattr("assessments.views.answering.find_invitation", fails)
    client = Client(raise_request_exception=False)
    assert client.get(reverse("assessments:answer", args=[TOKEN])).status_code == 500
    text = logged.getvalue()
    assert "Internal Server Error: /e/…/" in text
    assert "RuntimeError: cannot open /e/…/" in text
    assert clean(text), text

    request: HttpRequest = RequestFactory().get(
        f"/e/{TOKEN}/", {"code": CODE}, headers={"cookie": f"sessionid={SESSION}"}
    )
    try:
        fails(TOKEN)
    except RuntimeError:
        reporter = MaskedReporter(request, *sys.exc_info())
        assert clean(reporter.get_traceback_text())
        assert clean(reporter.get_traceback_html())


@pytest.mark.django_db
def test_error_of_the_database_names_no_key(logged: StringIO) -> None:
    with pytest.raises(DatabaseError) as caught, connection.cursor() as cursor:
        cursor.execute("SELECT session_key::int FROM (VALUES (%s)) AS row (session_key)", [SESSION])
    logging.getLogger("any").error("It failed", exc_info=caught.value)
    assert "invalid input syntax" in logged.getvalue()
    assert clean(logged.getvalue())


@pytest.mark.django_db
def test_value_that_the_database_cannot_read_is_not_logged(logged: StringIO) -> None:
    with pytest.raises(DatabaseError) as caught, connection.cursor() as cursor:
        cursor.execute("SELECT %s::int", [WORDS])
    logging.getLogger("any").error("It failed", exc_info=caught.value)
    assert 'invalid input syntax for type integer: "…"' in logged.getvalue()
    assert "dares" not in logged.getvalue()


@pytest.fixture
def refused_row() -> DatabaseError:
    """Return the error about a row with the words of somebody in it, as the views of Django get it."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE typed (words text, CONSTRAINT is_short CHECK (length(words) < 9))")
        with pytest.raises(DatabaseError) as caught:
            cursor.execute("INSERT INTO typed VALUES (%s)", [WORDS])
    assert WORDS in str(caught.value)
    return caught.value


@pytest.mark.django_db
def test_row_that_the_database_refuses_is_not_logged(logged: StringIO, refused_row: DatabaseError) -> None:
    """Log it as message, as an argument, as the cause of another error (a view) and in a group (a job)."""
    logger = logging.getLogger("any")
    logger.warning(refused_row)
    logger.warning("It waits: %s", refused_row)
    logger.warning("It waits: %(error)s", {"error": refused_row})
    try:
        raise RuntimeError("the job failed") from refused_row
    except RuntimeError:
        logger.exception("It failed")
    logger.error("Some failed", exc_info=ExceptionGroup("jobs", [ValueError("no"), refused_row]))
    text = logged.getvalue()
    assert text.count('violates check constraint "is_short"') == 7
    assert "dares" not in text


@pytest.mark.django_db
def test_report_holds_neither_what_was_typed_nor_the_row(refused_row: DatabaseError) -> None:
    request = RequestFactory().post("/any/", {"comment:keep": WORDS, "value_clear_goal": "2"})
    report = MaskedReporter(request, type(refused_row), refused_row, refused_row.__traceback__)
    text = report.get_traceback_text()
    assert "comment:keep" in text
    assert "is_short" in text
    assert "dares" not in text + report.get_traceback_html()


def test_answer_of_a_mail_server_is_kept_without_the_link_it_repeats() -> None:
    refused = smtplib.SMTPDataError(554, f"spam: https://samenspel.example.org/e/{TOKEN}/ is listed".encode())
    assert describe(refused) == "554 spam: https://samenspel.example.org/e/…/ is listed"
    assert clean(describe(smtplib.SMTPRecipientsRefused({"a@b.example": (550, f"see /e/{TOKEN}/".encode())})))


def test_code_to_sign_in_is_masked() -> None:
    code = AccountAdapter().generate_login_code()
    assert (
        mask(f"554 refused: Type this code on the page:\n\n{code}\n")
        == "554 refused: Type this code on the page:\n\n…\n"
    )


def test_health_names_no_password() -> None:
    def fails() -> None:
        raise OSError("cannot reach redis://user:hunter2hunter2@redis:6379/0")

    assert health.outcome(fails) == "cannot reach redis://user:…@redis:6379/0"


def test_arguments_of_jobs_and_of_any_logger_are_masked(logged: StringIO) -> None:
    logging.getLogger("celery.worker").warning("Received %s args=%r", "job", (TOKEN, {"key": SESSION}))
    logging.getLogger("gunicorn.access").warning('%(r)s "%(f)s"', {"r": f"GET /e/{TOKEN}/", "f": f"/e/{TOKEN}/"})
    logging.getLogger("broken").warning("%d", f"/e/{TOKEN}/")
    logging.getLogger("with stack").warning("x", stack_info=True)
    assert logged.getvalue().count("…") >= 4
    assert clean(logged.getvalue())


@pytest.mark.parametrize(
    "text",
    [
        "Task notifications.tasks.run_due[0b0fbb5e-4f5c-4b93-a2f5-0b0fbb5e4f5c] succeeded in 0.2s",
        "test_every_view_that_takes_files_asks_for_a_permission",
        "/partners/12/edit/ at 2026-11-30 14:05:45,993",
        "the embedded PostgreSQL did not start: No space left on device (see /srv/samenspel/var/postgres.log)",
        "/evaluations/12/results/",
        "django.core.exceptions.ImproperlyConfigured: Set the SECRET_KEY environment variable",
    ],
)
def test_what_is_no_key_stays_readable(text: str) -> None:
    assert mask(text) == text


@pytest.mark.django_db(transaction=True)
def test_web_process_writes_no_key(tmp_path: Path) -> None:
    """Start a real web process, with the access log that an operator may turn on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": database_url(),
        "SAMENSPEL_VAR": str(tmp_path),
        "PORT": str(port),
    }
    log = tmp_path / "log"
    arguments = ["config.wsgi", "--config", "config/gunicorn.py", "--access-logfile", "-", "--log-level", "debug"]
    code = (
        f"import sys; sys.stdout = sys.stderr = open({str(log)!r}, 'a', 1); from gunicorn.app.wsgiapp import run; run()"
    )

    def ask(path: str, method: str = "GET", **headers: str) -> int:
        try:
            client = HTTPConnection("127.0.0.1", port, timeout=10)
            client.request(method, path, headers=headers)
            return client.getresponse().status
        except OSError:
            return 0

    with python("-c", code, *arguments, environment=environment):
        wait_until(lambda: ask("/healthz") == 200, "the web process")
        cookie = {"Cookie": f"sessionid={SESSION}", "Referer": f"http://localhost/e/{TOKEN}/"}
        assert ask(f"/e/{TOKEN}/?code={CODE}", **cookie) == 404
        assert ask(f"/e/{TOKEN}/save/", "POST", **cookie) in (403, 404)
        assert ask(f"/e/{TOKEN}/save/", "DELETE") in (403, 404, 405)
        assert ask(f"/e/{TOKEN}/", Host="a b") == 400
        assert ask(f"/accounts/password/reset/key/1-{TOKEN}/") in (200, 302, 404)
    text = log.read_text()
    assert '"GET /e/…/' in text
    assert clean(text), text
