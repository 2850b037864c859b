"""The questionnaire saves itself, question by question, also beside another device."""

from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Response
from tests.e2e.people import answer
from tests.factories.assessments import opened_cycle, token_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_devices_with_the_page_open_keep_what_was_written_on_the_other(new_page: Callable[..., Page]) -> None:
    path = f"/e/{token_for(opened_cycle().invitations.earliest('pk'))}/"
    phone, desk = new_page(phone=True), new_page()
    for page in (phone, desk):
        page.goto(path)
    answer(phone, "value_clear_goal", "2")
    for name in ("comment:keep", "comment:low:value_clear_goal"):
        write(phone, name, f"{name} on the phone")
    answer(desk, "fit_own_helps", "5")
    answer(desk, "value_people_benefit", "1")
    desk.locator("#questionnaire button[name=later]").click()
    expect(desk.locator("[name='comment:keep']")).to_have_value("comment:keep on the phone")
    kept = Response.objects.get()
    assert kept.answers == {"value_clear_goal": 2, "fit_own_helps": 5, "value_people_benefit": 1}
    assert kept.comments == {
        "keep": "comment:keep on the phone",
        "low:value_clear_goal": "comment:low:value_clear_goal on the phone",
    }


def write(page: Page, name: str, text: str) -> None:
    field = page.locator(f"[name='{name}']")
    field.fill(text)
    with page.expect_response("**/save/") as kept:
        field.blur()
    sent = parse_qs(kept.value.request.post_data, keep_blank_values=True)
    assert sorted(sent) == sorted([name, "mode", "typed"])  # what the page promised, and when it was typed
