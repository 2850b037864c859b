"""No answer is lost when connection, server or page go away, and older answers never replace newer ones."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from assessments.actions import close_cycle, resend_link
from assessments.models import EvaluationCycle, Invitation, Response
from assessments.personal_links import revoke_links
from partners.actions import deactivate_contact
from partners.models import Contact
from tests.e2e.axe import violations
from tests.e2e.people import answer, let_in
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import opened_cycle, token_for

pytestmark = pytest.mark.django_db(transaction=True)
NewPage = Callable[..., Page]
SAVES = re.compile(r"/save/$")
MAY_FAIL = ("/save/", "/")
KEEP = "comment:keep"
ONE = "1 answer not saved yet – trying again"


@pytest.fixture
def cycle() -> EvaluationCycle:
    cycle = opened_cycle()
    Contact.objects.update(language="en")
    return cycle


@pytest.fixture
def invitation(cycle: EvaluationCycle) -> Invitation:
    return cycle.invitations.select_related("contact", "cycle").earliest("pk")


@pytest.fixture
def path(invitation: Invitation) -> str:
    return f"/e/{token_for(invitation)}/"


# Half a second passes for every two that a page waits before it tries again.
SOON = "const later = setTimeout; window.setTimeout = (act, time) => later(act, time / 4);"


@pytest.fixture
def page(new_page: NewPage) -> Page:
    page = new_page(locale="en-GB", may_fail=MAY_FAIL)
    page.add_init_script(SOON)
    return page


def tap(page: Page, key: str, value: str) -> None:
    page.locator(f"label:has([name='{key}'][value='{value}'])").click()


def bar(page: Page) -> Any:
    return page.locator("#save-state")


def unsaved(page: Page) -> dict[str, str]:
    kept = page.evaluate("Object.entries(localStorage).filter(([key]) => key.startsWith('samenspel.unsaved.'))")
    return {key.split(".", 3)[3]: json.loads(value)["value"] for key, value in kept}


def fail_with(status: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body="<!doctype html><p>Not now</p>")


FAILURES: dict[str, Callable[[Route], None]] = {
    **{str(status): fail_with(status) for status in (400, 403, 404, 413, 429, 500, 502, 503, 504)},
    "other page": fail_with(200),
    "redirect": lambda route: route.fulfill(status=302, headers={"Location": "/healthz"}),
    "cut off": lambda route: route.abort("connectionreset"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_save_that_fails_is_said_kept_and_sent_again(failure: str, page: Page, path: str) -> None:
    page.goto(path)
    page.route(SAVES, FAILURES[failure])
    tap(page, "value_clear_goal", "4")
    expect(bar(page)).to_have_text(ONE)
    assert unsaved(page) == {"value_clear_goal": "4"}
    page.locator(f"[name='{KEEP}']").fill("The coffee.")
    expect(bar(page)).to_have_text("2 answers not saved yet – trying again")
    page.wait_for_timeout(300)
    expect(bar(page)).to_have_text("2 answers not saved yet – trying again")
    assert not Response.objects.exists()
    page.unroute(SAVES)
    expect(bar(page)).to_contain_text("1 of 30 questions")
    assert unsaved(page) == {}
    kept = Response.objects.get()
    assert (kept.answers, kept.comments) == ({"value_clear_goal": 4}, {"keep": "The coffee."})


def test_server_that_does_not_answer_is_a_failure(page: Page, path: str) -> None:
    page.add_init_script("const soon = setTimeout; window.setTimeout = (act, time) => soon(act, time / 10);")
    page.goto(path)
    page.route(SAVES, lambda route: None)
    tap(page, "value_clear_goal", "4")
    expect(bar(page)).to_have_text(ONE)


def test_what_was_typed_without_a_connection_is_sent_when_it_is_back(page: Page, path: str) -> None:
    page.goto(path)
    page.context.set_offline(True)
    tap(page, "value_clear_goal", "4")
    expect(bar(page)).to_have_text(ONE)
    page.context.set_offline(False)
    expect(bar(page)).to_contain_text("1 of 30 questions")
    assert Response.objects.get().answers == {"value_clear_goal": 4}


LONG_ANSWERS = """() => document.querySelectorAll("form :is(input[value='2'], textarea)").forEach((field) => {
    field[field.type === "radio" ? "checked" : "value"] = field.type === "radio" || "\u00e9".repeat(2000);
    field.dispatchEvent(new Event("input", { bubbles: true }));
})"""


@pytest.mark.parametrize("connected", [True, False])
def test_more_than_the_server_takes_at_once_is_saved_and_sent(connected: bool, page: Page, path: str) -> None:
    """Write sixty answers of which the words alone are more than three times as large as one request may be."""
    page.goto(path)
    page.context.set_offline(not connected)
    page.evaluate(LONG_ANSWERS)
    page.context.set_offline(False)
    expect(bar(page)).to_contain_text("30 of 30 questions", timeout=30_000)
    page.wait_for_function("!Object.keys(localStorage).some((key) => key.startsWith('samenspel.unsaved.'))")
    page.locator("#questionnaire [type=submit]:not([name])").click()
    page.wait_for_url("**/sent/")
    kept = Response.objects.get()
    assert kept.submitted_at is not None
    assert len(kept.answers) == 30
    assert {len(text) for text in kept.comments.values()} == {2000}


def test_next_answer_takes_the_unsaved_one_along(page: Page, path: str) -> None:
    page.goto(path)
    page.route(SAVES, fail_with(503), times=1)
    tap(page, "value_clear_goal", "4")
    expect(bar(page)).to_have_text(ONE)
    answer(page, "fit_own_helps", "5")
    expect(bar(page)).to_contain_text("2 of 30 questions")
    assert Response.objects.get().answers == {"value_clear_goal": 4, "fit_own_helps": 5}


@pytest.mark.parametrize("how", ["reload", "another visit"])
def test_unsaved_answers_come_back_and_are_sent(how: str, page: Page, path: str) -> None:
    page.goto(path)
    page.context.route(SAVES, fail_with(503))
    tap(page, "value_clear_goal", "2")
    page.locator("[name='comment:low:value_clear_goal']").fill("Nobody knows it.")
    expect(bar(page)).to_have_text("2 answers not saved yet – trying again")
    if how == "reload":
        page.reload()
    else:
        context = page.context
        page.close(run_before_unload=False)
        page = context.new_page()
        page.goto(path)
    expect(page.locator("[name=value_clear_goal][value='2']")).to_be_checked()
    expect(page.locator("[name='comment:low:value_clear_goal']")).to_have_value("Nobody knows it.")
    expect(bar(page)).to_have_text("2 answers not saved yet – trying again")
    page.context.unroute(SAVES)
    expect(bar(page)).to_contain_text("1 of 30 questions")
    assert unsaved(page) == {}
    assert Response.objects.get().comments == {"low:value_clear_goal": "Nobody knows it."}


def test_other_link_on_the_device_sees_nothing(page: Page, path: str, cycle: EvaluationCycle) -> None:
    other = f"/e/{token_for(cycle.invitations.latest('pk'))}/"
    page.goto(path)
    page.context.route(SAVES, fail_with(503))
    page.locator(f"[name='{KEEP}']").fill("Not for you.")
    expect(bar(page)).to_have_text(ONE)
    page.goto(other)
    expect(page.locator(f"[name='{KEEP}']")).to_have_value("")
    tokens = (path.split("/")[2], other.split("/")[2])
    assert not any(token in page.evaluate("JSON.stringify(localStorage)") for token in tokens)
    page.context.unroute(SAVES)
    answer(page, "value_clear_goal", "3")
    assert Response.objects.get().comments == {}
    page.goto(path)
    expect(page.locator(f"[name='{KEEP}']")).to_have_value("Not for you.")


def test_without_storage_answers_are_sent_again_from_memory(new_page: NewPage, path: str) -> None:
    page = new_page(locale="en-GB", may_fail=MAY_FAIL)
    page.add_init_script(SOON)
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } });")
    page.goto(path)
    page.route(SAVES, fail_with(503), times=2)
    tap(page, "value_clear_goal", "4")
    expect(bar(page)).to_have_text(ONE)
    expect(bar(page)).to_contain_text("1 of 30 questions")
    assert Response.objects.get().answers == {"value_clear_goal": 4}


def test_leaving_with_an_unsaved_answer_is_asked_about(page: Page, path: str) -> None:
    page.goto(path)
    page.route(SAVES, fail_with(503))
    tap(page, "value_clear_goal", "4")
    expect(bar(page)).to_have_text(ONE)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    page.unroute(SAVES)
    expect(bar(page)).to_contain_text("1 of 30 questions")
    page.reload()
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("failure", ["403", "503", "other page", "cut off"])
def test_sending_that_fails_is_said_and_can_be_done_again(failure: str, page: Page, path: str) -> None:
    page.goto(path)
    answer(page, "value_clear_goal", "4")
    page.route(re.compile(re.escape(path) + "$"), FAILURES[failure])
    page.locator(f"[name='{KEEP}']").fill("The coffee.")
    page.get_by_role("button", name="Send my answers").click()
    expect(bar(page)).to_contain_text("not sent yet")
    expect(page.locator(f"[name='{KEEP}']")).to_have_value("The coffee.")
    page.unroute(re.compile(re.escape(path) + "$"))
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("button", name="Send without these").click()
    expect(page).to_have_url(re.compile("/sent/$"))
    assert unsaved(page) == {}
    assert Response.objects.get().comments == {"keep": "The coffee."}


def test_late_save_of_a_page_that_was_sent_changes_nothing(page: Page, path: str) -> None:
    page.goto(path)
    held: list[Route] = []
    page.route(SAVES, lambda route: held.append(route))
    page.locator(f"[name='{KEEP}']").fill("Anna never answers.")
    page.locator(f"[name='{KEEP}']").blur()
    expect(bar(page)).to_have_text("")
    page.wait_for_timeout(200)
    late = held[0].request.post_data
    page.locator(f"[name='{KEEP}']").fill("")
    tap(page, "value_clear_goal", "4")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("button", name="Send without these").click()
    expect(page).to_have_url(re.compile("/sent/$"))
    headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    assert page.request.post(f"{path}save/", data=late, headers=headers).status == 200
    kept = Response.objects.get()
    assert (kept.answers, kept.comments) == ({"value_clear_goal": 4}, {})


def test_older_page_takes_over_what_was_typed_later_elsewhere(new_page: NewPage, path: str) -> None:
    phone = new_page(phone=True, locale="en-GB", may_fail=MAY_FAIL)
    desk = new_page(locale="en-GB")
    phone.goto(path)
    phone.context.set_offline(True)
    tap(phone, "value_clear_goal", "1")
    expect(bar(phone)).to_have_text(ONE)
    desk.goto(path)
    answer(desk, "value_clear_goal", "5")
    phone.context.set_offline(False)
    expect(bar(phone)).to_contain_text("1 of 30 questions")
    expect(phone.locator("[name=value_clear_goal][value='5']")).to_be_checked()
    assert Response.objects.get().answers == {"value_clear_goal": 5}


def test_back_button_brings_the_newest_answers(page: Page, path: str) -> None:
    page.goto(path)
    answer(page, "value_clear_goal", "2")
    page.locator(f"[name='{KEEP}']").fill("An older text.")
    page.locator(f"[name='{KEEP}']").blur()
    expect(bar(page)).to_contain_text("Kept at")
    page.get_by_role("link", name="Say no").click()
    expect(page).to_have_url(re.compile("decline"))
    phone = page.context.new_page()
    phone.goto(path)
    answer(phone, "value_clear_goal", "5")
    phone.locator(f"[name='{KEEP}']").fill("A newer text.")
    with phone.expect_response(SAVES):
        phone.locator(f"[name='{KEEP}']").blur()
    page.go_back()
    expect(page.locator("[name=value_clear_goal][value='5']")).to_be_checked()
    expect(page.locator(f"[name='{KEEP}']")).to_have_value("A newer text.")
    page.get_by_role("button", name="Keep and go on later").click()
    expect(page.get_by_text("Your answers are kept.")).to_be_visible()
    kept = Response.objects.get()
    assert (kept.answers, kept.comments) == ({"value_clear_goal": 5}, {"keep": "A newer text."})


def test_comment_after_a_low_answer_saves_itself_while_it_is_typed(page: Page, path: str) -> None:
    page.goto(path)
    answer(page, "value_clear_goal", "1")
    with page.expect_response(SAVES):
        page.locator("[name='comment:low:value_clear_goal']").press_sequentially("Anna never answers")
    assert Response.objects.get().comments == {"low:value_clear_goal": "Anna never answers"}


def test_comment_whose_answer_is_low_no_more_stays_in_sight_until_it_is_deleted(page: Page, path: str) -> None:
    page.goto(path)
    comment = page.locator("[name='comment:low:value_clear_goal']")
    expect(comment).to_be_hidden()
    answer(page, "value_clear_goal", "1")
    comment.fill("Anna never answers")
    answer(page, "value_clear_goal", "5")
    note = page.locator("#q-value_clear_goal .not-shared")
    for _visit in range(2):
        expect(comment).to_be_visible()
        expect(note).to_have_text(
            "This text is not shared, because your answer is not low any more. You can delete it."
        )
        page.reload()
    with page.expect_response(SAVES):
        comment.fill("")
        comment.blur()
    expect(comment).to_be_hidden()
    assert Response.objects.get().comments == {}


def revoke(invitation: Invitation) -> None:
    revoke_links(invitation)


def leave(invitation: Invitation) -> None:
    deactivate_contact(actor=None, contact=invitation.contact)


def send_anew(invitation: Invitation) -> None:
    resend_link(actor=None, invitation=invitation)


def close(invitation: Invitation) -> None:
    close_cycle(actor=None, cycle=invitation.cycle)


@pytest.mark.parametrize("end", [revoke, leave, send_anew, close])
def test_what_cannot_be_kept_any_more_is_given_back(
    end: Callable[[Invitation], None], page: Page, path: str, invitation: Invitation
) -> None:
    page.goto(path)
    end(invitation)
    page.locator(f"[name='{KEEP}']").fill("An hour of work.")
    page.locator(f"[name='{KEEP}']").blur()
    expect(bar(page)).to_contain_text("Not kept:")
    assert unsaved(page) == {}
    tap(page, "value_clear_goal", "4")
    page.get_by_role("button", name="Keep and go on later").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("#content")).to_contain_text("An hour of work.")
    assert violations(page) == []
    assert not Response.objects.exists()


@pytest.mark.parametrize("cookies", ["signed in meanwhile", "gone", "blocked"])
def test_no_cookie_is_needed(cookies: str, new_page: NewPage, path: str) -> None:
    page = new_page(locale="en-GB")
    page.goto(path)
    if cookies == "signed in meanwhile":
        other = page.context.new_page()
        let_in(other, CoordinatorFactory())
        other.goto(reverse("accounts:preferences"))
    elif cookies == "gone":
        page.context.clear_cookies()
    else:
        page.add_init_script("Object.defineProperty(document, 'cookie', { get: () => '', set: () => {} });")
        page.route("**/*", lambda route: route.continue_(headers=without_cookie(route)))
        page.reload()
    answer(page, "value_clear_goal", "4")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("button", name="Send without these").click()
    expect(page).to_have_url(re.compile("/sent/$"))
    assert Response.objects.get().answers == {"value_clear_goal": 4}


def without_cookie(route: Route) -> dict[str, str]:
    return {name: value for name, value in route.request.headers.items() if name.lower() != "cookie"}


def test_page_with_unsaved_answers_can_be_used_by_all(page: Page, path: str) -> None:
    page.goto(path)
    page.route(SAVES, fail_with(503))
    tap(page, "value_clear_goal", "1")
    expect(bar(page)).to_have_text(ONE)
    expect(page.locator("#save-said")).to_have_text(ONE)
    expect(page.locator("#save-said")).to_have_attribute("role", "status")
    # Halfway, an answer that is just passing under a bar would count as small.
    page.evaluate("window.scrollTo(0, 0)")
    assert violations(page) == []
