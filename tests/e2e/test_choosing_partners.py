"""Choosing partners: from a goal to a shortlist, side by side, to a choice of which partners see only the outcome."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from collab.enums import RoleKind
from collab.models import Collaboration
from partners.models import Organisation
from tests.e2e import axe
from tests.e2e.people import fill, let_in, see_panels, send
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import closed_cycle, collaboration_with
from tests.factories.collab import CandidateFactory, CollaborationFactory, RoleAssignmentFactory
from tests.factories.identity import IdentityConversationFactory, IdentityProfileFactory
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

NewPage = Callable[..., Page]


@pytest.fixture
def exploring(transactional_db: None) -> Collaboration:
    """Return a collaboration that is being explored by the host alone; three organisations could join."""
    exploring = CollaborationFactory(name="Reading in the park", shared_goal="Everybody reads outside.")
    host = exploring.participations.get(organisation__is_host=True)
    for role, name in ((RoleKind.DECIDER, "Dora"), (RoleKind.LEAD, "Leo")):
        RoleAssignmentFactory(participation=host, role=role, contact__name=name, starts_on=date(2025, 1, 1))
    north, west, _school = (OrganisationFactory(name=name) for name in ("Library North", "Care West", "School East"))
    for organisation, value in ((HostFactory(), 1), (north, 2), (west, 5)):
        IdentityProfileFactory(organisation=organisation, ideas_execution=value)
    closed_cycle(collaboration_with(north, name="Reading indoors"))
    IdentityConversationFactory(organisations=[HostFactory(), north], held_on=date(2026, 1, 15))
    return exploring


def test_partners_are_weighed_and_chosen(new_page: NewPage, exploring: Collaboration) -> None:
    page = new_page(locale="en")
    let_in(page, CoordinatorFactory())

    page.goto(f"/collaborations/{exploring.pk}/")
    page.get_by_role("link", name="Choose partners").click()
    expect(page.get_by_text("Nobody is considered yet")).to_be_visible()
    page.get_by_role("link", name="Add candidates").click()
    page.get_by_role("searchbox").press_sequentially("libr")
    page.get_by_label("Library North").check()
    page.get_by_role("searchbox").fill("")
    page.get_by_label("Care West").check()
    assert axe.violations(page) == []
    send(page, "Put on the shortlist")
    expect(page.get_by_text("2 candidates were added.")).to_be_visible()

    page.get_by_role("link", name="Change Library North").click()
    fill(page, {"offer": "A reading garden.", "need": "Visitors.", "notes": "Slow to decide."})
    assert axe.violations(page) == []
    send(page, "Save")

    see_panels(page)
    rows = page.get_by_role("table", name="Candidates, and what we know of each").get_by_role("row")
    for words in ("A reading garden.", "ideas ↔ execution", "Reading indoors", "15 January 2026", "Slow to decide."):
        expect(rows.filter(has_text="Library North")).to_contain_text(words)
    expect(rows.filter(has_text="Library North")).to_contain_text("7 ×")
    expect(rows.filter(has_text="Care West")).to_contain_text("Far apart")
    assert stand_beside_each_other(page)
    assert axe.violations(page) == []

    page.get_by_role("link", name="Choose partners").click()
    page.get_by_role("checkbox", name="Library North", exact=True).check()
    page.get_by_label("Write this down for Library North.").check()
    fill(page, {"why": "They have a garden."})
    page.get_by_label("Who decided this?").select_option(label="Dora")
    assert axe.violations(page) == []
    send(page, "Choose these")

    expect(page.get_by_text("The choice is made.")).to_be_visible()
    decisions = page.get_by_role("region", name="Decisions")
    expect(decisions).to_contain_text("Partners chosen: Library North")
    expect(decisions).to_contain_text("Internal")
    page.get_by_role("link", name="Shortlist of partners").click()
    expect(rows.filter(has_text="Care West")).to_contain_text("Not chosen")

    petra = new_page(locale="en")
    let_in(petra, PartnerUserFactory(organisation=Organisation.objects.get(name="Library North")))
    petra.goto(f"/collaborations/{exploring.pk}/")
    expect(petra.get_by_text("A reading garden.")).to_be_visible()
    for words in ("Care West", "They have a garden.", "Shortlist"):
        expect(petra.get_by_text(words)).to_have_count(0)
    answer = petra.goto(f"/collaborations/{exploring.pk}/candidates/")
    assert answer
    assert answer.status == 404


def stand_beside_each_other(page: Page) -> bool:
    """Return whether candidates are columns: both names at one height, the labels left of them."""
    script = "cells => cells.slice(0, 3).map(cell => cell.getBoundingClientRect()).map(box => [box.x, box.y])"
    (label, first, second) = page.locator(".shortlist tr > :first-child").evaluate_all(script)
    return bool(label[0] < first[0] < second[0] and label[1] == first[1] == second[1])


def test_cards_on_a_phone_and_many_on_a_desk(new_page: NewPage, exploring: Collaboration) -> None:
    for number in range(6):
        CandidateFactory(collaboration=exploring, organisation__name=f"Candidate with a long name {number}")
    for phone in (True, False):
        page = new_page(phone=phone, locale="en")
        let_in(page, CoordinatorFactory())
        page.goto(f"/collaborations/{exploring.pk}/candidates/")
        see_panels(page)
        expect(page.get_by_text("There are 6 candidates.")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert stand_beside_each_other(page) != phone
        assert axe.violations(page) == []


def test_everything_works_without_javascript(new_page: NewPage, exploring: Collaboration) -> None:
    page = new_page(locale="en", java_script_enabled=False)
    let_in(page, CoordinatorFactory())
    page.goto(f"/organisations/{Organisation.objects.get(name='Library North').pk}/consider/")
    send(page, "Put on the shortlist")
    page.get_by_role("link", name="Look at the results").click()
    expect(page.get_by_role("heading", name="How it went with Library North")).to_be_visible()
    page.goto(f"/collaborations/{exploring.pk}/candidates/choose/")
    page.get_by_role("checkbox", name="Library North", exact=True).check()
    fill(page, {"why": "They have a garden."})
    page.get_by_label("Who decided this?").select_option(label="Dora")
    send(page, "Choose these")
    expect(page.get_by_text("The choice is made.")).to_be_visible()
    assert exploring.participations.count() == 2
