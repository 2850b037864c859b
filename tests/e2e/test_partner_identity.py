"""Identity profiles: a partner writes its own, both stand side by side, and each writes how it sees the other."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from identity.models import IdentityConversation, IdentityProfile
from partners.models import Organisation
from tests.e2e import axe
from tests.e2e.people import fill, let_in, see_panels, send
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import CollaborationFactory
from tests.factories.identity import IdentityProfileFactory
from tests.factories.partners import HostFactory, OrganisationFactory, PartnerUserFactory

NewPage = Callable[..., Page]


@pytest.fixture
def noord(transactional_db: None) -> Organisation:
    """Return a partner of ours that can sign in; we have a profile."""
    noord = OrganisationFactory(name="Library North")
    IdentityProfileFactory(organisation=HostFactory(), trust_control=1, who_we_are="We are quick.")
    CollaborationFactory(partners=[noord])
    return noord


def test_partner_keeps_its_own_profile_on_a_phone(new_page: NewPage, noord: Organisation) -> None:
    page = new_page(phone=True, locale="en")
    let_in(page, PartnerUserFactory(organisation=noord))

    page.goto("/partners/ours/")
    see_panels(page)
    page.get_by_role("link", name="Write who this organisation is").click()
    fill(page, {"who_we_are": "We lend books.", "trust_control": ["4"]})
    send(page, "Keep as a draft")
    expect(page.get_by_text("Kept as a draft.")).to_be_visible()
    assert axe.violations(page) == []
    fill(page, {"what_matters": "An open door."})
    send(page, "Publish")

    expect(page.get_by_role("heading", name="In their own words")).to_be_visible()
    expect(page.get_by_text("An open door.")).to_be_visible()
    expect(page.get_by_role("img", name="trust ↔ control. Library North: 4")).to_be_visible()
    profile = IdentityProfile.objects.get(organisation=noord)
    assert (profile.version, profile.trust_control, profile.is_on_behalf) == (1, 4, False)


@pytest.mark.parametrize("phone", [False, True])
def test_two_profiles_are_compared(new_page: NewPage, noord: Organisation, phone: bool) -> None:
    IdentityProfileFactory(organisation=noord, trust_control=5, who_we_are="We are careful.")
    page = new_page(phone=phone, locale="en")
    let_in(page, CoordinatorFactory())

    page.goto("/partners/compare/")
    page.get_by_role("searchbox").fill("library")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_label("Library North").check()
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_label("Library North")).to_be_checked()
    page.get_by_label("Stichting Samen").check()
    send(page, "Put side by side")

    expect(page.get_by_text("We are quick.")).to_be_visible()
    expect(page.get_by_text("We are careful.")).to_be_visible()
    expect(page.get_by_role("img", name="trust ↔ control. Library North: 5; Stichting Samen: 1")).to_be_visible()
    expect(page.get_by_text("What one of you calls trust, the other may call carelessness.")).to_be_visible()
    page.get_by_text("As a table").press("Enter")
    expect(page.get_by_role("row", name="trust ↔ control 5 1 Far apart")).to_be_visible()
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    guide = page.request.get(page.get_by_role("link", name="Conversation guide").get_attribute("href") or "")
    assert guide.body().startswith(b"%PDF-1.7")


def test_both_sides_tell_how_they_see_each_other(new_page: NewPage, noord: Organisation) -> None:
    anna, petra = new_page(locale="en"), new_page(locale="en")
    let_in(anna, CoordinatorFactory())
    let_in(petra, PartnerUserFactory(organisation=noord))

    anna.goto(f"/partners/{noord.pk}/")
    see_panels(anna)
    anna.get_by_role("link", name="Note a conversation").click()
    fill(anna, {"held_on": "2026-01-15", "learned": "They want it on paper."})
    send(anna, "Save")
    anna.get_by_role("link", name="Write how we see Library North").click()
    fill(anna, {"text": "You are careful.", "visibility": ["shared"]})
    send(anna, "Save")
    expect(anna.get_by_text("Library North can read and answer it now.")).to_be_visible()

    petra.goto("/partners/ours/")
    see_panels(petra)
    petra.get_by_role("link", name="Read and answer").click()
    fill(petra, {"answer": ["partly"], "word": "Not on Mondays."})
    assert axe.violations(petra) == []
    send(petra, "Send the answer")
    petra.get_by_role("link", name="Write how we see Stichting Samen").click()
    fill(petra, {"text": "You are quick.", "visibility": ["shared"]})
    send(petra, "Save")

    anna.goto(f"/conversations/{IdentityConversation.objects.get().pk}/")
    expect(anna.get_by_text("Not on Mondays.")).to_be_visible()
    anna.get_by_role("link", name="Answer", exact=True).click()
    fill(anna, {"answer": ["yes"]})
    send(anna, "Send the answer")
    expect(anna.get_by_text("Yes, that is us")).to_be_visible()
    assert axe.violations(anna) == []
