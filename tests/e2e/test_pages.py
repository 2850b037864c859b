"""Every page, in every look: accessible, no wider than the screen, in the right language, an empty console."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from partners.models import Contact
from tests.e2e import axe
from tests.e2e.people import let_in, see_panels
from tests.permission_table import TABLE
from tests.world import ROLES, World, build_world

NewPage = Callable[..., Page]

NO_PAGES = ("healthz", "readyz")
ANONYMOUS = {name for name, row in TABLE.items() if row.get.split()[0] == "200"}


@dataclass(frozen=True)
class Look:
    phone: bool
    dark: bool
    language: str

    def __str__(self) -> str:
        return f"{'phone' if self.phone else 'desk'}-{'dark' if self.dark else 'light'}-{self.language}"


# Every two of screen, look and language meet.
LOOKS = [Look(False, False, "nl"), Look(True, True, "nl"), Look(True, False, "en"), Look(False, True, "en")]


def pages(role: str, world: World) -> Iterator[tuple[str, str]]:
    """Name and address of every page that somebody in this role may open."""
    for name, row in TABLE.items():
        opens = row.get.split()[ROLES.index(role)] == "200" and name not in NO_PAGES
        seen_already = role != "anonymous" and (row.personal or name in ANONYMOUS)
        if opens and not seen_already:
            yield name, reverse(name, args=row.args(world))


def problems(page: Page, look: Look) -> list[str]:
    """What is wrong with the open page, in one look."""
    found = axe.violations(page)
    if page.locator("html").get_attribute("lang") != look.language:
        found.append(f"not in {look.language}")
    if wide := page.evaluate("document.documentElement.scrollWidth - window.innerWidth") > 0:
        found.append(f"{wide} px too wide")
    return found


def keep_picture(page: Page, name: str) -> None:
    """With SCREENSHOTS=<folder>, a picture of every page, to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name.replace(':', '-')}.png", full_page=True)


def look_at(page: Page, addresses: Iterator[tuple[str, str]], look: Look, who: str) -> dict[str, list[str]]:
    found = {}
    for name, address in addresses:
        page.goto(address)
        see_panels(page)
        keep_picture(page, f"{who}-{name}-{look}")
        if wrong := problems(page, look):
            found[name] = wrong
    return found


def in_look(new_page: NewPage, look: Look) -> Page:
    locale = {"nl": "nl-NL", "en": "en-GB"}[look.language]
    return new_page(phone=look.phone, locale=locale, color_scheme="dark" if look.dark else "light")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_in_every_look(new_page: NewPage, look: Look, transactional_db: None) -> None:
    world = build_world()
    User.objects.update(language=look.language)
    Contact.objects.update(language=look.language)
    found = {}
    for role in ("anonymous", "partner", "administrator"):
        page = in_look(new_page, look)
        if role != "anonymous":
            let_in(page, world.users[role])
        found[role] = look_at(page, pages(role, world), look, role)
    assert found == {"anonymous": {}, "partner": {}, "administrator": {}}
