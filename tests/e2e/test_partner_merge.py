"""Merging two organisations: by the keyboard, on a phone, and without scripts."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from partners.models import Contact, MergedOrganisation, Organisation
from tests.e2e.axe import violations
from tests.e2e.people import let_in, send
from tests.e2e.test_keyboard import shows_focus
from tests.e2e.test_pages import LOOKS, Look, in_look, look_at
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import collaboration_with, opened_cycle
from tests.factories.collab import RoleAssignmentFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def twice() -> tuple[Organisation, Organisation]:
    """Return Noord and its duplicate, in one collaboration that each of them leads, with one person known at both."""
    HostFactory()
    noord = OrganisationFactory(name="Noord", city="Groningen", phone="")
    double = OrganisationFactory(name="Stichting Noord", city="Haren", phone="050 123")
    collaboration = collaboration_with(noord, double, name="Reading")
    for organisation in (noord, double):
        contact = ContactFactory(organisation=organisation, name="Ann", email="ann@noord.example")
        ContactFactory(organisation=organisation, name=f"Lead of {organisation}")
        part = collaboration.participations.get(organisation=organisation)
        lead = organisation.contacts.exclude(pk=contact.pk).get()
        RoleAssignmentFactory(participation=part, contact=lead)
    return noord, double


def address(organisation: Organisation) -> str:
    return reverse("partners:organisation-detail", args=[organisation.pk])


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_from_the_page_of_one_to_the_one_that_stays(
    new_page: Callable[..., Page], twice: tuple[Organisation, Organisation], phone: bool
) -> None:
    noord, double = twice
    page = new_page(phone=phone, locale="en-GB")
    let_in(page, CoordinatorFactory(language="en"))
    page.goto(address(noord))
    page.get_by_role("link", name="Merge with another…").click()
    expect(page.locator("main")).to_contain_text("With which organisation is Noord one?")
    assert violations(page) == []
    page.get_by_role("searchbox").fill("haren")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Stichting Noord Haren").check()
    send(page, "Put the two side by side")

    main = page.locator("main")
    for sentence in (
        "1 collaboration with 1 role",
        "Ann (ann@noord.example) is a contact of both",
        "Reading keeps one lead here: Lead of Noord. For Lead of Stichting Noord the role ends today.",
    ):
        expect(main).to_contain_text(sentence)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.get_by_label("City: Haren").check()
    send(page, "Merge the two")

    expect(page).to_have_url(address(noord))
    expect(main).to_contain_text("Stichting Noord is now part of Noord.")
    expect(main).to_contain_text("050 123")
    page.goto(address(double))
    expect(page).to_have_url(address(noord))
    page.goto(reverse("partners:organisation-history", args=[double.pk]))
    expect(main).to_contain_text("Merged with Stichting Noord")
    assert Contact.objects.filter(organisation=noord).count() == 3


def test_by_the_keyboard_in_dutch(new_page: Callable[..., Page], twice: tuple[Organisation, Organisation]) -> None:
    noord, double = twice
    page = new_page(locale="nl-NL")
    let_in(page, CoordinatorFactory(language="nl"))
    page.goto(f"{reverse('partners:merge')}?organisation={noord.pk}&organisation={double.pk}&survivor={noord.pk}")
    page.locator("[name=survivor]:checked").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"[name=survivor][value='{double.pk}']:checked")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("thead th").nth(1)).to_contain_text("Stichting Noord")
    page.locator("[name=from-name]:checked").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=from-name][value=duplicate]")).to_be_checked()
    page.locator("[name=from-phone]:checked").focus()
    while not page.evaluate("document.activeElement.matches('main form[method=post] button[type=submit]')"):
        page.keyboard.press("Tab")
    assert shows_focus(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(address(double))
    double.refresh_from_db()
    assert (double.name, MergedOrganisation.objects.get().key) == ("Noord", noord.pk)


def test_without_scripts_a_page_that_is_out_of_date_is_shown_anew(
    new_page: Callable[..., Page], twice: tuple[Organisation, Organisation]
) -> None:
    noord, double = twice
    page = new_page(java_script_enabled=False, locale="en-GB")
    let_in(page, CoordinatorFactory(language="en"))
    url = f"{reverse('partners:merge')}?organisation={noord.pk}&organisation={double.pk}&survivor={noord.pk}"
    page.goto(url)
    page.get_by_label("City: Haren").check()
    ContactFactory(organisation=double, name="Newcomer")
    send(page, "Merge the two")
    expect(page.locator("main")).to_contain_text("Something changed since you looked. This is how it is now.")
    expect(page.get_by_label("City: Haren")).to_be_checked()
    send(page, "Merge the two")
    expect(page).to_have_url(address(noord))
    noord.refresh_from_db()
    assert (noord.city, noord.contacts.filter(name="Newcomer").exists()) == ("Haren", True)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_page_in_every_look(
    new_page: Callable[..., Page], twice: tuple[Organisation, Organisation], look: Look
) -> None:
    page = in_look(new_page, look)
    let_in(page, CoordinatorFactory(language=look.language))
    OrganisationFactory(name="A" * 120)
    query = "&".join(f"organisation={row.pk}" for row in Organisation.objects.order_by("-pk")[:2])
    addresses = [
        ("merge-two", f"{reverse('partners:merge')}?{query}"),
        ("merge-one", f"{reverse('partners:merge')}?q=noord"),
    ]
    assert look_at(page, addresses, look, "coordinator") == {}


def test_what_stands_in_the_way_has_a_way_out(
    new_page: Callable[..., Page], twice: tuple[Organisation, Organisation]
) -> None:
    noord, double = twice
    cycle = opened_cycle(noord.collaborations.get())
    page = new_page(locale="en-GB")
    let_in(page, CoordinatorFactory(language="en"))
    page.goto(f"{reverse('partners:merge')}?organisation={noord.pk}&organisation={double.pk}")
    expect(page.get_by_role("button", name="Merge the two")).to_have_count(0)
    assert violations(page) == []
    page.get_by_role("link", name="Look at the round").click()
    expect(page).to_have_url(reverse("assessments:cycle-detail", args=[cycle.pk]))
