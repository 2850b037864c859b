"""Likely duplicates: shown while a name is typed, asked without scripts, and listed on a page."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from partners.models import Organisation
from tests.e2e.axe import violations
from tests.e2e.people import let_in
from tests.factories.accounts import CoordinatorFactory
from tests.factories.partners import OrganisationFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
CREATE, DUPLICATES = reverse("partners:organisation-create"), reverse("partners:duplicate-list")


@pytest.fixture
def known() -> Organisation:
    return OrganisationFactory(name="Stichting Lezen & Schrijven", city="Gouda", website="https://lezen.example")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_warning_while_typing(new_page: Callable[..., Page], known: Organisation, phone: bool) -> None:
    page = new_page(phone=phone, locale="en-GB")
    let_in(page, CoordinatorFactory())
    page.goto(CREATE)

    page.get_by_label("Name", exact=False).first.press_sequentially("LEZEN EN SCH")
    warning = page.get_by_role("heading", name="Is it one of these?")
    expect(warning).to_be_visible()
    expect(page.locator("#possible-matches")).to_contain_text("The name begins alike")
    expect(page.locator("#announcer")).to_contain_text("Stichting Lezen & Schrijven")
    assert violations(page) == []

    page.locator("#id_name").fill("Winkel")
    expect(warning).to_be_hidden()
    page.locator("#id_website").fill("www.lezen.example/over-ons")
    page.locator("#id_city").focus()
    expect(page.locator("#possible-matches")).to_contain_text("The same website")
    page.locator("#possible-matches").get_by_role("link", name="Stichting Lezen & Schrijven").click()
    expect(page.locator("h1")).to_contain_text("Stichting Lezen & Schrijven")


def test_without_scripts_the_form_asks_once(new_page: Callable[..., Page], known: Organisation) -> None:
    page = new_page(phone=False, locale="en-GB", java_script_enabled=False)
    let_in(page, CoordinatorFactory())
    page.goto(CREATE)
    page.locator("#id_name").fill("Lezen en schrijven BV")
    page.locator("#id_city").fill("Zwolle")
    page.get_by_role("button", name="Add the organisation").click()

    expect(page.locator("#possible-matches")).to_contain_text("Gouda")
    expect(page.locator("#id_city")).to_have_value("Zwolle")
    page.get_by_label("No, add it as a new organisation").check()
    page.get_by_role("button", name="Add the organisation").click()
    expect(page.locator("h1")).to_contain_text("Lezen en schrijven BV")


def test_pairs_are_merged_or_told_apart(new_page: Callable[..., Page], known: Organisation) -> None:
    OrganisationFactory(name="Lezen en Schrijven", city="Gouda")
    page = new_page(phone=False, locale="en-GB")
    let_in(page, CoordinatorFactory())
    page.goto(reverse("partners:organisation-list"))
    page.get_by_role("link", name="Look for duplicates").click()
    expect(page.locator(".pair")).to_contain_text("The same name in the same city")
    assert violations(page) == []

    page.get_by_role("button", name="These are different").click()
    expect(page.locator(".pair")).to_have_count(0)
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("link", name="Merge them").click()
    expect(page.get_by_role("button", name="Merge the two")).to_be_visible()
