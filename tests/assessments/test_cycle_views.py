"""The pages with which colleagues steer a round, and what partners see of it."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.actions import cancel_cycle, close_cycle, decline, open_cycle, record_review
from assessments.enums import CycleStatus, Mode
from assessments.models import EvaluationCycle
from assessments.views import cycles
from collab.models import ActionItem, Collaboration
from partners.actions import give_access
from partners.models import Contact, Organisation
from tests.edits import send
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.assessments import (
    answer,
    closed_cycle,
    collaboration_with,
    opened_cycle,
    people,
    planned_cycle,
    start_answering,
)
from tests.factories.collab import RoleAssignmentFactory
from tests.factories.partners import ContactFactory, HostFactory, OrganisationFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client: Client) -> Client:
    client.force_login(CoordinatorFactory())
    return client


@pytest.fixture
def partner() -> Organisation:
    return OrganisationFactory(name="Gemeente Noord")


def plan_data(contacts: list[Any], **fields: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "opens_on": today.isoformat(),
        "closes_on": (today + timedelta(days=21)).isoformat(),
        "mode": Mode.CONFIDENTIAL,
        "contacts": [contact.pk for contact in contacts],
        **fields,
    }


def test_planning_a_round(coordinator: Client, partner: Organisation) -> None:
    collaboration = collaboration_with(partner)
    contacts = [*people(HostFactory(), 3), *people(partner, 3)]
    response = coordinator.post(reverse("assessments:cycle-plan", args=[collaboration.pk]), plan_data(contacts))
    cycle = EvaluationCycle.objects.get()
    assert response["Location"] == reverse("assessments:cycle-detail", args=[cycle.pk])
    assert {row.contact for row in cycle.invitations.all()} == set(contacts)


def test_planning_keeps_what_was_typed_when_a_side_is_missing(coordinator: Client, partner: Organisation) -> None:
    collaboration = collaboration_with(partner)
    (host_person,) = people(HostFactory(), 1)
    people(partner, 1)
    url = reverse("assessments:cycle-plan", args=[collaboration.pk])
    response = coordinator.post(url, plan_data([host_person], mode=Mode.OPEN))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Choose at least one person of Gemeente Noord." in page
    assert f'value="{host_person.pk}" id="contact-{host_person.pk}" checked' in " ".join(page.split())
    assert EvaluationCycle.objects.count() == 0


def test_planning_names_an_organisation_where_nobody_can_be_asked_yet(
    coordinator: Client, partner: Organisation
) -> None:
    collaboration = collaboration_with(partner)
    people(HostFactory(), 1)
    page = coordinator.get(reverse("assessments:cycle-plan", args=[collaboration.pk])).content.decode()
    after_its_name = page.partition("<legend>Gemeente Noord</legend>")[2]
    assert "Nobody with an e-mail address yet." in after_its_name
    assert f'href="{reverse("partners:organisation-detail", args=[partner.pk])}"' in after_its_name


@pytest.mark.parametrize("field", ["opens_on", "closes_on"])
@pytest.mark.parametrize("value", ["", "soon", "2026-02-30", "1999-01-01"])
def test_planning_refuses_impossible_days_beside_their_field(
    coordinator: Client, partner: Organisation, field: str, value: str
) -> None:
    collaboration = collaboration_with(partner)
    contacts = [*people(HostFactory(), 1), *people(partner, 1)]
    url = reverse("assessments:cycle-plan", args=[collaboration.pk])
    response = coordinator.post(url, plan_data(contacts, **{field: value}))
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert EvaluationCycle.objects.count() == 0


def test_next_round_proposes_the_people_of_the_last_one(coordinator: Client) -> None:
    cycle = closed_cycle()
    page = coordinator.get(reverse("assessments:cycle-plan", args=[cycle.collaboration_id])).content.decode()
    assert page.count(" checked") == 6 + 2  # six people, the mode, and that it is an extra round so soon


def ticked(coordinator: Client, collaboration: Collaboration) -> set[str]:
    """Return the names of the people who are ticked when a round is planned."""
    form = coordinator.get(reverse("assessments:cycle-plan", args=[collaboration.pk])).context["form"]
    return set(Contact.objects.filter(pk__in=form.initial["contacts"]).values_list("name", flat=True))


def test_who_said_no_is_not_ticked_for_the_next_round(coordinator: Client) -> None:
    cycle = opened_cycle(per_side=1)
    declines, answers = cycle.invitations.order_by("pk")
    decline(invitation=declines)
    answer(answers, 4)
    close_cycle(actor=None, cycle=cycle)
    assert ticked(coordinator, cycle.collaboration) == {answers.contact.name}


def test_who_has_a_role_is_ticked_for_the_first_round(coordinator: Client, partner: Organisation) -> None:
    collaboration = collaboration_with(partner)
    (lead, other) = people(partner, 2)
    part = collaboration.participations.get(organisation=partner)
    RoleAssignmentFactory(participation=part, contact=lead)
    RoleAssignmentFactory(participation=part, contact=other, role="designer", ends_on=timezone.localdate())
    assert ticked(coordinator, collaboration) == {lead.name}


def test_steering_a_round_by_its_buttons(coordinator: Client) -> None:
    cycle = planned_cycle()
    steps = [
        ("mode", {}, "mode", Mode.OPEN),
        ("open", {}, "status", CycleStatus.OPEN),
        ("extend", {"closes_on": "2099-01-01"}, "closes_on", timezone.datetime(2099, 1, 1).date()),
        ("close", {}, "status", CycleStatus.CLOSED),
    ]
    for step, data, field, value in steps:
        url = reverse(f"assessments:cycle-{step}", args=[cycle.pk])
        send(coordinator, url, data) if data else coordinator.post(url)
        cycle.refresh_from_db()
        assert getattr(cycle, field) == value


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_round_is_proposed_for_a_day_that_leaves_the_leads_time(coordinator: Client) -> None:
    form = coordinator.get(reverse("assessments:cycle-plan", args=[collaboration_with().pk])).context["form"]
    today = timezone.localdate()
    assert (form["opens_on"].value(), form["closes_on"].value()) == (today + days(7), today + days(28))


def test_round_of_today_promises_no_lead_a_mail(coordinator: Client) -> None:
    cycle = planned_cycle(opens_on=timezone.localdate())
    part = cycle.collaboration.participations.get(organisation__is_host=False)
    RoleAssignmentFactory(participation=part, contact=ContactFactory(name="Lotte", organisation=part.organisation))
    url = reverse("assessments:cycle-detail", args=[cycle.pk])

    page = unescape(coordinator.get(url).text)
    assert "The round opens by itself today, within a few minutes." in page
    assert "Lotte has not looked at this list. The round opens today" in page
    assert "gets a mail to look" not in page

    EvaluationCycle.objects.filter(pk=cycle.pk).update(opens_on=timezone.localdate() + days(1))
    page = unescape(coordinator.get(url).text)
    assert "by itself today" not in page
    assert "Lotte gets a mail to look at this list" in page


def main_buttons(page: str) -> list[str]:
    return re.findall(r'class="btn btn-primary"\s+href="[^"]*">([^<]+)<', page)


@pytest.mark.parametrize(
    ("days_left", "are_all_done", "main"),
    [(20, False, "Ask more people"), (2, False, "Give more time"), (20, True, "Close the round")],
    ids=["under way", "last days", "nobody is waited for"],
)
def test_open_round_has_one_main_step(days_left: int, are_all_done: bool, main: str, coordinator: Client) -> None:
    cycle = opened_cycle()
    EvaluationCycle.objects.filter(pk=cycle.pk).update(closes_on=timezone.localdate() + days(days_left))
    if are_all_done:
        declined, *others = cycle.invitations.all()
        decline(invitation=declined)
        for invitation in others:
            answer(invitation, 4)

    page = coordinator.get(reverse("assessments:cycle-detail", args=[cycle.pk])).text
    assert main_buttons(page) == [main]


def test_round_that_was_called_off_before_it_opened_claims_no_invitations(coordinator: Client) -> None:
    cycle = planned_cycle()
    cancel_cycle(actor=None, cycle=cycle)

    page = coordinator.get(reverse("assessments:cycle-detail", args=[cycle.pk])).text
    assert (page.count("Not mailed</span>"), page.count("Invited</span>"), page.count("Who answered")) == (6, 0, 0)


def test_closing_names_what_is_lost_where_something_is(coordinator: Client) -> None:
    cycle = opened_cycle()
    first, *others = cycle.invitations.all()
    url = reverse("assessments:cycle-close", args=[cycle.pk])
    for invitation in others:
        answer(invitation, 4)
    page = coordinator.get(url).text
    assert "1 person has not answered yet and no longer can." in page
    assert "Answers that were not sent are deleted." in page

    answer(first, 4)
    page = coordinator.get(url).text
    assert "not answered" not in page
    assert "thrown away" not in page


def test_standing_of_people_who_did_not_answer_is_told_by_the_stage_of_the_round(coordinator: Client) -> None:
    cycle = planned_cycle()
    url = reverse("assessments:cycle-detail", args=[cycle.pk])

    def standings() -> tuple[int, int, int]:
        page = coordinator.get(url).content.decode()
        return page.count("Not mailed yet"), page.count("Invited</span>"), page.count("Did not answer")

    assert standings() == (6, 0, 0)
    open_cycle(actor=None, cycle=cycle)
    assert standings() == (0, 6, 0)
    answer(cycle.invitations.all()[0], 4)
    start_answering(cycle.invitations.all()[1], value_clear_goal=4)
    close_cycle(actor=None, cycle=cycle)
    assert standings() == (0, 0, 5)


def test_refused_steps_say_why_and_change_nothing(coordinator: Client) -> None:
    cycle = opened_cycle()
    answer(cycle.invitations.first(), 4)
    response = coordinator.post(reverse("assessments:cycle-cancel", args=[cycle.pk]), follow=True)
    assert "People have answered already" in response.content.decode()
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.OPEN


@pytest.mark.parametrize("step", ["close", "cancel"])
def test_final_steps_ask_first(coordinator: Client, step: str) -> None:
    cycle = opened_cycle()
    assert coordinator.get(reverse(f"assessments:cycle-{step}", args=[cycle.pk])).status_code == 200
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.OPEN


def test_status_page_shows_who_answered_but_never_what(coordinator: Client) -> None:
    cycle = opened_cycle()
    first, second, *_rest = cycle.invitations.all()
    answer(first, 5, keep="Secret remark")
    start_answering(second, value_clear_goal=1)
    page = coordinator.get(reverse("assessments:cycle-detail", args=[cycle.pk])).content.decode()
    assert "1 of 6 people" in page
    assert first.contact.name in page
    assert "Secret remark" not in page


def test_partner_sees_progress_but_neither_people_nor_steps(client: Client, partner: Organisation) -> None:
    cycle = opened_cycle(collaboration_with(partner))
    client.force_login(PartnerUserFactory(organisation=partner))
    page = client.get(reverse("assessments:cycle-detail", args=[cycle.pk])).content.decode()
    assert "0 of 6 people" in page
    assert "Close the round" not in page
    for invitation in cycle.invitations.select_related("contact"):
        assert invitation.contact.email not in page


def test_results_are_the_same_for_every_side(client: Client, partner: Organisation) -> None:
    cycle = closed_cycle(collaboration_with(partner), host=(4, 4, 5), partner=(2, 3, 3))
    pages = []
    for user in (CoordinatorFactory(), ManagerFactory(), PartnerUserFactory(organisation=partner)):
        client.force_login(user)
        pages.append(client.get(reverse("assessments:cycle-results", args=[cycle.pk])).context["factors"])
    assert pages[0] == pages[1] == pages[2]
    assert (pages[0][0].score, pages[0][0].gap["value"]) == (3.5, 1.7)


def test_there_are_no_results_before_closing(coordinator: Client) -> None:
    cycle = opened_cycle()
    assert coordinator.get(reverse("assessments:cycle-results", args=[cycle.pk])).status_code == 404


def test_small_groups_stay_hidden_on_the_page(coordinator: Client) -> None:
    cycle = closed_cycle(host=(5, 5, 5), partner=(1, 1))
    page = coordinator.get(reverse("assessments:cycle-results", args=[cycle.pk]))
    assert [row["score"] for row in page.context["factors"][0].organisations] == [None, None]
    assert [factor.gap for factor in page.context["factors"]] == [None] * 7
    assert ">1.0<" not in page.content.decode()


def test_change_since_the_last_round_is_shown(coordinator: Client) -> None:
    first = closed_cycle(host=(3, 3, 3), partner=(3, 3, 3))
    second = closed_cycle(first.collaboration, host=(4, 4, 4), partner=(4, 4, 4))
    page = coordinator.get(reverse("assessments:cycle-results", args=[second.pk]))
    assert page.context["changes"] == {"up": 7, "down": 0, "same": 0, "regrouped": 0}
    assert "+1.0" in page.content.decode()


def test_no_change_is_claimed_beside_a_round_without_a_score_of_all(coordinator: Client) -> None:
    first = closed_cycle(host=(3, 3, 3), partner=())
    second = closed_cycle(first.collaboration)
    page = coordinator.get(reverse("assessments:cycle-results", args=[second.pk])).content.decode()
    assert "Cannot be compared" in page
    assert "0 higher" not in page


def test_open_round_shows_names_to_those_who_were_asked(client: Client, partner: Organisation) -> None:
    cycle = closed_cycle(collaboration_with(partner), mode=Mode.OPEN, host=(4,), partner=(2,))
    asked = cycle.invitations.select_related("contact").get(party__is_host=False).contact
    give_access(actor=None, contact=asked)
    asked.refresh_from_db()
    client.force_login(asked.user)
    page = client.get(reverse("assessments:cycle-results", args=[cycle.pk])).content.decode()
    for invitation in cycle.invitations.select_related("contact"):
        assert invitation.contact.name in page


def review_data(owner: Any, **fields: str) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "held_on": today.isoformat(),
        "outcome": "adjust",
        "summary": "We talked about time.",
        "next_evaluation_on": (today + timedelta(days=180)).isoformat(),
        "actions-TOTAL_FORMS": "3",
        "actions-INITIAL_FORMS": "0",
        "actions-0-title": "Spend half a day with each other",
        "actions-0-owner": str(owner.pk),
        "actions-0-due_on": (today + timedelta(days=30)).isoformat(),
        **fields,
    }


def test_review_is_recorded_with_action_and_next_date(coordinator: Client) -> None:
    cycle = closed_cycle()
    owner = cycle.invitations.last().contact
    coordinator.post(reverse("assessments:review-create", args=[cycle.pk]), review_data(owner))
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.DISCUSSED
    assert [(item.title, item.owner) for item in ActionItem.objects.all()] == [
        ("Spend half a day with each other", owner)
    ]


def test_half_an_action_is_refused_and_the_review_not_saved(coordinator: Client) -> None:
    cycle = closed_cycle()
    owner = cycle.invitations.last().contact
    data = review_data(owner, **{"actions-0-due_on": "", "actions-1-title": "Second"})
    response = coordinator.post(reverse("assessments:review-create", args=[cycle.pk]), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "We talked about time." in page
    assert 'value="Second"' in page
    for field in ("actions-0-due_on", "actions-1-owner", "actions-1-due_on"):
        assert f'<a href="#id_{field}">' in page
    assert ActionItem.objects.count() == 0
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.CLOSED


def test_results_open_with_what_became_of_the_actions(coordinator: Client) -> None:
    first = closed_cycle()
    today = timezone.localdate()
    record_review(
        actor=None, cycle=first, held_on=today, outcome="continue", next_evaluation_on=today + timedelta(days=9)
    )
    owner = first.invitations.first().contact
    item = ActionItem.objects.create(
        collaboration=first.collaboration, title="Plan hours", owner=owner, due_on=today, status="done"
    )
    first.review.action_items.add(item)
    second = closed_cycle(first.collaboration)
    page = coordinator.get(reverse("assessments:cycle-results", args=[second.pk]))
    assert (page.context["earlier_actions"]["done"], page.context["earlier_actions"]["total"]) == (1, 1)
    assert "Plan hours" in page.content.decode()


def test_results_are_seen_before_what_was_agreed(coordinator: Client) -> None:
    cycle = closed_cycle()
    owner = cycle.invitations.last().contact
    coordinator.post(reverse("assessments:review-create", args=[cycle.pk]), review_data(owner))
    page = coordinator.get(reverse("assessments:cycle-results", args=[cycle.pk])).content.decode()
    headings = [page.index(f"<h2>{heading}</h2>") for heading in ("The seven success factors", "What we agreed")]
    assert headings == sorted(headings)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_however_long(
    coordinator: Client, rows: int, django_assert_num_queries: Any
) -> None:
    for _number in range(rows):
        opened_cycle()
    coordinator.get("/evaluations/")
    with django_assert_num_queries(4):
        coordinator.get("/evaluations/")


@pytest.mark.parametrize("rows", [1, 3])
def test_status_page_takes_the_same_queries_however_many_people(
    coordinator: Client, rows: int, django_assert_num_queries: Any
) -> None:
    cycle = opened_cycle(per_side=rows)
    url = reverse("assessments:cycle-detail", args=[cycle.pk])
    coordinator.get(url)
    with django_assert_num_queries(17):
        coordinator.get(url)


@pytest.mark.parametrize("rounds", [1, 3])
def test_results_take_the_same_queries_however_many_rounds_before(
    coordinator: Client, rounds: int, django_assert_max_num_queries: Any
) -> None:
    cycle = closed_cycle()
    for _number in range(rounds):
        cycle = closed_cycle(cycle.collaboration)
    url = reverse("assessments:cycle-results", args=[cycle.pk])
    coordinator.get(url)
    with django_assert_max_num_queries(12):
        coordinator.get(url)


def test_rounds_that_do_not_fit_in_the_panel_stand_on_its_page(
    coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycles, "IN_PANEL", 1)
    collaboration = collaboration_with()
    for _number in range(2):
        closed_cycle(collaboration)
    url = reverse("assessments:collaboration-panel", args=[collaboration.pk])

    panel = coordinator.get(url, headers={"HX-Request": "true"}).text
    assert ("Round 2" in panel, "Round 1" in panel, f'href="{url}"' in panel) == (True, False, True)
    page = coordinator.get(url).text
    assert ("Round 2" in page, "Round 1" in page) == (True, True)


@pytest.mark.parametrize("rounds", [1, 3])
def test_panel_takes_the_same_queries_however_many_rounds(
    coordinator: Client, rounds: int, django_assert_num_queries: Any
) -> None:
    collaboration = collaboration_with()
    for _number in range(rounds):
        closed_cycle(collaboration)
    url = reverse("assessments:collaboration-panel", args=[collaboration.pk])
    coordinator.get(url)
    with django_assert_num_queries(6):
        coordinator.get(url)


@pytest.mark.parametrize(("days_ahead", "advised"), [(200, True), (20, False), (-5, False)])
def test_planning_long_before_the_date_advises_an_extra_round(
    days_ahead: int, advised: bool, coordinator: Client
) -> None:
    collaboration = collaboration_with()
    on = timezone.localdate() + timedelta(days=days_ahead)
    Collaboration.objects.filter(pk=collaboration.pk).update(next_evaluation_on=on, evaluation_interval_months=12)
    form = coordinator.get(reverse("assessments:cycle-plan", args=[collaboration.pk])).context["form"]
    assert form["is_extra"].value() is advised


def test_without_a_date_no_round_is_extra(coordinator: Client) -> None:
    url = reverse("assessments:cycle-plan", args=[collaboration_with().pk])
    assert "is_extra" not in coordinator.get(url).context["form"].fields
