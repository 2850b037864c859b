"""Every page, in every look: accessible, no wider than the screen, in the right language, an empty console."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from partners.models import Contact
from tests.e2e import axe
from tests.e2e.people import let_in, see_panels
from tests.factories.accounts import AdministratorFactory
from tests.permission_table import TABLE
from tests.world import ROLES, World, copy_world

NewPage = Callable[..., Page]

# What is no page: figures for machines, pictures, suggestions for a field, files to keep.
NO_PAGES = (
    *("healthz", "readyz"),
    *("partners:organisation-logo", "partners:organisation-options", "partners:possible-matches"),
    *("partners:organisation-export", "imports:import-refused"),
    "assessments:cycle-preview-mail",  # a mail, in a frame of the preview
)
ANONYMOUS = {name for name, row in TABLE.items() if row.get.split()[0] == "200"}


@dataclass(frozen=True)
class Look:
    phone: bool
    language: str

    def __str__(self) -> str:
        return f"{'phone' if self.phone else 'desk'}-{self.language}"


# Dutch, with its long words, on the small screen.
LOOKS = [Look(phone=True, language="nl"), Look(phone=False, language="en")]


def pages(role: str, world: World) -> Iterator[tuple[str, str]]:
    """Return name and address of every page that a user in this role may open."""
    for name, row in TABLE.items():
        opens = row.get.split()[ROLES.index(role)] == "200" and name not in NO_PAGES
        seen_already = role != "anonymous" and (row.personal or name in ANONYMOUS)
        if opens and not seen_already:
            yield name, reverse(name, args=row.args(world))


def problems(page: Page, look: Look) -> list[str]:
    """Return the problems of the open page: of all kinds, and on a desk those of colours in the dark theme as well."""
    # Halfway, what is just passing under a bar that stays in sight would count as small.
    page.evaluate("window.scrollTo(0, 0)")
    found = axe.violations(page) + spills(page)
    if page.locator("html").get_attribute("lang") != look.language:
        found.append(f"not in {look.language}")
    if (wide := page.evaluate("document.documentElement.scrollWidth - window.innerWidth")) > 0:
        found.append(f"{wide} px too wide")
    found += spills_with_large_text(page)
    if look.phone:
        return found
    found += spills_in_between(page)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    return found + [f"dark: {problem}" for problem in axe.violations(page, "color-contrast")]


def spills(page: Page) -> list[str]:
    """Return the panels of the open page whose content does not fit: it is cut off or lies over its neighbour."""
    script = """panels => panels.filter(panel => panel.scrollWidth > panel.clientWidth + 1)
                            .map(panel => panel.innerText.slice(0, 30))"""
    return [f"spills: {panel}" for panel in page.locator(".panel").evaluate_all(script)]


def spills_in_between(page: Page) -> list[str]:
    """Check the narrowest width with a sidebar, and the narrowest where tables are not lists yet."""
    viewport, found = page.viewport_size, []
    for width in (1100, 860):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {spill}" for spill in spills(page)]
    if viewport:
        page.set_viewport_size(viewport)
    return found


def spills_with_large_text(page: Page) -> list[str]:
    """Check the page for readers who made the letters of their browser one and a half times, and twice as large."""
    browser, found = page.context.new_cdp_session(page), []
    for percent in (150, 200):
        browser.send("Page.setFontSizes", {"fontSizes": {"standard": 16 * percent // 100}})
        if (wide := page.evaluate("document.documentElement.scrollWidth - window.innerWidth")) > 0:
            found.append(f"text of {percent} %: {wide} px too wide")
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})
    browser.detach()
    return found


def keep_picture(page: Page, name: str) -> None:
    """Save a picture of the page, to look at, when SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(folder) / f"{name.replace(':', '-')}-{scheme}.png", full_page=True)


def look_at(page: Page, addresses: Iterable[tuple[str, str]], look: Look, who: str) -> dict[str, list[str]]:
    found = {}
    for name, address in addresses:
        page.emulate_media(color_scheme="light")
        page.goto(address)
        see_panels(page)
        keep_picture(page, f"{who}-{name}-{look}")
        if wrong := problems(page, look):
            found[name] = wrong
    return found


def in_look(new_page: NewPage, look: Look, may_fail: tuple[str, ...] = ()) -> Page:
    """Set theme and width; colours change without animation for users who ask for less motion."""
    locale = {"nl": "nl-NL", "en": "en-GB"}[look.language]
    return new_page(phone=look.phone, locale=locale, may_fail=may_fail, reduced_motion="reduce")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_in_every_look(new_page: NewPage, look: Look, transactional_db: None) -> None:
    world = copy_world()
    User.objects.update(language=look.language)
    Contact.objects.update(language=look.language)
    found = {}
    for role in ("anonymous", "partner", "administrator"):
        page = in_look(new_page, look)
        if role != "anonymous":
            let_in(page, world.users[role])
        found[role] = look_at(page, pages(role, world), look, role)
    assert found == {"anonymous": {}, "partner": {}, "administrator": {}}


EMPTY = [
    "portfolio:dashboard",
    "partners:organisation-list",
    "imports:import-create",
    "collab:collaboration-list",
    "collab:collaboration-create",
    "assessments:cycle-list",
    "notifications:mail-list",
]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_pages_of_a_new_installation(new_page: NewPage, look: Look, transactional_db: None) -> None:
    """Open pages of an empty database, the missing page of a row included."""
    page = in_look(new_page, look)
    let_in(page, AdministratorFactory(language=look.language))
    addresses = [(name, reverse(name)) for name in EMPTY]
    addresses.append(("unknown", reverse("collab:collaboration-detail", args=[1])))
    assert look_at(page, addresses, look, "new") == {}
