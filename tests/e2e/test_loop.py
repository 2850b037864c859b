"""The whole loop once, as the people do it: from the real file of organisations to the reminder of the next time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.actions import submit_answers
from assessments.models import EvaluationCycle, Invitation
from collab.models import Collaboration
from notifications.enums import MailStatus
from notifications.links import MARK
from notifications.models import OutgoingMail, Reminder
from partners.actions import sync_colleague_contact
from partners.models import Contact, Organisation
from tests.data.registry_file import TOWN, registry_file
from tests.e2e.people import (
    answer,
    fill,
    link_in,
    newest,
    run_due,
    send,
    sign_in,
    sign_in_with_code,
    started_run,
)
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.assessments import same_answer
from tests.factories.partners import HostFactory
from tests.mail_server import MailServer

PASSWORD = "river-apple-42"
ROLES = ["decider", "designer", "lead", "stakeholder"]
OURS = {"Coen Werk": "coen@samen.example", "Hanna Huis": "hanna@samen.example", "Hugo Huis": "hugo@samen.example"}
THEIRS = {"Petra Stad": "petra@utrecht.example", "Piet Stad": "piet@utrecht.example", "Pia Stad": "pia@utrecht.example"}
NewPage = Callable[..., Page]

# Answered by Petra on her phone; everything else she answers with 3.
ON_THE_PHONE = {
    "experience_use_lessons": "1",
    "experience_solve_problems": "2",
    "experience_own_people": "3",
    "experience_partner_people": "dont_know",
}
# What the others answer to everything.
OTHERS = {"Coen Werk": 4, "Hanna Huis": 4, "Hugo Huis": 5, "Piet Stad": 2, "Pia Stad": 3}
# Experience: Petra (1+2+3)/3 = 2, Piet 2, Pia 3, so 7/3 = 2.33; we (4+4+5)/3 = 4.33; together (7/3 + 13/3)/2 = 3.33;
# 4.33 - 2.33 = 2.00 apart. The other factors: they (3+2+3)/3 = 2.67; together 3.50; 1.67 apart. Six people each.
EXPERIENCE = ["4.3", "2.3", "3.3", "2.0", "6"]
OTHER_FACTORS = ["4.3", "2.7", "3.5", "1.7", "6"]


@dataclass
class Loop:
    """State of the loop, handed from step to step."""

    page: Page
    new_page: NewPage
    post: MailServer
    today: date

    @property
    def collaboration(self) -> Collaboration:
        return Collaboration.objects.get()

    @property
    def cycle(self) -> EvaluationCycle:
        return EvaluationCycle.objects.get()

    def open(self) -> None:
        self.page.goto(f"/collaborations/{self.collaboration.pk}/")


@pytest.fixture
def loop(new_page: NewPage, post: MailServer) -> Loop:
    """Set up a new installation: our own organisation, a coordinator and a manager."""
    HostFactory(name="Stichting Samen")
    for factory, name, email in (
        (CoordinatorFactory, "Coen Werk", OURS["Coen Werk"]),
        (ManagerFactory, "Mia Manager", "mia@samen.example"),
    ):
        sync_colleague_contact(user=factory(name=name, email=email, password=PASSWORD))
    return Loop(new_page(locale="en-GB"), new_page, post, timezone.localdate())


def test_the_whole_loop(loop: Loop) -> None:
    sign_in(loop.page, OURS["Coen Werk"], PASSWORD)
    import_a_published_list(loop.page)
    add_people(loop)
    start_with_a_partner_of_the_file(loop)
    fill_the_roles(loop)
    become_active(loop)
    plan_and_open_a_round(loop)

    run_due(loop.post)
    link = link_that_only_the_mail_holds(loop)
    answer_on_a_phone_and_stop_half_way(loop, link)
    go_on_elsewhere_and_send(loop, link)
    let_the_others_answer(loop)
    close_the_round(loop)

    run_due(loop.post)
    see_the_same_results_on_both_sides(loop)
    record_the_meeting(loop)
    be_reminded_once(loop)


def import_a_published_list(page: Page) -> None:
    """Preview first; nothing is there before it is confirmed."""
    page.get_by_role("link", name="Partners").first.click()
    page.get_by_role("link", name="Import a file").click()
    file = registry_file()
    content = {"name": file.name, "mimeType": "text/csv", "buffer": file.data}
    page.locator("input[type=file]").set_input_files(content)
    send(page, "Go on to the columns")
    send(page, "Show what it would do")
    expect(page.get_by_role("heading", name="This is what the file would do")).to_be_visible(timeout=60_000)
    assert Organisation.objects.count() == 1
    send(page, "Import this file")
    expect(page.get_by_role("heading", name="The file is imported")).to_be_visible(timeout=60_000)
    facts = page.locator("dl.facts").first
    figures = dict(zip(facts.locator("dt").all_inner_texts(), facts.locator("dd").all_inner_texts(), strict=True))
    assert figures == {
        "Rows": f"{file.rows:,}",
        "New": f"{file.imported:,}",
        "Changed": "0",
        "The same": "0",
        "Refused": "1",
    }
    assert Organisation.objects.count() == 1 + file.imported


def add_people(loop: Loop) -> None:
    """Add two more of ours and three of theirs, found by searching while typing."""
    page = loop.page
    people = {"Stichting Samen": list(OURS)[1:], TOWN: list(THEIRS)}
    for organisation, names in people.items():
        page.goto("/partners/")
        page.get_by_label("Search in name, city, number and people").press_sequentially(organisation)
        page.get_by_role("link", name=organisation, exact=True).click()
        for name in names:
            page.get_by_role("link", name="Add a contact").first.click()
            fill(page, {"name": name, "email": {**OURS, **THEIRS}[name], "language": "nl"})
            page.locator("main form button[type=submit]").click()
            expect(page.locator("#contacts")).to_contain_text(name)


def start_with_a_partner_of_the_file(loop: Loop) -> None:
    page = loop.page
    page.goto("/collaborations/")
    page.get_by_role("link", name="Start a collaboration").first.click()
    fill(page, {"name": "Taalhuis Utrecht", "shared_goal": "More people read well."})
    page.get_by_label("Search an organisation by name or place").press_sequentially("gemeente utr")
    page.get_by_label(TOWN).check()
    send(page, "Start the collaboration")
    expect(page.get_by_role("heading", name="Taalhuis Utrecht", level=1)).to_be_visible()
    organisations = loop.collaboration.participations.values_list("organisation__name", flat=True)
    assert sorted(organisations) == [TOWN, "Stichting Samen"]


def fill_the_roles(loop: Loop) -> None:
    """Fill all four on both sides; the page then stops asking for them."""
    page = loop.page
    expect(page.locator(".what-now")).to_contain_text("nobody decides")
    page.get_by_role("link", name="Fill the roles").click()
    for side in (list(OURS), list(THEIRS)):
        for number, role in enumerate(ROLES):
            contact = Contact.objects.get(name=side[number % 3])
            part = loop.collaboration.participations.get(organisation=contact.organisation)
            cell = page.locator(f'[name="{role}_{part.pk}"]')
            if role in ("decider", "lead"):
                cell.select_option(str(contact.pk))
            else:
                cell.locator(f'xpath=self::*[@value="{contact.pk}"]').check()
    send(page, "Save")
    for name in (*OURS, *THEIRS):
        expect(page.locator("#roles")).to_contain_text(name)
    assert loop.collaboration.participations.filter(roles__role="lead").count() == 2
    expect(page.get_by_text("nobody decides")).to_have_count(0)


def become_active(loop: Loop) -> None:
    for stage in ("designing", "active"):
        loop.page.get_by_role("link", name="Change the stage").click()
        decider = Contact.objects.get(name="Coen Werk")
        fill(loop.page, {"to": stage, "decided_by": str(decider.pk), "why": "We know what we want."})
        send(loop.page, "Change the stage")
        expect(loop.page.locator("#decisions")).to_be_visible()
    assert loop.collaboration.stage == "active"


def plan_and_open_a_round(loop: Loop) -> None:
    page = loop.page
    page.locator("#evaluations").get_by_role("link", name="Plan a round").click()
    for name in [*OURS, *THEIRS]:
        page.get_by_label(name).check()
    send(page, "Plan the round")
    expect(page.get_by_role("heading", name="Taalhuis Utrecht, round 1")).to_be_visible()
    assert not OutgoingMail.objects.exists()
    page.get_by_role("link", name="Open now and invite").click()
    expect(page.locator("main")).to_contain_text("Pia Stad has not yet looked")
    send(page, "Open now and invite")
    expect(page.get_by_text("0 of 6 people")).to_be_visible()


def link_that_only_the_mail_holds(loop: Loop) -> str:
    """Return the link in the delivered mail; the stored mail, and its page for colleagues, do not hold it."""
    message = newest(loop.post, THEIRS["Petra Stad"])
    link = link_in(message)
    assert link.startswith(settings.SITE_URL)
    token = link.removesuffix("/").rpartition("/")[2]
    kept = OutgoingMail.objects.get(message_id=message["Message-ID"])
    assert (kept.status, MARK in kept.body_text, MARK in kept.body_html) == (MailStatus.SENT, True, True)
    assert token not in kept.body_text + kept.body_html
    loop.page.goto(f"/mail/{kept.pk}/")
    expect(loop.page.locator("main")).to_contain_text("personal link (hidden)")
    assert token not in loop.page.content()
    return link


def answer_on_a_phone_and_stop_half_way(loop: Loop, link: str) -> None:
    phone = loop.new_page(phone=True)
    phone.goto(link)
    expect(phone.locator("html")).to_have_attribute("lang", "nl")
    for key, value in ON_THE_PHONE.items():
        answer(phone, key, value)
    comment = phone.locator("[name='comment:low:experience_use_lessons']")
    comment.fill("Terugkijken, net als nu.")
    with phone.expect_response("**/save/"):
        comment.blur()
    phone.context.close()
    assert Invitation.objects.get(contact__name="Petra Stad").status == "started"


def go_on_elsewhere_and_send(loop: Loop, link: str) -> None:
    """Continue on another device, where the answers are there; answer the rest and send all."""
    page = loop.new_page()
    page.goto(link)
    for key, value in ON_THE_PHONE.items():
        expect(page.locator(f"[name='{key}'][value='{value}']")).to_be_checked()
    expect(page.locator("[name='comment:low:experience_use_lessons']")).to_have_value("Terugkijken, net als nu.")
    for key in same_answer(3):
        if key not in ON_THE_PHONE:
            page.locator(f"label:has([name='{key}'][value='3'])").click()
    page.locator("#questionnaire button.btn-primary").click()
    page.wait_for_url("**/sent/")
    given = Invitation.objects.get(contact__name="Petra Stad").responses.get().answers
    assert [given[key] for key in ON_THE_PHONE] == [1, 2, 3, None]


def let_the_others_answer(loop: Loop) -> None:
    """Answer as Coen at his own link, and as the others without a browser."""
    link = link_in(newest(loop.post, OURS["Coen Werk"]))
    page = loop.new_page()
    page.goto(link)
    for key in same_answer(4):
        page.locator(f"label:has([name='{key}'][value='4'])").click()
    page.locator("#questionnaire button.btn-primary").click()
    page.wait_for_url("**/sent/")
    for name, value in list(OTHERS.items())[1:]:
        invitation = Invitation.objects.get(contact__name=name)
        submit_answers(invitation=invitation, answers=same_answer(value), comments={})


def close_the_round(loop: Loop) -> None:
    page = loop.page
    page.goto(f"/evaluations/{loop.cycle.pk}/")
    expect(page.get_by_text("6 of 6 people")).to_be_visible()
    page.get_by_role("link", name="Close the round").click()
    send(page, "Close the round")
    expect(page.get_by_role("heading", name="How do we work together?")).to_be_visible()


def figures_on(page: Page) -> list[list[str]]:
    """Return the table of the results page as plain figures: per factor both organisations, together, gap, answers."""
    page.locator("details.as-table summary").click()
    rows = page.locator("details.as-table tbody tr")
    expect(rows).to_have_count(7)
    return [[text.replace(",", ".") for text in row.locator("td").all_inner_texts()] for row in rows.all()]


def see_the_same_results_on_both_sides(loop: Loop) -> None:
    """Compare the results of the coordinator, of the partner without an account and of the one signed in by code."""
    expected = [EXPERIENCE, *[OTHER_FACTORS] * 6]
    results = f"/evaluations/{loop.cycle.pk}/results/"
    loop.page.goto(results)
    assert figures_on(loop.page) == expected
    assert loop.page.locator(".gap-clear").count() >= 7

    by_link = loop.new_page(phone=True)
    by_link.goto(link_in(newest(loop.post, THEIRS["Petra Stad"])))
    assert by_link.url.endswith("/results/")
    assert figures_on(by_link) == expected

    loop.page.goto(f"/partners/{Organisation.objects.get(name=TOWN).pk}/")
    loop.page.get_by_role("button", name="Give access Petra Stad").click()
    expect(loop.page.get_by_role("status").first).to_contain_text("can sign in with a code")
    partner = loop.new_page()
    sign_in_with_code(partner, THEIRS["Petra Stad"], loop.post)
    partner.get_by_role("link", name="Onze samenwerkingen").first.click()
    partner.get_by_role("link", name="Taalhuis Utrecht").click()
    partner.locator(f"#evaluations a[href='{results}']").click()
    assert figures_on(partner) == expected


def record_the_meeting(loop: Loop) -> None:
    """Record the outcome, an action for the partner, and the next date."""
    page, next_time = loop.page, loop.today + timedelta(days=120)
    page.goto(f"/evaluations/{loop.cycle.pk}/results/")
    page.get_by_role("link", name="Record the review meeting").click()
    owner = Contact.objects.get(name="Petra Stad")
    fill(
        page,
        {
            "held_on": loop.today.isoformat(),
            "summary": "We see it differently, and now we know.",
            "outcome": "adjust",
            "actions-0-title": "Meet every month",
            "actions-0-owner": str(owner.pk),
            "actions-0-due_on": (loop.today + timedelta(days=200)).isoformat(),
            "next_evaluation_on": next_time.isoformat(),
        },
    )
    send(page, "Record the meeting")
    expect(page.locator("#actions")).to_contain_text("Meet every month")
    assert loop.collaboration.next_evaluation_on == next_time
    assert loop.collaboration.action_items.get().owner == owner


def be_reminded_once(loop: Loop) -> None:
    """Run the jobs three times, three days after the next date, two of them together; then the manager looks."""
    run_due(loop.post)
    before, later = len(loop.post.received), loop.today + timedelta(days=123)
    with started_run(loop.post, later) as one, started_run(loop.post, later) as other:
        assert [process.wait(timeout=60) for process in (one, other)] == [0, 0]
    run_due(loop.post, later)

    assert [recipient for recipient, _message in loop.post.received[before:]] == [lead_of(loop).email]
    reminder = Reminder.objects.get()
    assert (reminder.kind, reminder.subject) == ("evaluation_due", f"collaboration:{loop.collaboration.pk}")
    assert OutgoingMail.objects.filter(kind="evaluation_due").count() == 1

    with time_machine.travel(later):
        manager = loop.new_page(locale="en-GB")
        sign_in(manager, "mia@samen.example", PASSWORD)
        finding = manager.locator(".attention li", has_text="Taalhuis Utrecht")
        expect(finding).to_have_count(1)
        expect(finding).to_contain_text("The evaluation is 3 days late")
        expect(manager.locator("table.heat tbody tr")).to_contain_text("3.5")


def lead_of(loop: Loop) -> Any:
    roles = loop.collaboration.participations.get(organisation__is_host=True).roles
    return roles.get(role="lead").contact
