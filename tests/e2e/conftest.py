"""Browsers for the tests, and a mail server for the mails sent meanwhile."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.e2e import chromium
from tests.mail_server import MailServer

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1360, "height": 900}
# How long something may take to appear, on a machine that is busy with other things as well.
PATIENCE = 30_000
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one Chromium for all browser tests."""
    path = chromium.find()
    assert path, "no Chromium: run `make test`, or set CHROMIUM"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, live_server: object) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own (own cookies): ``new_page()``, ``new_page(phone=True)``, ``locale="en"``.

    The test fails when a page of it wrote an error to the console: of a script, of a file that could not be loaded
    (except addresses that end with one of ``may_fail``), or of the content security policy.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(
        *, phone: bool = False, locale: str = "nl-NL", may_fail: tuple[str, ...] = (), **options: Any
    ) -> Page:
        viewport = PHONE if phone else DESKTOP
        context = browser.new_context(
            base_url=str(live_server), viewport=viewport, locale=locale, has_touch=phone, **options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        page.on("console", lambda message: problems.extend(problem_in(message, page, may_fail)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    wait_for_answers()
    assert problems == []


def wait_for_answers() -> None:
    """Wait for panels that are still being made when their page is left, before the database is emptied.

    The server has a thread, with a name of Python's, for every connection.
    """
    for thread in threading.enumerate():
        if "(process_request_thread)" in thread.name:
            thread.join(PATIENCE / 1000)


def problem_in(message: ConsoleMessage, page: Page, may_fail: tuple[str, ...] = ()) -> list[str]:
    """Return the error in a console message, if any; pages that answer 403, 404 or 422 are none: tests check them."""
    address = message.location["url"]
    is_load = message.text.startswith("Failed to load resource")
    is_offline = bool(may_fail) and "ERR_INTERNET_DISCONNECTED" in message.text
    is_expected = is_load and (address == page.url or is_offline or address.endswith(may_fail or ("never",)))
    is_problem = message.type == "error" or "Content Security Policy" in message.text
    return [f"{page.url}: {message.text} ({address})"] if is_problem and not is_expected else []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def post(live_server: Any, settings: Any) -> Iterator[MailServer]:
    """Start a mail server for all mail of the application; links in it lead to the live server."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
        settings.SITE_URL = live_server.url
        yield server
