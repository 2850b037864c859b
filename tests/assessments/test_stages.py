"""Ending or pausing a collaboration asks about its rounds; after that none of them sends reminders."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.actions import plan_cycle, record_review
from assessments.enums import CycleStatus, Outcome
from assessments.models import EvaluationCycle
from assessments.reminders import evaluations_due, reviews_due, unfinished_people
from assessments.stages import CALL_OFF, CLOSE, KEEP, question_of
from assessments.tasks import close_due_cycles
from collab.actions import change_stage
from collab.alerts.reading import alerts_of
from collab.enums import RoleKind, Stage
from collab.models import Collaboration
from collab.reminders import overdue_actions
from common.actions import ActionRefused
from notifications.models import OutgoingMail
from partners.models import Contact
from portfolio.alerts import dashboard_alerts
from tests.clock import TODAY
from tests.edits import send
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.assessments import answer, closed_cycle, opened_cycle, planned_cycle, start_answering, token_for
from tests.factories.collab import ActionItemFactory, RoleAssignmentFactory
from tests.factories.partners import HostFactory

pytestmark = pytest.mark.django_db


def decider(collaboration: Collaboration) -> Contact:
    ours = collaboration.participations.get(organisation=HostFactory())
    held = ours.roles.filter(role=RoleKind.DECIDER).first()
    return (held or RoleAssignmentFactory(participation=ours, role=RoleKind.DECIDER)).contact


def bring(collaboration: Collaboration, to: str, **answers: str) -> None:
    change_stage(
        actor=None,
        collaboration=collaboration,
        to=to,
        decided_by=decider(collaboration),
        why="It is done.",
        lessons="Start smaller.",
        answers=answers,
    )


def settled(cycle: EvaluationCycle, to: str, choice: str) -> EvaluationCycle:
    bring(cycle.collaboration, to, **{question_of(cycle): choice})
    cycle.refresh_from_db()
    return cycle


@pytest.mark.parametrize("to", [Stage.PAUSED, Stage.ENDED])
@pytest.mark.parametrize("make", [planned_cycle, opened_cycle])
def test_without_an_answer_nothing_changes(make: Any, to: str) -> None:
    cycle = make(per_side=1)
    with pytest.raises(ActionRefused) as refusal:
        bring(cycle.collaboration, to)
    assert refusal.value.field == question_of(cycle)
    cycle.collaboration.refresh_from_db()
    assert cycle.collaboration.stage == Stage.ACTIVE
    assert not cycle.collaboration.decisions.exists()


@pytest.mark.parametrize(
    ("make", "to", "choice", "status"),
    [
        (planned_cycle, Stage.ENDED, CALL_OFF, CycleStatus.CANCELLED),
        (planned_cycle, Stage.PAUSED, CALL_OFF, CycleStatus.CANCELLED),
        (planned_cycle, Stage.PAUSED, KEEP, CycleStatus.PLANNED),
        (opened_cycle, Stage.ENDED, CALL_OFF, CycleStatus.CANCELLED),
        (opened_cycle, Stage.ENDED, CLOSE, CycleStatus.CLOSED),
        (opened_cycle, Stage.PAUSED, CALL_OFF, CycleStatus.CANCELLED),
        (opened_cycle, Stage.PAUSED, CLOSE, CycleStatus.CLOSED),
        (opened_cycle, Stage.PAUSED, KEEP, CycleStatus.OPEN),
    ],
)
def test_round_becomes_what_was_answered(make: Any, to: str, choice: str, status: str) -> None:
    assert settled(make(per_side=1), to, choice).status == status


@pytest.mark.parametrize(
    ("make", "to", "choice"),
    [
        (planned_cycle, Stage.ENDED, KEEP),
        (planned_cycle, Stage.ENDED, CLOSE),
        (opened_cycle, Stage.ENDED, KEEP),
        (opened_cycle, Stage.PAUSED, "something"),
    ],
)
def test_answer_that_does_not_fit_is_refused(make: Any, to: str, choice: str) -> None:
    with pytest.raises(ActionRefused):
        settled(make(per_side=1), to, choice)


@pytest.mark.parametrize("to", [Stage.PAUSED, Stage.ENDED])
def test_round_with_answers_cannot_be_called_off_with_it(to: str) -> None:
    cycle = opened_cycle(per_side=1)
    answer(cycle.invitations.first(), 4)
    with pytest.raises(ActionRefused) as refusal:
        settled(cycle, to, CALL_OFF)
    assert refusal.value.field == question_of(cycle)
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.OPEN


@pytest.mark.parametrize(("to", "told"), [(Stage.PAUSED, 2), (Stage.ENDED, 0)])
def test_closing_with_the_end_mails_nobody_and_keeps_the_results(to: str, told: int) -> None:
    cycle = opened_cycle(per_side=1, mode="open")
    answer(cycle.invitations.first(), 4)
    settled(cycle, to, CLOSE)
    assert OutgoingMail.objects.filter(kind="evaluation_results").count() == told
    assert cycle.result is not None


def test_form_asks_and_says_what_is_missing(client: Client) -> None:
    cycle = opened_cycle(per_side=1)
    client.force_login(ManagerFactory(language="en"))
    url = reverse("collab:stage-change", args=[cycle.collaboration_id])
    data = {"to": "ended", "decided_by": decider(cycle.collaboration).pk, "why": "It is done.", "lessons": "Less."}
    assert "Round 1, open since" in client.get(url).content.decode()
    response = send(client, url, data)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {question_of(cycle)}
    assert "It is done." in response.content.decode()
    assert send(client, url, {**data, question_of(cycle): CLOSE}).status_code == 302
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.CLOSED


def test_stage_that_touches_no_round_asks_nothing() -> None:
    cycle = planned_cycle(per_side=1)
    Collaboration.objects.update(stage=Stage.DESIGNING)
    cycle.collaboration.refresh_from_db()
    bring(cycle.collaboration, Stage.ACTIVE)
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.PLANNED


def test_paused_kept_round_goes_on_and_tells_and_after_the_pause_the_dates_hold() -> None:
    cycle = opened_cycle(per_side=1, days=21)
    collaboration, coordinator = cycle.collaboration, CoordinatorFactory()
    RoleAssignmentFactory(participation=collaboration.participations.get(organisation=HostFactory()))
    settled(cycle, Stage.PAUSED, KEEP)
    due_on = TODAY + timedelta(days=40)
    Collaboration.objects.update(next_evaluation_on=due_on, evaluation_anchor_on=due_on)
    ActionItemFactory(collaboration=collaboration, due_on=TODAY - timedelta(days=20))

    assert len(list(unfinished_people(cycle.closes_on - timedelta(days=2)))) == 2
    assert close_due_cycles(cycle.closes_on + timedelta(days=1), False) == 1
    assert OutgoingMail.objects.filter(kind="evaluation_results").count() == 2

    later = TODAY + timedelta(days=100)
    nags = [evaluations_due, reviews_due, overdue_actions]
    assert [list(find(later)) for find in nags] == [[], [], []]
    assert dashboard_alerts(coordinator, later) == []
    collaboration.refresh_from_db()
    assert {
        row.tone
        for row in alerts_of(collaboration, coordinator, later)
        if row.code.startswith(("round", "eval", "act"))
    } == {"quiet"}

    bring(collaboration, Stage.ACTIVE)
    assert [bool(list(find(later))) for find in nags] == [True, True, True]
    assert {row.url for row in dashboard_alerts(coordinator, later)} == {f"/collaborations/{collaboration.pk}/"}


def test_nothing_is_planned_while_it_is_paused() -> None:
    cycle = planned_cycle(per_side=1)
    settled(cycle, Stage.PAUSED, CALL_OFF)
    contacts = [row.contact for row in cycle.invitations.select_related("contact")]
    with pytest.raises(ActionRefused):
        plan_cycle(actor=None, collaboration=cycle.collaboration, opens_on=TODAY, closes_on=TODAY, contacts=contacts)


@pytest.mark.parametrize(("to", "word"), [(Stage.PAUSED, "is paused"), (Stage.ENDED, "has ended")])
def test_form_to_plan_is_not_offered_where_it_would_be_refused(to: str, word: str, client: Client) -> None:
    cycle = settled(planned_cycle(per_side=1), to, CALL_OFF)
    client.force_login(CoordinatorFactory(language="en"))
    page = client.get(reverse("assessments:cycle-plan", args=[cycle.collaboration_id]), follow=True)
    assert page.redirect_chain == [(reverse("collab:collaboration-detail", args=[cycle.collaboration_id]), 302)]
    assert f"This collaboration {word}" in page.text


@pytest.mark.parametrize("choice", [CLOSE, CALL_OFF])
@pytest.mark.parametrize("page", ["answer-decline", "answer-pass-on"])
def test_link_to_a_round_that_is_over_asks_for_nothing(page: str, choice: str, client: Client) -> None:
    """Open an older address of somebody half-way: nothing there can be declined or passed on any more."""
    cycle = opened_cycle(per_side=1)
    person = cycle.invitations.earliest("pk")
    start_answering(person, value_clear_goal=3)
    token = token_for(person)
    assert client.get(reverse(f"assessments:{page}", args=[token])).status_code == 200
    settled(cycle, Stage.ENDED, choice)
    response = client.get(reverse(f"assessments:{page}", args=[token]), follow=True)
    assert response.redirect_chain[0] == (reverse("assessments:answer", args=[token]), 302)
    said = {CLOSE: "So there is nothing to show.", CALL_OFF: "This round was called off"}
    assert said[choice] in response.text
    assert "plan a new round" not in response.text


def test_who_has_sent_answers_is_not_asked_whether_to_say_no(client: Client) -> None:
    person = opened_cycle(per_side=1).invitations.earliest("pk")
    answer(person, 4)
    token = token_for(person)
    response = client.get(reverse("assessments:answer-decline", args=[token]), follow=True)
    assert "You have sent your answers" in response.text


def test_results_of_what_has_ended_can_still_be_discussed_without_a_next_date() -> None:
    cycle = closed_cycle()
    bring(cycle.collaboration, Stage.ENDED)
    record_review(
        actor=None,
        cycle=cycle,
        held_on=TODAY,
        outcome=Outcome.CONTINUE,
        next_evaluation_on=TODAY + timedelta(days=100),
    )
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.DISCUSSED
    assert cycle.review.next_evaluation_on is None


def test_drafts_of_a_round_that_ends_are_thrown_away() -> None:
    cycle = opened_cycle(per_side=1)
    start_answering(cycle.invitations.first(), value_clear_goal=3)
    settled(cycle, Stage.ENDED, CALL_OFF)
    assert not cycle.responses.exists()
