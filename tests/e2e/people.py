"""Actions of people at their screens and with their mail, and the jobs that run meanwhile."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from email.message import EmailMessage
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.mail_server import MailServer
from tests.processes import AT_ANY_HOUR, database_url, python

# Where pytest-django's live server is.
LIVE_HOST = "localhost"


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("main form button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("login"))


def let_in(page: Page, user: User) -> None:
    """Sign in without the sign-in page, which has tests of its own."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": LIVE_HOST, "path": "/"}])


def sign_in_with_code(page: Page, email: str, post: MailServer) -> None:
    """Sign in as partners do, with a code by mail."""
    page.goto("/accounts/login/code/")
    page.locator("[name=email]").fill(email)
    page.locator("main form button[type=submit]").click()
    page.locator("[name=code]").fill(code_in(newest(post, email)))
    page.locator("main form button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("code"))


def fill(page: Page, values: Mapping[str, str | bool | Iterable[str]]) -> None:
    """Fill in a form by the names of its fields; ``True`` ticks, a list ticks those values."""
    for name, value in values.items():
        field = page.locator(f"main [name='{name}']")
        kind = field.first.evaluate("field => field.type")
        if kind in ("radio", "checkbox"):
            for one in [value] if isinstance(value, str) else value:  # type: ignore[union-attr]
                page.locator(f"main [name='{name}'][value='{one}']").check()
        elif kind.startswith("select"):
            field.select_option(str(value))
        else:
            field.fill(str(value))


def see_panels(page: Page) -> None:
    """Wait for the parts that load after the page itself."""
    expect(page.locator("[hx-trigger=load] .loading")).to_have_count(0)


def send(page: Page, button: str) -> None:
    """Press a button; the work may take a while, such as an import of thousands of rows."""
    page.locator("main").get_by_role("button", name=button, exact=True).click(timeout=60_000)


def answer(page: Page, key: str, value: str) -> None:
    """Tap an answer, and wait until it is saved."""
    with page.expect_response(re.compile(r"/save/$")) as kept:
        page.locator(f"[name='{key}'][value='{value}']").check(force=True)
    assert kept.value.status == 200


def run_due(post: MailServer, today: date | None = None) -> dict[str, Any]:
    """Run the jobs, in a process of their own; return their report."""
    with started_run(post, today) as process:
        output, _errors = process.communicate()
    assert process.returncode == 0
    report: dict[str, Any] = json.loads(output)
    return report


def started_run(post: MailServer, today: date | None = None) -> Any:
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": post.url,
        "SITE_URL": settings.SITE_URL,
        **AT_ANY_HOUR,
    }
    day = ("--today", today.isoformat()) if today else ()
    return python("manage.py", "run_due", "--format", "json", *day, environment=environment)


def newest(post: MailServer, email: str) -> EmailMessage:
    """Return the last mail that came for this address."""
    return [message for recipient, message in post.received if recipient == email][-1]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(message: EmailMessage) -> str:
    """Return the personal link."""
    found = re.search(r"https?://\S+/e/\S+", text_of(message))
    assert found, text_of(message)
    return found[0]


def code_in(message: EmailMessage) -> str:
    found = re.search(r"^\s*([A-Z0-9]+-[A-Z0-9]+)\s*$", text_of(message), re.MULTILINE)
    assert found, text_of(message)
    return found[1]
