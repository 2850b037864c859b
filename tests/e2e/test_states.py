"""Pages in states that no row of the permission table reaches: half filled in, refused, waiting, stuck, in conflict."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Error, Page, expect

from accounts.models import User
from assessments.actions import decline, pass_on, save_answers
from assessments.enums import Mode
from assessments.models import EvaluationCycle, Invitation
from notifications.models import RefusedAddress
from partners.actions import deactivate_contact
from partners.models import Contact, Organisation
from tests.e2e.people import let_in, see_panels
from tests.e2e.test_pages import LOOKS, Look, NewPage, in_look, keep_picture, problems
from tests.factories.assessments import closed_cycle, collaboration_with, opened_cycle, planned_cycle, token_for
from tests.factories.partners import OrganisationFactory
from tests.world import World, copy_world

State = Callable[[Page, World], None]
STATES: dict[str, tuple[str, State]] = {}


def state(reader: str) -> Callable[[State], State]:
    """Register a state, by the name of its function, that this reader reaches with the steps in the function."""

    def register(steps: State) -> State:
        STATES[steps.__name__.replace("_", "-")] = (reader, steps)
        return steps

    return register


def link(w: World) -> str:
    return reverse("assessments:answer", args=[w.token])


def invitation(w: World) -> Invitation:
    return Invitation.objects.select_related("contact", "cycle").get(pk=w.invitation.pk)


def visit(page: Page, address: str) -> None:
    """Open a page in the language of the look, also where the people were made just now."""
    language = page.evaluate("navigator.language")[:2]
    User.objects.update(language=language)
    Contact.objects.update(language=language)
    page.goto(address)
    see_panels(page)


def tap(page: Page, key: str, value: str) -> None:
    page.locator(f"label:has([name='{key}'][value='{value}'])").click()


def submit(page: Page) -> None:
    """Press the main button of the form and wait for the page that comes back."""
    with page.expect_navigation():
        page.locator("main form .btn-primary[type=submit]").first.click()


def round_page(page: Page, name: str, cycle: EvaluationCycle) -> None:
    visit(page, reverse(f"assessments:{name}", args=[cycle.pk]))


@state("anonymous")
def questionnaire_low_answer(page: Page, w: World) -> None:
    visit(page, link(w))
    tap(page, "value_clear_goal", "1")
    page.locator("[name='comment:low:value_clear_goal']").fill("We seldom talk about it")
    tap(page, "value_clear_goal", "4")
    expect(page.locator("#q-value_clear_goal .not-shared")).to_be_visible()


@state("anonymous")
def questionnaire_started(page: Page, w: World) -> None:
    save_answers(invitation=invitation(w), answers={"value_clear_goal": 4}, comments={})
    visit(page, link(w))


@state("anonymous")
def questionnaire_not_saved(page: Page, w: World) -> None:
    visit(page, link(w))
    page.route(re.compile("/save/$"), lambda route: route.abort("connectionreset"))
    tap(page, "value_clear_goal", "3")
    expect(page.locator("#save-state")).not_to_be_empty()
    expect(page.locator("#save-state")).to_contain_text("1")


@state("anonymous")
def questionnaire_other_address(page: Page, w: World) -> None:
    cycle = opened_cycle(collaboration_with(name="Leestuin Noord"))
    own = cycle.invitations.select_related("cycle", "contact").latest("pk")
    save_answers(invitation=own, answers={"value_clear_goal": 4}, comments={})
    Contact.objects.filter(pk=own.contact_id).update(email="another@noord.example")
    own = Invitation.objects.select_related("cycle", "contact").get(pk=own.pk)
    visit(page, reverse("assessments:answer", args=[token_for(own)]))


@state("anonymous")
def passed_on(page: Page, w: World) -> None:
    visit(page, passed_on_link("pia@noord.example"))


@state("anonymous")
def passed_on_waiting(page: Page, w: World) -> None:
    visit(page, passed_on_link("pia@unknown.example"))


def passed_on_link(email: str) -> str:
    """Return the link of a person who passed the questions on to this address."""
    collaboration = collaboration_with(OrganisationFactory(name="Wijkteam Zuid"), name="Zuid leest")
    own = opened_cycle(collaboration).invitations.select_related("cycle", "contact", "party").latest("pk")
    Contact.objects.filter(pk=own.contact_id).update(email="petra@noord.example")
    own = Invitation.objects.select_related("cycle", "contact", "party").get(pk=own.pk)
    token = token_for(own)
    pass_on(invitation=own, name="Pia Noord", email=email)
    return reverse("assessments:answer", args=[token])


@state("anonymous")
def pass_on_refused(page: Page, w: World) -> None:
    visit(page, reverse("assessments:answer-pass-on", args=[w.token]))
    submit(page)


@state("anonymous")
def declined(page: Page, w: World) -> None:
    own = opened_cycle(collaboration_with(name="Leesplein Noord")).invitations.select_related("cycle").latest("pk")
    token = token_for(own)
    decline(invitation=own)
    visit(page, reverse("assessments:answer", args=[token]))


@state("anonymous")
def side_list_refused(page: Page, w: World) -> None:
    visit(page, reverse("assessments:side-by-link", args=[w.side_token]))
    page.locator("[name=new-0-name]").fill("Nina Nieuw")
    page.locator("[name=new-0-email]").fill("nina")
    submit(page)


@state("anonymous")
def side_list_after_opening(page: Page, w: World) -> None:
    EvaluationCycle.objects.filter(pk=w.planned_cycle.pk).update(status="open")
    visit(page, reverse("assessments:side-by-link", args=[w.side_token]))
    EvaluationCycle.objects.filter(pk=w.planned_cycle.pk).update(status="planned")


@state("anonymous")
def too_large(page: Page, w: World) -> None:
    visit(page, reverse("account_login"))
    page.locator("[name=password]").evaluate("field => field.value = 'x'.repeat(200000)")
    page.locator("[name=login]").fill("anne@samen.example")
    submit(page)


@state("coordinator")
def results_counted_together(page: Page, w: World) -> None:
    third = OrganisationFactory(name="Buurthuis Oost")
    cycle = closed_cycle(
        collaboration_with(w.noord, third, name="Oost leest"), host=(4, 4, 5, 3), partner=(2, 3), others=((4, 2),)
    )
    round_page(page, "cycle-results", cycle)


@state("coordinator")
def results_one_side_small(page: Page, w: World) -> None:
    cycle = closed_cycle(collaboration_with(w.noord, name="Wijk leest"), host=(4, 4, 5, 3), partner=(2,))
    round_page(page, "cycle-results", cycle)


@state("coordinator")
def results_open_round_not_asked(page: Page, w: World) -> None:
    cycle = closed_cycle(collaboration_with(w.noord, name="Straat leest"), host=(4, 4), partner=(2, 3), mode=Mode.OPEN)
    round_page(page, "cycle-results", cycle)


@state("anonymous")
def results_open_round_asked(page: Page, w: World) -> None:
    cycle = closed_cycle(collaboration_with(w.noord, name="Stad leest"), host=(4, 4), partner=(2, 3), mode=Mode.OPEN)
    visit(page, reverse("assessments:answer-results", args=[token_for(cycle.invitations.latest("pk"))]))


@state("coordinator")
def results_not_compared(page: Page, w: World) -> None:
    collaboration = collaboration_with(w.noord, name="Dorp leest")
    closed_cycle(collaboration, host=(4, 4, 4), partner=(3, 3, 3))
    round_page(page, "cycle-results", closed_cycle(collaboration, host=(4, 4, 4), partner=(3,)))


@state("coordinator")
def plan_refused(page: Page, w: World) -> None:
    visit(page, reverse("assessments:cycle-plan", args=[w.leesclub.pk]))
    page.locator("[name=opens_on]").fill("2020-01-01")
    page.locator("[name=closes_on]").fill("2019-01-01")
    submit(page)


@state("coordinator")
def round_planned(page: Page, w: World) -> None:
    round_page(page, "cycle-detail", w.planned_cycle)


@state("coordinator")
def round_stuck(page: Page, w: World) -> None:
    cycle = planned_cycle(collaboration_with(name="Haven leest"))
    for row in cycle.invitations.filter(party__is_host=False).select_related("contact"):
        deactivate_contact(actor=None, contact=row.contact)
    round_page(page, "cycle-detail", cycle)


@state("coordinator")
def round_with_refused_address(page: Page, w: World) -> None:
    cycle = opened_cycle(collaboration_with(name="Markt leest"), per_side=2)
    own, other = cycle.invitations.select_related("contact", "cycle", "party").order_by("-pk")[:2]
    RefusedAddress.objects.create(
        email=own.contact.email.lower(),
        recipient=f"contact-{own.contact_id}",
        words="550 5.1.1 The email account that you tried to reach does not exist",
        refused_at=timezone.now(),
    )
    pass_on(invitation=other, name="Pia Noord", email="pia@unknown.example")
    round_page(page, "cycle-detail", cycle)


@state("coordinator")
def end_with_rounds(page: Page, w: World) -> None:
    visit(page, reverse("collab:stage-change", args=[w.taalhuis.pk]))
    optional = page.locator("label[for=id_lessons] .optional")
    expect(optional).to_be_visible()
    page.locator("main [name=to][value=ended]").check()
    expect(optional).to_be_hidden()


@state("coordinator")
def end_refused(page: Page, w: World) -> None:
    end_with_rounds(page, w)
    submit(page)


@state("coordinator")
def pause_with_rounds(page: Page, w: World) -> None:
    visit(page, reverse("collab:stage-change", args=[w.taalcafe.pk]))
    page.locator("main [name=to][value=paused]").check()


@state("coordinator")
def bulk_archive(page: Page, w: World) -> None:
    chosen = f"ids={w.noord.pk}&ids={w.west.pk}"
    visit(page, f"{reverse('partners:organisation-bulk')}?do=status&{chosen}")


@state("coordinator")
def two_people_contact(page: Page, w: World) -> None:
    piet = Contact.objects.get(email="piet.van.der.wetering-hoogendoorn@noord.example")
    visit(page, reverse("partners:contact-update", args=[piet.pk]))
    Contact.objects.filter(pk=piet.pk).update(position="Beleidsadviseur lezen en schrijven")
    page.locator("[name=position]").fill("Adviseur")
    submit(page)


@state("partner")
def two_people_participation(page: Page, w: World) -> None:
    part = w.taalhuis.participations.get(organisation=w.noord)
    visit(page, reverse("collab:participation-update", args=[part.pk]))
    part.goal = "More people read, at home and at work.\n" * 4
    part.save()
    page.locator("[name=goal]").fill("Read more")
    submit(page)


@state("coordinator")
def two_people_organisation(page: Page, w: World) -> None:
    visit(page, reverse("partners:organisation-update", args=[w.west.pk]))
    Organisation.objects.filter(pk=w.west.pk).update(city="Utrecht", short_name="West")
    page.locator("[name=city]").fill("Amersfoort")
    page.locator("[name=short_name]").fill("Bieb West")
    submit(page)


@state("coordinator")
def signed_in_again_meanwhile(page: Page, w: World) -> None:
    visit(page, reverse("collab:collaboration-update", args=[w.taalhuis.pk]))
    page.locator("[name=purpose]").fill("Everybody in the north can read a letter, and knows where to ask for help.")
    page.locator("main [name=csrfmiddlewaretoken]").first.evaluate("field => field.value = 'x'.repeat(64)")
    submit(page)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_in_every_look(new_page: NewPage, look: Look, transactional_db: None) -> None:
    world = copy_world()
    found = {}
    for name, (reader, steps) in STATES.items():
        page = in_look(new_page, look, may_fail=("/save/",))
        if reader != "anonymous":
            let_in(page, world.users[reader])
        try:
            steps(page, world)
            wrong = problems(page, look)
        except (AssertionError, Error) as error:  # the other states are worth knowing too
            wrong = [str(error)]
        keep_picture(page, f"state-{name}-{look}")
        if wrong:
            found[name] = wrong
        page.context.close()
    assert found == {}
