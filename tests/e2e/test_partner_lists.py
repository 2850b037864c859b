"""The list of partners in daily work: counts, columns, views, several rows together, files."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from partners.models import Organisation, SavedView
from tests.e2e.axe import violations
from tests.e2e.people import fill, let_in, send
from tests.e2e.test_keyboard import shows_focus
from tests.factories.accounts import CoordinatorFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
LIST = reverse("partners:organisation-list")


@pytest.fixture
def registry() -> None:
    for name, kind in (("Noord", "library"), ("Oost", "library"), ("West", "company")):
        OrganisationFactory(name=name, kind=kind, phone="+31 30 123 45 67")
    ContactFactory(organisation=Organisation.objects.get(name="West"), name="Zoë van Dam")


@pytest.fixture(params=[False, True], ids=["desk", "phone"])
def desk(request: pytest.FixtureRequest, new_page: Callable[..., Page], registry: None) -> Page:
    page = new_page(phone=request.param, locale="en-GB")
    let_in(page, CoordinatorFactory())
    return page


def names(page: Page) -> list[str]:
    return page.locator("#results tbody th a").all_inner_texts()


def test_work_in_the_list(desk: Page) -> None:
    desk.goto(LIST)
    expect(desk.locator("[name=kind] option[value=library]")).to_have_text("Library (2)")

    desk.locator("h1").click()
    desk.keyboard.press("/")
    expect(desk.locator("[name=q]")).to_be_focused()
    assert shows_focus(desk)
    desk.keyboard.type("zoe")
    expect(desk.locator("#results tbody tr")).to_have_count(1)
    assert names(desk) == ["West"]
    expect(desk.locator("[name=kind] option[value=library]")).to_have_text("Library (0)")

    desk.goto(f"{LIST}?kind=library")
    desk.get_by_text("Columns", exact=True).click()
    desk.get_by_label("Phone").check()
    assert violations(desk) == []
    desk.get_by_role("button", name="Show", exact=True).click()
    expect(desk).to_have_url(re.compile("kind=library.*columns=phone"))
    expect(desk.locator("#results tbody").get_by_text("+31 30 123 45 67")).to_have_count(2)

    desk.get_by_text("Views", exact=True).click()
    desk.get_by_role("link", name="Save this view").click()
    fill(desk, {"name": "Libraries to call"})
    assert violations(desk) == []
    send(desk, "Save")
    expect(desk.locator(".tabs [aria-current]")).to_have_text("Libraries to call")
    assert "columns=phone" in SavedView.objects.get().query

    desk.get_by_label("All 2 in this list").check()
    desk.get_by_role("button", name="Add tags").click()
    expect(desk.locator("main")).to_contain_text("This is about 2 organisations.")
    fill(desk, {"value": "to call"})
    assert violations(desk) == []
    send(desk, "Change 2 organisations")
    expect(desk.locator("main")).to_contain_text("2 organisations changed.")
    assert Organisation.objects.filter(tags__name="to call").count() == 2


def test_ticking_everything_on_the_page_and_exporting_it(desk: Page) -> None:
    desk.goto(f"{LIST}?kind=library")
    desk.get_by_label("All on this page").check()
    expect(desk.locator("[name=ids]:checked")).to_have_count(2)
    desk.get_by_label("Oost", exact=True).uncheck()
    expect(desk.get_by_label("All on this page")).not_to_be_checked()
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Export the ticked ones").click()
    text = download.value.path().read_text("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == ["Name", "Noord"]


def test_keyboard_goes_through_the_rows_and_ticks_several(new_page: Callable[..., Page], registry: None) -> None:
    page = new_page(locale="en-GB")
    let_in(page, CoordinatorFactory())
    page.goto(LIST)
    page.locator("h1").click()
    for key in ("/", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.get_by_role("link", name="Oost")).to_be_focused()
    assert shows_focus(page)
    for is_ticked in (True, False):
        page.keyboard.press("Space")
        expect(page.get_by_label("Oost", exact=True)).to_be_checked(checked=is_ticked)
        expect(page.get_by_role("link", name="Oost")).to_be_focused()
    for key in ("ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator("[name=q]")).to_be_focused()

    page.get_by_label("Noord", exact=True).focus()
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    ticked = page.locator("[name=ids]:checked")
    assert [box.get_attribute("aria-label") for box in ticked.all()] == ["Noord", "Oost"]
    expect(page.locator(".together")).to_have_css("position", "sticky")

    page.get_by_label("Oost", exact=True).uncheck()
    page.get_by_label("Noord", exact=True).check()
    page.get_by_label("West", exact=True).click(modifiers=["Shift"])
    expect(ticked).to_have_count(3)
    expect(page.get_by_label("All on this page")).to_be_checked()


def test_ticked_ones_are_put_side_by_side_and_two_are_merged(desk: Page) -> None:
    HostFactory(name="We")
    desk.goto(LIST)
    desk.get_by_label("Noord", exact=True).check()
    desk.get_by_role("button", name="Merge two").click()
    expect(desk.locator("main")).to_contain_text("Tick two organisations.")
    expect(desk.get_by_label("Noord", exact=True)).to_be_checked()

    desk.get_by_label("Oost", exact=True).check()
    desk.get_by_role("button", name="Put side by side").click()
    expect(desk.locator("main")).to_contain_text("Noord")
    expect(desk.locator("main")).to_contain_text("Oost")
    assert desk.url.endswith("&".join(f"organisation={key}" for key in keys_of("Noord", "Oost")))

    desk.go_back()
    for name in ("Noord", "Oost"):
        desk.get_by_label(name, exact=True).check()
    desk.get_by_role("button", name="Merge two").click()
    desk.get_by_role("button", name=re.compile("Merge")).last.click()
    expect(desk.locator("main")).to_contain_text("Noord")
    assert not Organisation.objects.filter(name="Oost").exists()


def keys_of(*names: str) -> list[int]:
    return [Organisation.objects.get(name=name).pk for name in names]


def test_pages_around_the_list_are_accessible(desk: Page) -> None:
    SavedView.objects.create(owner=CoordinatorFactory(), name="Shared", query="kind=library", is_shared=True)
    for name in ("saved-view-list", "organisation-counts"):
        desk.goto(reverse(f"partners:{name}"))
        assert violations(desk) == []


def test_without_javascript(new_page: Callable[..., Page], registry: None) -> None:
    page = new_page(java_script_enabled=False, locale="en-GB")
    let_in(page, CoordinatorFactory())
    page.goto(LIST)
    page.get_by_role("link", name="Show counts").click()
    page.get_by_role("link", name="Library", exact=True).click()
    assert names(page) == ["Noord", "Oost"]
    page.get_by_label("Noord", exact=True).check()
    page.get_by_role("button", name="Change the status").click()
    fill(page, {"value": "former"})
    send(page, "Change 1 organisation")
    expect(page.locator("main")).to_contain_text("1 organisation changed.")
    assert Organisation.objects.get(status="former").name == "Noord"
