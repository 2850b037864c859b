"""Answering part by part in a browser, with and without JavaScript; how often saving speaks."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assessments.enums import InvitationStatus
from assessments.instruments import load_instrument
from assessments.models import Invitation, Response
from tests.e2e.people import answer
from tests.factories.assessments import opened_cycle, token_for

pytestmark = pytest.mark.django_db(transaction=True)
INSTRUMENT = load_instrument("seven_factors", 1)


def open_questions(page: Page) -> Invitation:
    invitation = opened_cycle().invitations.earliest("pk")
    page.goto(f"/e/{token_for(invitation)}/")
    return invitation


@pytest.mark.parametrize("javascript", [pytest.param(True, id="script"), pytest.param(False, id="no script")])
def test_all_parts_are_answered_and_sent(new_page: Callable[..., Page], javascript: bool) -> None:
    page = new_page(phone=True, locale="en-GB", java_script_enabled=javascript)
    invitation = open_questions(page)
    page.locator("main button[name=to]").click()
    for part, factor in enumerate(INSTRUMENT.factors, start=1):
        expect(page).to_have_url(re.compile(f"part={part}$"))
        for item in factor.items:
            page.locator(f"[name='{item.key}'][value='4']").check(force=True)
        page.locator(".form-buttons .btn-primary").click()
    expect(page).to_have_url(re.compile("part=8$"))
    for item in INSTRUMENT.overall_items:
        page.locator(f"[name='{item.key}'][value='5']").check(force=True)
    page.locator(".form-buttons .btn-primary").click()
    expect(page).to_have_url(re.compile("/sent/$"))
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.SUBMITTED
    assert len(Response.objects.get().answers) == 30


def test_terms_stay_in_reach_and_close_when_left(new_page: Callable[..., Page]) -> None:
    page = new_page(phone=True)
    open_questions(page)
    page.locator("[name='value_clear_goal'][value='3']").scroll_into_view_if_needed()
    bar = page.locator(".terms-bar")
    bar.locator("summary").click()
    expect(bar.locator(".terms")).to_be_in_viewport()
    page.locator("label:has([name='value_clear_goal'][value='3'])").click()
    expect(bar).not_to_have_attribute("open", "")


def test_arrow_keys_save_the_answer_they_end_on(page: Page) -> None:
    open_questions(page)
    saves: list[str] = []
    page.on("request", lambda request: saves.append(request.url) if request.url.endswith("/save/") else None)
    page.locator("[name='value_clear_goal'][value='1']").focus()
    with page.expect_response(re.compile("/save/$")):
        for _step in range(3):
            page.keyboard.press("ArrowRight")
    assert (len(saves), Response.objects.get().answers) == (1, {"value_clear_goal": 4})


def test_saving_speaks_at_the_first_answer_and_every_five(page: Page) -> None:
    open_questions(page)
    said = page.locator("#save-said")
    heard = []
    for key in list(INSTRUMENT.items)[:6]:
        answer(page, key, "4")
        expect(page.locator("#save-state")).to_contain_text(f"{len(heard) + 1} ")
        heard.append((re.findall(r"· (\d+)", said.inner_text()) or [""])[0])
    assert heard == ["1", "1", "1", "1", "5", "5"]


def test_every_failure_to_save_is_said(new_page: Callable[..., Page]) -> None:
    page = new_page(may_fail=("/save/",))
    open_questions(page)
    answer(page, "value_clear_goal", "4")
    page.route(re.compile("/save/$"), lambda route: route.abort("connectionreset"))
    page.locator("[name='fit_know_goals'][value='2']").check(force=True)
    expect(page.locator("#save-said")).to_contain_text("1 ")
    expect(page.locator("#save-said")).not_to_contain_text("·")
