"""A request that failed says so, and stays said: in lists, searches, pickers and panels, for every way to fail."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.axe import violations
from tests.e2e.conftest import DESKTOP, PATIENCE, wait_for_answers
from tests.e2e.people import let_in
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import CollaborationFactory
from tests.factories.partners import HostFactory, OrganisationFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
STATUSES = [404, 422, 503]
Answer = Callable[[Route], None]


def status(code: int) -> Answer:
    return lambda route: route.fulfill(status=code, content_type="text/html", body="<!doctype html><p>Error page")


def no_connection(route: Route) -> None:
    route.abort("connectionrefused")


def no_answer(route: Route) -> None:
    """Leave the request without an answer until the page gives up."""


FAILURES: dict[str, Answer] = {**{str(code): status(code) for code in STATUSES}, "offline": no_connection}


@pytest.fixture
def desk(browser: Browser, live_server: object) -> Iterator[Page]:
    """Open a page whose console may report files that could not be loaded, which these tests are about."""
    HostFactory()
    OrganisationFactory(name="Noord")
    context = browser.new_context(base_url=str(live_server), viewport=DESKTOP, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    let_in(page, CoordinatorFactory())
    yield page
    context.close()
    wait_for_answers()
    assert errors == []


def fragment(page: Page, path: str, answer: Answer) -> None:
    """Let requests of scripts to an address fail; whole pages are loaded as ever."""

    def route(route: Route) -> None:
        if route.request.headers.get("hx-request"):
            answer(route)
        else:
            route.fallback()

    page.route(re.compile(path), route)


def is_said(page: Page) -> None:
    """Check that the notice is in sight, was read out, and does not advise to load the page again."""
    notice = page.locator("#connection-notice")
    expect(notice).to_be_visible()
    expect(notice).to_be_in_viewport()
    words = notice.locator("[data-notice-text]").inner_text()
    assert words
    assert not re.search(r"reload|refresh|load the page", words, re.IGNORECASE)
    expect(page.locator("#announcer")).to_have_text(words)
    page.wait_for_timeout(300)
    expect(notice).to_be_visible()


@pytest.mark.parametrize("failure", FAILURES)
def test_search_in_a_list_says_so_until_it_succeeds(failure: str, desk: Page) -> None:
    desk.goto(reverse("partners:organisation-list"))
    fragment(desk, r"/partners/\?", FAILURES[failure])
    desk.locator("[name=q]").press_sequentially("no")
    is_said(desk)

    desk.unroute_all()
    desk.locator("[name=q]").press_sequentially("or")
    expect(desk.locator("#connection-notice")).to_be_hidden()
    expect(desk.locator("#results tbody tr")).to_have_count(1)


def test_typing_is_spoken_of_where_somebody_typed_in_a_form(desk: Page) -> None:
    desk.goto(reverse("collab:collaboration-create"))
    fragment(desk, r"/collaborations/organisations/", status(500))
    desk.locator("[name=partners_search]").press_sequentially("noo")
    words = desk.locator("#connection-notice [data-notice-text]")
    expect(words).to_have_text("Something went wrong on our side. Try again in a moment. What you typed is still here.")


def test_typing_is_not_spoken_of_where_nobody_typed(desk: Page) -> None:
    desk.goto(reverse("partners:organisation-list"))
    fragment(desk, r"/partners/\?", status(500))
    desk.get_by_role("link", name="Name", exact=True).click()
    words = desk.locator("#connection-notice [data-notice-text]")
    expect(words).to_have_text("Something went wrong on our side. Try again in a moment.")


def test_try_again_asks_for_the_same(desk: Page) -> None:
    desk.goto(reverse("partners:organisation-list"))
    fragment(desk, r"/partners/\?", status(503))
    desk.locator("[name=q]").press_sequentially("nothing-like-it")
    is_said(desk)
    assert violations(desk) == []

    desk.unroute_all()
    desk.locator("#connection-notice [data-try-again]").click()
    expect(desk.locator("#connection-notice")).to_be_hidden()
    expect(desk.locator("#results tbody tr")).to_have_count(0)


@pytest.mark.parametrize("failure", FAILURES)
def test_picker_in_a_form_says_so_and_keeps_what_was_typed(failure: str, desk: Page) -> None:
    desk.goto(reverse("collab:collaboration-create"))
    desk.locator("[name=name]").fill("Typed by hand")
    fragment(desk, r"/collaborations/organisations/", FAILURES[failure])
    desk.locator("[name=partners_search]").press_sequentially("noo")
    is_said(desk)
    expect(desk.locator("[name=name]")).to_have_value("Typed by hand")

    desk.unroute_all()
    desk.locator("[name=partners_search]").press_sequentially("r")
    expect(desk.locator("#connection-notice")).to_be_hidden()


def test_picker_of_somebody_who_is_signed_out_empties_no_form(desk: Page) -> None:
    desk.goto(reverse("collab:collaboration-create"))
    desk.locator("[name=name]").fill("Typed by hand")
    desk.context.clear_cookies()
    desk.locator("[name=partners_search]").press_sequentially("noo")
    is_said(desk)
    expect(desk.locator("#connection-notice [data-sign-in]")).to_be_visible()
    expect(desk.locator("[name=name]")).to_have_value("Typed by hand")


@pytest.mark.parametrize("failure", FAILURES)
def test_panel_says_so_in_its_own_place(failure: str, desk: Page) -> None:
    collaboration = CollaborationFactory()
    fragment(desk, r"/evaluations/panel/", FAILURES[failure])
    desk.goto(reverse("collab:collaboration-detail", args=[collaboration.pk]))
    panel = desk.locator("section[hx-get*='evaluations/panel']")
    note = panel.locator("[data-panel-failure]")
    expect(note).to_be_visible()
    expect(panel.locator(".loading")).to_be_hidden()
    expect(panel.locator("h2")).to_be_visible()
    expect(desk.locator("#connection-notice")).to_be_hidden()
    if failure == "503":
        assert violations(desk) == []
    if failure == "404":
        return

    desk.unroute_all()
    note.locator("[data-try-again]").click()
    expect(note).to_have_count(0)
    expect(panel).to_contain_text("round")


def test_request_without_an_answer_is_given_up_and_said(desk: Page) -> None:
    desk.goto(reverse("partners:organisation-list"))
    desk.evaluate("window.htmx.config.timeout = 500")
    fragment(desk, r"/partners/\?", no_answer)
    desk.locator("[name=q]").press_sequentially("no")
    is_said(desk)
