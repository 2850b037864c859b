from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from accounts.models import User
from assessments.actions import AgreedAction, cancel_cycle, record_review
from assessments.enums import Outcome
from assessments.instruments import load_instrument
from assessments.models import EvaluationCycle
from collab.actions import add_participation, finish_action_item, plan_next_evaluation, remove_participation
from collab.alerts.kinds import Alert
from collab.alerts.reading import alerts_of
from collab.models import Collaboration
from common.actions import ActionRefused
from tests.factories.accounts import CoordinatorFactory
from tests.factories.assessments import closed_cycle, collaboration_with, opened_cycle, planned_cycle
from tests.factories.collab import ActionItemFactory
from tests.factories.partners import PartnerUserFactory

pytestmark = pytest.mark.django_db


def found(collaboration: Collaboration, today: date | None = None, user: User | None = None) -> list[Alert]:
    user = user or CoordinatorFactory()
    rows = Collaboration.objects.with_people().with_agreements(user)
    with translation.override("en"):
        return alerts_of(rows.get(pk=collaboration.pk), user, today or timezone.localdate())


def codes(collaboration: Collaboration) -> list[str]:
    return [alert.code for alert in found(collaboration)]


def test_a_planned_round_is_the_answer_to_an_overdue_evaluation() -> None:
    collaboration = collaboration_with()
    plan_next_evaluation(actor=None, collaboration=collaboration, on=timezone.localdate() - timedelta(days=9))
    assert codes(collaboration) == ["evaluation_overdue"]

    cycle = planned_cycle(collaboration)
    (alert,) = found(collaboration)
    assert (alert.code, alert.tone, alert.step.url) == ("round_planned", "quiet", f"/evaluations/{cycle.pk}/")

    cancel_cycle(actor=None, cycle=cycle)
    assert codes(collaboration) == ["evaluation_overdue"]


def test_an_open_round_tells_how_many_answered() -> None:
    cycle = opened_cycle(per_side=2, days=3)

    (alert,) = found(cycle.collaboration)

    assert alert.message == "Round 1 is open: 0 of 4 people answered. Last day: in 3 days."
    assert (alert.tone, alert.step.url) == ("discuss", f"/evaluations/{cycle.pk}/")


def test_results_ask_to_be_discussed_until_they_are() -> None:
    cycle = closed_cycle()
    today = timezone.localdate()

    (alert,) = found(cycle.collaboration)
    assert (alert.code, alert.tone) == ("round_undiscussed", "discuss")
    assert alert.step.url == f"/evaluations/{cycle.pk}/results/"
    (later,) = found(cycle.collaboration, today + timedelta(days=7))
    assert later.tone == "act"

    record_review(
        actor=None,
        cycle=cycle,
        held_on=today,
        outcome=Outcome.CONTINUE,
        next_evaluation_on=today + timedelta(days=200),
    )
    assert codes(cycle.collaboration) == []


def discussed(user: User, agreed: list[str]) -> EvaluationCycle:
    """Return a discussed round with every factor at 2.0, and with these actions."""
    cycle = closed_cycle(collaboration_with(user.contact.organisation), host=(2, 2, 2), partner=(2, 2, 2))
    today = timezone.localdate()
    actions = [AgreedAction(title, user.contact, today + timedelta(days=20)) for title in agreed]
    plan = {"outcome": Outcome.ADJUST, "next_evaluation_on": today + timedelta(days=200)}
    record_review(actor=None, cycle=cycle, held_on=today, agreed=actions, **plan)
    return cycle


ALL_LOW = ", ".join(f"{row.short_name.get('en')} 2.0" for row in load_instrument("seven_factors", 1).factors)


def test_a_factor_to_work_on_stays_in_attention_until_its_actions_are_done() -> None:
    user = PartnerUserFactory()
    cycle = discussed(user, ["Talk", "Write"])
    sentence = f"To work on since round 1: {ALL_LOW}. What you agreed is not done yet."
    for reader in (None, user):
        (alert,) = found(cycle.collaboration, user=reader)
        assert (alert.code, alert.tone, alert.message) == ("factor_unsettled", "discuss", sentence)
        assert alert.step.url == f"/collaborations/{cycle.collaboration_id}/#actions"

    talk, write = cycle.collaboration.action_items.order_by("title")
    finish_action_item(actor=None, item=talk)
    assert codes(cycle.collaboration) == ["factor_unsettled"]
    finish_action_item(actor=None, item=write)
    assert codes(cycle.collaboration) == read_by(user, cycle.collaboration) == []


def test_a_factor_without_a_shared_action_stays_in_attention_until_one_is_done() -> None:
    user = PartnerUserFactory()
    cycle = discussed(user, [])
    (alert,) = found(cycle.collaboration)
    assert alert.message == f"To work on since round 1: {ALL_LOW}. No action was agreed and done."

    finish_action_item(actor=None, item=ActionItemFactory(collaboration=cycle.collaboration, visibility="internal"))
    assert codes(cycle.collaboration) == read_by(user, cycle.collaboration) == ["factor_unsettled"]
    finish_action_item(actor=None, item=ActionItemFactory(collaboration=cycle.collaboration))
    assert codes(cycle.collaboration) == read_by(user, cycle.collaboration) == []


def test_the_next_round_says_what_there_is_to_work_on() -> None:
    cycle = discussed(PartnerUserFactory(), [])
    closed_cycle(cycle.collaboration, host=(4, 4, 4), partner=(4, 4, 4))
    assert codes(cycle.collaboration) == ["round_undiscussed"]


def test_a_partner_is_sent_to_its_own_rounds_only() -> None:
    user = PartnerUserFactory()
    planned = planned_cycle(collaboration_with(user.contact.organisation))
    opened = opened_cycle(collaboration_with(user.contact.organisation))

    told = [alert for cycle in (planned, opened) for alert in found(cycle.collaboration, user=user)]

    assert [alert.code for alert in told] == ["evaluation_undated", "round_open"]
    assert told[1].step.url == f"/evaluations/{opened.pk}/"


def read_by(user: User, collaboration: Collaboration) -> list[str]:
    return [alert.code for alert in found(collaboration, user=user)]


def test_a_partner_does_not_learn_that_a_round_is_planned() -> None:
    """Compare the page before and after planning: even the missing line about a late evaluation would tell."""
    user = PartnerUserFactory()
    collaboration = collaboration_with(user.contact.organisation)
    plan_next_evaluation(actor=None, collaboration=collaboration, on=timezone.localdate() - timedelta(days=9))
    before = read_by(user, collaboration)
    planned_cycle(collaboration)
    assert read_by(user, collaboration) == before == ["evaluation_overdue"]


def test_a_partner_that_came_later_does_not_hear_of_earlier_results() -> None:
    cycle = closed_cycle()
    EvaluationCycle.objects.update(closed_at=timezone.now() - timedelta(days=30))
    user = PartnerUserFactory()
    add_participation(actor=None, collaboration=cycle.collaboration, organisation=user.contact.organisation)
    assert "round_undiscussed" not in read_by(user, cycle.collaboration)
    assert "round_undiscussed" in codes(cycle.collaboration)


def test_an_organisation_that_was_evaluated_stays_on_record() -> None:
    cycle = planned_cycle()
    part = cycle.collaboration.participations.get(organisation__is_host=False)

    with pytest.raises(ActionRefused, match=r"evaluatie|evaluation"):
        remove_participation(actor=None, participation=part)

    assert cycle.collaboration.participations.filter(pk=part.pk).exists()
