"""The mode of a round is fixed by the first answer, also when that answer is taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from assessments.actions import change_cycle, change_mode, decline, pass_on, save_answers, withdraw_invitation
from assessments.enums import CycleStatus, Mode
from assessments.models import EvaluationCycle, Invitation, Response
from audit.timeline import events_of
from common.actions import ActionRefused
from partners.actions import deactivate_contact
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import opened_cycle, start_answering

pytestmark = pytest.mark.django_db


def says_no(invitation: Invitation) -> None:
    decline(invitation=invitation)


def is_withdrawn(invitation: Invitation) -> None:
    withdraw_invitation(actor=None, invitation=invitation)


def passes_on(invitation: Invitation) -> None:
    pass_on(invitation=invitation, name="Pia", email=f"pia@{invitation.contact.email.partition('@')[2]}")


def leaves(invitation: Invitation) -> None:
    deactivate_contact(actor=None, contact=invitation.contact)


@pytest.fixture
def cycle() -> EvaluationCycle:
    return opened_cycle()


@pytest.mark.parametrize("go", [says_no, is_withdrawn, passes_on, leaves])
def test_mode_stays_fixed_when_the_first_answer_is_taken_back(
    go: Callable[[Invitation], None], cycle: EvaluationCycle
) -> None:
    first = cycle.invitations.earliest("pk")
    start_answering(first, value_clear_goal=3)
    go(first)
    with pytest.raises(ActionRefused) as refusal:
        change_mode(actor=None, cycle=cycle, mode=Mode.OPEN)
    assert refusal.value.field == "mode"
    cycle.refresh_from_db()
    assert cycle.mode == Mode.CONFIDENTIAL


def test_change_of_a_round_respects_a_fixed_mode(cycle: EvaluationCycle) -> None:
    """Change a planned round that has an answer, by whichever way that came about."""
    start_answering(cycle.invitations.earliest("pk"), value_clear_goal=3)
    EvaluationCycle.objects.filter(pk=cycle.pk).update(status=CycleStatus.PLANNED)
    days = {"opens_on": cycle.opens_on, "closes_on": cycle.closes_on + timedelta(days=1)}
    people = [row.contact for row in cycle.invitations.all()]
    with pytest.raises(ActionRefused) as refusal:
        change_cycle(actor=None, cycle=cycle, **days, contacts=people, mode=Mode.OPEN)
    assert refusal.value.field == "mode"
    change_cycle(actor=None, cycle=cycle, **days, contacts=people, mode=Mode.CONFIDENTIAL)


def test_page_says_that_the_mode_is_fixed(client: Client, cycle: EvaluationCycle) -> None:
    client.force_login(CoordinatorFactory())
    url = reverse("assessments:cycle-detail", args=[cycle.pk])
    switch = reverse("assessments:cycle-mode", args=[cycle.pk])
    assert switch in client.get(url).content.decode()
    first = cycle.invitations.earliest("pk")
    start_answering(first, value_clear_goal=3)
    decline(invitation=first)
    page = client.get(url).content.decode()
    assert switch not in page
    assert "Somebody has answered, so who sees the answers can no longer change." in page


def test_nothing_filled_in_and_refused_answers_fix_nothing(cycle: EvaluationCycle) -> None:
    first = cycle.invitations.earliest("pk")
    save_answers(invitation=first, answers={}, comments={"keep": ""})
    with pytest.raises(ActionRefused):
        save_answers(invitation=first, answers={"value_clear_goal": 3}, comments={}, promised=Mode.OPEN)
    cycle.refresh_from_db()
    assert not cycle.mode_is_fixed
    change_mode(actor=None, cycle=cycle, mode=Mode.OPEN)


def test_history_does_not_tell_when_the_first_answer_came(cycle: EvaluationCycle) -> None:
    before = events_of(cycle).count()
    start_answering(cycle.invitations.earliest("pk"), value_clear_goal=3)
    cycle.refresh_from_db()
    assert cycle.mode_is_fixed
    assert events_of(cycle).count() == before
    assert Response.objects.count() == 1
