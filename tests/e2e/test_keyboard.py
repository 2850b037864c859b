"""The pages used with a keyboard only."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.models import Invitation
from tests.e2e.people import let_in
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import opened_cycle, token_for

PASSWORD = "river-apple-42"


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the element has the focus, and check that it shows."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert shows_focus(page), selector
            return
    pytest.fail(f"{selector} cannot be reached")


def shows_focus(page: Page) -> bool:
    """Return whether the focused element, or the label around it, has an outline or a shadow."""
    return bool(
        page.evaluate(
            """() => [document.activeElement, document.activeElement.closest("label")].filter(Boolean).some(element => {
                const style = getComputedStyle(element);
                return style.outlineStyle !== "none" || style.boxShadow !== "none";
            })"""
        )
    )


def test_signing_in(page: Page, transactional_db: None) -> None:
    CoordinatorFactory(email="coen@samen.example", password=PASSWORD)
    page.goto(reverse("account_login"))
    tab_to(page, "[name=login]")
    page.keyboard.type("coen@samen.example")
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(reverse("portfolio:dashboard"))


def test_first_stop_leads_past_the_menu(page: Page, transactional_db: None) -> None:
    CoordinatorFactory(email="coen@samen.example", password=PASSWORD)
    page.goto(reverse("account_login"))
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_escape_closes_the_menu_of_the_user(page: Page, transactional_db: None) -> None:
    let_in(page, CoordinatorFactory())
    page.goto(reverse("portfolio:dashboard"))
    tab_to(page, ".user-menu > summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".user-menu")).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(page.locator(".user-menu")).not_to_have_attribute("open", "")
    expect(page.locator(".user-menu > summary")).to_be_focused()


def test_menu_closes_when_focus_goes_elsewhere_and_by_escape_from_anywhere(page: Page, transactional_db: None) -> None:
    let_in(page, CoordinatorFactory())
    page.goto("/")
    menu = page.locator(".user-menu")
    for leave in (lambda: page.keyboard.press("Shift+Tab"), lambda: page.keyboard.press("Escape")):
        menu.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(menu).to_have_attribute("open", "")
        leave()
        expect(menu).not_to_have_attribute("open", "")
    menu.evaluate("menu => { menu.open = true; document.activeElement.blur(); }")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")


def test_enter_in_a_field_does_what_its_form_is_for(page: Page, transactional_db: None) -> None:
    """The switch of language, higher on the page, sends the same form."""
    invitation = opened_cycle().invitations.order_by("pk").last()
    assert invitation is not None
    page.goto(reverse("assessments:answer-pass-on", args=[token_for(invitation)]))
    page.locator("[name=name]").fill("Nina")
    page.locator("[name=email]").fill("nina@elsewhere.example")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Nina")


def test_answering_and_sending(page: Page, transactional_db: None) -> None:
    """Answer three questions with the space bar and the arrows, change one again, and leave out the rest."""
    invitation = opened_cycle().invitations.order_by("pk").last()
    assert invitation is not None
    page.goto(reverse("assessments:answer", args=[token_for(invitation)]))

    tab_to(page, "[name=experience_use_lessons]")
    page.keyboard.press("Space")
    tab_to(page, "[name=experience_solve_problems]")
    for _press in range(3):
        page.keyboard.press("ArrowDown")
    tab_to(page, "[name=experience_own_people]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    tab_to(page, "#questionnaire .btn-primary", most=80)
    page.keyboard.press("Enter")

    expect(page.locator("[data-error-summary]")).to_be_focused()
    tab_to(page, "[name=anyway]")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sent/$"))
    given = Invitation.objects.get(pk=invitation.pk).responses.get().answers
    assert given == {"experience_use_lessons": 1, "experience_solve_problems": 4, "experience_own_people": 5}
