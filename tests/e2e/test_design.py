"""All pieces of the design system on one page, in every look, as a browser and an accessibility checker see them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Page, expect
from pytest_django import Settings

from common.paging import CappedPaginator
from tests.e2e import axe
from tests.factories.accounts import AdministratorFactory, UserFactory

PASSWORD = "river-apple-42"
FACTORS = ["Ervaring", "Managementvolwassenheid", "Commitment op de lange termijn"]
NewPage = Callable[..., Page]


class ExampleForm(forms.Form):
    name = forms.CharField(label="Naam", help_text="Zoals de organisatie zichzelf noemt.")
    kind = forms.ChoiceField(label="Soort", choices=[("", "Alle soorten"), ("a", "Bibliotheek")], required=False)
    mode = forms.ChoiceField(
        label="Wie ziet het", choices=[("a", "Vertrouwelijk"), ("b", "Open")], widget=forms.RadioSelect
    )
    important = forms.BooleanField(label="Belangrijk", required=False)
    start = forms.DateField(label="Start", widget=forms.DateInput(attrs={"type": "date"}), required=False)


def gallery(language: str) -> str:
    request = RequestFactory().get("/gallery/")
    request.user = AdministratorFactory(name="Anneke van der Wetering-Hoogendoorn")
    organisations = [
        {"name": "Bibliotheek Noord", "score": 3.4},
        {"name": "Gemeente", "score": 2.2},
        {"name": "Welzijn en Zorg, samen geteld", "score": 2.8, "mark": 0},
    ]
    context: dict[str, Any] = {
        "messages": [Message(25, "De ronde is geopend."), Message(40, "Eén adres werkt niet.")],
        "tabs": [{"label": "Overzicht", "url": "/", "current": True}, {"label": "Acties", "url": "/", "count": 3}],
        "steps": [{"label": "Mensen", "state": "done"}, {"label": "Controleren", "state": "current"}],
        "organisations": organisations,
        "factors": FACTORS,
        "judged": [{"name": name, "band": "discuss", "score": 3.1} for name in FACTORS],
        "unknown": [{"name": name, "band": None, "score": None} for name in FACTORS],
        "gap": {"value": 1.2, "label": "clear"},
        "late": date(2020, 1, 1),
        "rows": [{"name": "Gemeente", "responded": 3, "invited": 8, "mark": 2}],
        "page": CappedPaginator(list(range(60)), 3).get_page(2),
        "form": ExampleForm({}),
    }
    source = Path(__file__).with_name("gallery.html").read_text()
    with override(language):
        return engines["django"].from_string(source).render(context, request)


def show(page: Page, html: str) -> None:
    page.route("**/gallery/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto("/gallery/")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_piece_is_accessible_and_fits(new_page: NewPage, phone: bool, look: str, language: str) -> None:
    page = new_page(phone=phone, color_scheme=look)
    show(page, gallery(language))
    # It has moved to the first error, by more or less as the letter came late or soon, and there the bar lies over it.
    page.evaluate("scrollTo(0, 0)")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == look
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_long_words_stay_whole(new_page: NewPage) -> None:
    page = new_page(phone=True)
    show(page, gallery("nl"))
    heights = page.locator("a", has_text="Managementvolwassenheid").evaluate_all(
        "all => all.map(a => a.getClientRects().length)"
    )
    assert heights == [1]


def test_menu_opens_without_javascript(new_page: NewPage) -> None:
    page = new_page(phone=True, java_script_enabled=False)
    show(page, gallery("en"))
    entry = page.get_by_role("link", name="Colleagues")
    expect(entry).to_be_hidden()
    page.get_by_text("Menu", exact=True).click()
    expect(entry).to_be_visible()


def test_filter_button_is_there_only_without_javascript(new_page: NewPage) -> None:
    with_scripts, without = new_page(), new_page(java_script_enabled=False)
    for page, visible in ((with_scripts, False), (without, True)):
        show(page, gallery("en"))
        expect(page.get_by_role("button", name="Search")).to_be_visible(visible=visible)


def test_error_summary_takes_the_focus_and_leads_to_the_field(new_page: NewPage) -> None:
    page = new_page()
    show(page, gallery("nl"))
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.locator("[data-error-summary]").get_by_role("link", name="Naam").click()
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == "id_name"


def test_paper_has_no_navigation_and_is_white(new_page: NewPage) -> None:
    page = new_page(color_scheme="dark")
    show(page, gallery("nl"))
    page.emulate_media(media="print")
    expect(page.locator(".side")).to_be_hidden()
    expect(page.locator(".page-actions")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"


def test_look_and_language_are_chosen_and_stay(new_page: NewPage) -> None:
    UserFactory(email="noor@example.org", password=PASSWORD, language="en")
    page = new_page()
    page.goto(reverse("account_login") + "?next=" + reverse("accounts:preferences"))
    page.locator("[name=login]").fill("noor@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.locator(".side summary").click()
    page.locator(".side").get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator(".side summary").click()
    page.locator(".side").get_by_role("button", name="Nederlands").click()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    assert page.url.endswith(reverse("accounts:preferences"))


@pytest.mark.parametrize(
    "name", ["account_login", "account_request_login_code", "account_reset_password", "account_signup"]
)
def test_pages_of_signing_in_are_accessible(new_page: NewPage, name: str) -> None:
    AdministratorFactory()
    page = new_page(phone=True)
    page.goto(reverse(name))
    assert axe.violations(page) == []


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("mine", [True, False], ids=["own machine", "reached by others"])
def test_first_steps_of_an_empty_installation_are_accessible(
    new_page: NewPage, settings: Settings, look: str, mine: bool
) -> None:
    settings.FIRST_STEPS_HOSTS = ["localhost", "127.0.0.1"] if mine else []
    page = new_page(phone=True, color_scheme=look)
    page.goto("/")
    assert page.url.endswith(reverse("portfolio:first-steps"))
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if mine:
        page.locator("main form button").click()
        expect(page.locator("[data-error-summary]")).to_be_focused()
        assert axe.violations(page) == []
