"""The pages used without JavaScript."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from assessments.actions import plan_cycle
from assessments.enums import InvitationStatus
from assessments.models import EvaluationCycle, Invitation
from collab.models import Collaboration
from partners.lists.views.registry import PER_PAGE
from partners.models import Contact, Organisation
from tests.e2e.people import fill, let_in, send
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import collaboration_with, opened_cycle, people, token_for
from tests.factories.partners import HostFactory, OrganisationFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
NewPage = Callable[..., Page]


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page(java_script_enabled=False, locale="en-GB")


@pytest.fixture
def desk(page: Page) -> Page:
    """Open a page as the coordinator."""
    let_in(page, CoordinatorFactory())
    return page


def names_on(page: Page) -> Locator:
    return page.locator("#results tbody th a")


def test_registry_is_searched_filtered_sorted_and_paged(desk: Page) -> None:
    OrganisationFactory.create_batch(PER_PAGE + 1, kind="library")
    OrganisationFactory(name="École du Nord", kind="education")
    desk.goto(reverse("partners:organisation-list"))
    expect(names_on(desk)).to_have_count(PER_PAGE)
    desk.get_by_role("link", name="Next", exact=True).click()
    expect(names_on(desk)).to_have_count(2)
    fill(desk, {"q": "ecole"})
    send(desk, "Search")
    expect(names_on(desk)).to_have_text(["École du Nord"])
    desk.get_by_role("link", name="Show all").click()
    expect(names_on(desk)).to_have_count(PER_PAGE)
    fill(desk, {"kind": "library"})
    send(desk, "Search")
    expect(desk.locator("#results")).to_contain_text(f"{PER_PAGE + 1} organisations")
    desk.get_by_role("link", name="Name", exact=True).click()
    last = Organisation.objects.filter(kind="library").order_by("-sort_name")[:PER_PAGE]
    expect(names_on(desk)).to_have_text([organisation.name for organisation in last])


@pytest.mark.parametrize(
    ("name", "per_page"),
    [("collab:collaboration-list", 25), ("portfolio:dashboard", 20), ("assessments:cycle-list", 25)],
)
def test_lists_are_searched_and_paged(desk: Page, name: str, per_page: int) -> None:
    day = timezone.localdate()
    for number in range(26):
        collaboration = collaboration_with(OrganisationFactory(), name=f"Number {number:02}")
        asked = [people(part.organisation, 1)[0] for part in collaboration.participations.all()]
        plan_cycle(actor=None, collaboration=collaboration, opens_on=day, closes_on=day, contacts=asked)
    desk.goto(reverse(name))
    expect(names_on(desk)).to_have_count(per_page)
    desk.get_by_role("link", name="Next", exact=True).click()
    expect(names_on(desk)).to_have_count(26 - per_page)
    fill(desk, {"q": "17"})
    send(desk, "Search")
    expect(names_on(desk)).to_have_text(["Number 17"])


def test_starting_a_collaboration_with_a_partner_out_of_many(desk: Page) -> None:
    HostFactory()
    OrganisationFactory.create_batch(20)
    OrganisationFactory(name="Bibliotheek Zuid")
    desk.goto(reverse("collab:collaboration-create"))
    fill(desk, {"name": "Voorlezen", "partners_search": "zuid"})
    send(desk, "Search")
    desk.get_by_label("Bibliotheek Zuid").check()
    send(desk, "Start the collaboration")
    expect(desk.get_by_role("heading", name="Voorlezen", level=1)).to_be_visible()
    names = Collaboration.objects.get().participations.values_list("organisation__name", flat=True)
    assert sorted(names) == ["Bibliotheek Zuid", "Stichting Samen"]


def test_panels_of_a_page_are_a_link_away(desk: Page) -> None:
    cycle = opened_cycle()
    desk.goto(reverse("collab:collaboration-detail", args=[cycle.collaboration_id]))
    desk.get_by_role("link", name="Look at the evaluations").click()
    expect(desk.get_by_role("link", name="Round 1")).to_be_visible()
    partner = cycle.parties.get(is_host=False).organisation
    desk.goto(reverse("partners:organisation-detail", args=[partner.pk]))
    desk.get_by_role("link", name="Look at the collaborations").click()
    expect(desk.get_by_role("link", name=cycle.collaboration.name)).to_be_visible()


def test_planning_and_opening_a_round(desk: Page) -> None:
    collaboration = collaboration_with()
    asked = [row for part in collaboration.participations.all() for row in people(part.organisation, 2)]
    desk.goto(reverse("assessments:cycle-plan", args=[collaboration.pk]))
    fill(desk, {"contacts": [str(contact.pk) for contact in asked]})
    send(desk, "Plan the round")
    send(desk, "Open now and invite")
    expect(desk.get_by_text("0 of 4 people")).to_be_visible()
    assert EvaluationCycle.objects.get().status == "open"


def test_keeping_going_on_and_sending_answers(page: Page) -> None:
    invitation = opened_cycle().invitations.order_by("pk").last()
    assert invitation is not None
    Contact.objects.update(language="en")
    url = reverse("assessments:answer", args=[token_for(invitation)])
    page.goto(url)
    page.locator("[name=experience_use_lessons][value='2']").check()
    page.locator("[name='comment:low:experience_use_lessons']").fill("Look back more often.")
    send(page, "Keep and go on later")
    expect(page.get_by_text("Your answers are kept.")).to_be_visible()

    page.goto(url)
    expect(page.locator("[name=experience_use_lessons][value='2']")).to_be_checked()
    page.locator("[name=experience_solve_problems][value='5']").check()
    send(page, "Send my answers")
    send(page, "Send without these")
    expect(page).to_have_url(re.compile("/sent/$"))
    stored = Invitation.objects.get(pk=invitation.pk)
    assert stored.status == InvitationStatus.SUBMITTED
    assert stored.responses.get().answers == {"experience_use_lessons": 2, "experience_solve_problems": 5}
    assert stored.responses.get().comments == {"low:experience_use_lessons": "Look back more often."}
