"""What closing a round does beside the figures: who may, what goes, what the collaboration and its people learn."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from assessments.actions import close_cycle, pass_on
from assessments.enums import CycleStatus, Mode
from assessments.models import EvaluationCycle, PassOnRequest, Response
from notifications.models import OutgoingMail
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.assessments import answer, opened_cycle, start_answering
from tests.factories.partners import PartnerUserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> EvaluationCycle:
    return opened_cycle()


@pytest.mark.parametrize("person", [ManagerFactory, PartnerUserFactory], ids=["manager", "partner"])
def test_closing_is_for_those_who_keep_records(person: type, cycle: EvaluationCycle) -> None:
    with pytest.raises(PermissionDenied):
        close_cycle(actor=person(), cycle=cycle)
    cycle.refresh_from_db()
    assert cycle.status == CycleStatus.OPEN
    close_cycle(actor=CoordinatorFactory(), cycle=cycle)


def test_request_to_pass_on_that_waits_goes(cycle: EvaluationCycle) -> None:
    pass_on(invitation=cycle.invitations.earliest("pk"), name="Pia Elders", email="pia@elsewhere.example")
    assert PassOnRequest.objects.count() == 1
    close_cycle(actor=None, cycle=cycle)
    assert PassOnRequest.objects.count() == 0


def test_draft_that_was_not_sent_goes(cycle: EvaluationCycle) -> None:
    start_answering(cycle.invitations.earliest("pk"), value_clear_goal=1)
    close_cycle(actor=None, cycle=cycle)
    assert Response.objects.count() == 0


@pytest.mark.parametrize("mode", Mode.values)
def test_comment_on_an_answer_that_is_not_low_goes(mode: str) -> None:
    cycle = opened_cycle(mode=mode)
    words = {"low:value_clear_goal": "Nobody knows it", "low:fit_know_goals": "Taken back", "keep": "All of it"}
    for invitation in cycle.invitations.all():
        answer(invitation, {"value_clear_goal": 2, "fit_know_goals": 4}, **words)
    close_cycle(actor=None, cycle=cycle)
    kept = {"low:value_clear_goal": "Nobody knows it", "keep": "All of it"}
    assert [response.comments for response in Response.objects.all()] == [kept] * 6
    assert [response.typed for response in Response.objects.all()] == [{}] * 6


def test_collaboration_gets_the_standing_of_the_round(cycle: EvaluationCycle) -> None:
    for invitation in cycle.invitations.all():
        answer(invitation, 2)
    close_cycle(actor=None, cycle=cycle)
    cycle.collaboration.refresh_from_db()
    assert cycle.collaboration.lowest_score == Decimal("2.0")


@pytest.mark.parametrize(("stage", "mails"), [("active", 6), ("ended", 0)])
def test_people_are_told_unless_the_collaboration_has_ended(stage: str, mails: int, cycle: EvaluationCycle) -> None:
    before = OutgoingMail.objects.count()
    type(cycle.collaboration).objects.filter(pk=cycle.collaboration_id).update(stage=stage, next_evaluation_on=None)
    close_cycle(actor=None, cycle=EvaluationCycle.objects.get(pk=cycle.pk))
    assert OutgoingMail.objects.count() - before == mails
