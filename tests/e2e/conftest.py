from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e import chromium

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests."""
    path = chromium.find()
    assert path, "no Chromium: run `make test`, or set CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, live_server: object) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser of its own (own cookies): ``new_page()``, ``new_page(phone=True)``, ``locale="en"``.

    The test fails when a page of it broke the content security policy or raised a script error.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(*, phone: bool = False, locale: str = "nl-NL", **options: object) -> Page:
        viewport = PHONE if phone else DESKTOP
        context = browser.new_context(
            base_url=str(live_server), viewport=viewport, locale=locale, has_touch=phone, **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: note_policy_breach(message.text, problems))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def note_policy_breach(text: str, problems: list[str]) -> None:
    if "Content Security Policy" in text:
        problems.append(text)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()
