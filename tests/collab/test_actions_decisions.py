from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from collab.actions import change_stage, record_decision
from collab.enums import RoleKind, Stage, Visibility
from collab.models import Collaboration, Decision
from collab.signals import stage_changed
from common.actions import ActionRefused
from partners.models import Contact
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.collab import CollaborationFactory, ParticipationFactory, RoleAssignmentFactory
from tests.factories.partners import ContactFactory, HostFactory, PartnerUserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)

# The whole machine: from every stage, where one can go.
STEPS = {
    (Stage.EXPLORING, Stage.DESIGNING),
    (Stage.EXPLORING, Stage.ENDED),
    (Stage.DESIGNING, Stage.ACTIVE),
    (Stage.DESIGNING, Stage.ENDED),
    (Stage.ACTIVE, Stage.PAUSED),
    (Stage.ACTIVE, Stage.ENDED),
    (Stage.PAUSED, Stage.ACTIVE),
    (Stage.PAUSED, Stage.ENDED),
}


def decider_of(collaboration: Collaboration) -> Contact:
    part = ParticipationFactory(collaboration=collaboration)
    return RoleAssignmentFactory(participation=part, role=RoleKind.DECIDER).contact


def change(collaboration: Collaboration, to: str, **fields: Any) -> Decision:
    given = {"decided_by": None, "why": "Because.", "lessons": "Ask sooner.", **fields}
    given["decided_by"] = given["decided_by"] or decider_of(collaboration)
    return change_stage(actor=None, collaboration=collaboration, to=to, today=TODAY, **given)


@pytest.mark.parametrize(("here", "there"), list(product(Stage, Stage)))
def test_stages_follow_the_machine(here: Stage, there: Stage) -> None:
    collaboration = CollaborationFactory(stage=here)

    if (here, there) in STEPS:
        change(collaboration, there)
    else:
        with pytest.raises(ActionRefused) as refusal:
            change(collaboration, there)
        assert refusal.value.field == "to"

    collaboration.refresh_from_db()
    assert collaboration.stage == (there if (here, there) in STEPS else here)


def test_a_change_of_stage_is_a_decision_that_partners_see() -> None:
    collaboration = CollaborationFactory()
    decider = decider_of(collaboration)

    decision = change(collaboration, Stage.DESIGNING, decided_by=decider, why="We fit.", lessons="")

    assert list(collaboration.decisions.all()) == [decision]
    assert (decision.new_stage, decision.decided_by, decision.decided_on) == (Stage.DESIGNING, decider, TODAY)
    assert (decision.why, decision.visibility) == ("We fit.", Visibility.SHARED)
    assert str(decision) == "Stage: Designing"


def test_a_decider_of_any_side_decides() -> None:
    collaboration = CollaborationFactory()
    host = collaboration.participations.get(organisation=HostFactory())
    decider = RoleAssignmentFactory(participation=host, role=RoleKind.DECIDER).contact

    assert change(collaboration, Stage.DESIGNING, decided_by=decider).decided_by == decider


@pytest.mark.parametrize("who", ["lead", "former", "coming", "deactivated", "elsewhere"])
def test_others_do_not_decide(who: str) -> None:
    collaboration = CollaborationFactory()
    part = ParticipationFactory(collaboration=collaboration)
    fields: dict[str, Any] = {
        "lead": {"participation": part, "role": RoleKind.LEAD},
        "former": {"participation": part, "role": RoleKind.DECIDER, "ends_on": TODAY},
        "coming": {"participation": part, "role": RoleKind.DECIDER, "starts_on": TODAY + timedelta(days=1)},
        "deactivated": {
            "participation": part,
            "role": RoleKind.DECIDER,
            "contact__deactivated_at": "2026-06-01T12:00Z",
        },
        "elsewhere": {"role": RoleKind.DECIDER},
    }[who]
    contact = RoleAssignmentFactory(**fields).contact

    with pytest.raises(ActionRefused) as refusal:
        change(collaboration, Stage.DESIGNING, decided_by=contact)

    assert refusal.value.field == "decided_by"
    assert not collaboration.decisions.exists()


@pytest.mark.parametrize(("field", "fields"), [("why", {"why": " "}), ("lessons", {"lessons": ""})])
def test_an_end_asks_for_reason_and_lessons(field: str, fields: dict[str, str]) -> None:
    collaboration = CollaborationFactory(stage=Stage.ACTIVE)

    with pytest.raises(ActionRefused) as refusal:
        change(collaboration, Stage.ENDED, **fields)

    assert refusal.value.field == field
    collaboration.refresh_from_db()
    assert collaboration.stage == Stage.ACTIVE


def test_other_steps_ask_for_neither() -> None:
    collaboration = CollaborationFactory(stage=Stage.ACTIVE)

    assert change(collaboration, Stage.PAUSED, why="", lessons="").new_stage == Stage.PAUSED


class TestGoingActive:
    @staticmethod
    def start(**fields: Any) -> Collaboration:
        collaboration = CollaborationFactory(stage=Stage.DESIGNING, **fields)
        change(collaboration, Stage.ACTIVE)
        collaboration.refresh_from_db()
        return collaboration

    def test_it_starts_and_is_evaluated_after_half_a_year(self) -> None:
        collaboration = self.start()

        assert collaboration.starts_on == TODAY
        assert collaboration.evaluation_anchor_on == TODAY
        assert collaboration.next_evaluation_on == date(2026, 12, 15)

    def test_a_start_that_was_known_stays(self) -> None:
        collaboration = self.start(starts_on=date(2024, 1, 1), evaluation_interval_months=3)

        assert collaboration.starts_on == date(2024, 1, 1)
        assert collaboration.next_evaluation_on == date(2026, 9, 15)

    def test_a_day_that_was_agreed_on_stays_and_is_the_anchor(self) -> None:
        on = date(2026, 8, 31)
        collaboration = self.start(next_evaluation_on=on)

        assert (collaboration.next_evaluation_on, collaboration.evaluation_anchor_on) == (on, on)

    def test_going_on_after_a_pause_moves_nothing(self) -> None:
        on, anchor = date(2026, 1, 31), date(2025, 1, 31)
        collaboration = CollaborationFactory(
            stage=Stage.PAUSED, starts_on=anchor, next_evaluation_on=on, evaluation_anchor_on=anchor
        )
        change(collaboration, Stage.ACTIVE)

        collaboration.refresh_from_db()
        assert (collaboration.starts_on, collaboration.next_evaluation_on) == (anchor, on)
        assert collaboration.evaluation_anchor_on == anchor


@pytest.mark.parametrize(
    ("planned", "starts_on", "ended_on"),
    [
        (None, date(2025, 1, 1), TODAY),
        (date(2027, 1, 1), date(2025, 1, 1), TODAY),
        (date(2026, 1, 1), date(2025, 1, 1), date(2026, 1, 1)),
        (None, date(2026, 9, 1), date(2026, 9, 1)),
    ],
)
def test_an_end_is_the_end_of_the_period(planned: date | None, starts_on: date, ended_on: date) -> None:
    collaboration = CollaborationFactory(stage=Stage.ACTIVE, starts_on=starts_on, ends_on=planned)
    change(collaboration, Stage.ENDED)

    collaboration.refresh_from_db()
    assert collaboration.ends_on == ended_on


def test_what_ends_has_no_next_evaluation() -> None:
    """Keep ended collaborations from standing between late ones in lists by the next evaluation."""
    collaboration = CollaborationFactory(
        stage=Stage.ACTIVE, next_evaluation_on=date(2025, 12, 1), evaluation_anchor_on=date(2024, 12, 1)
    )
    change(collaboration, Stage.ENDED)

    collaboration.refresh_from_db()
    assert (collaboration.next_evaluation_on, collaboration.evaluation_anchor_on) == (None, None)


def test_lessons_are_kept_of_an_end_only() -> None:
    """Write lessons for an end that is not chosen after all: they are dropped."""
    collaboration = CollaborationFactory(stage=Stage.ACTIVE)
    assert change(collaboration, Stage.PAUSED, lessons="Anna never answers.").lessons == ""
    assert change(collaboration, Stage.ENDED, lessons="Ask sooner.").lessons == "Ask sooner."


def test_other_apps_are_told_of_the_stage() -> None:
    collaboration, actor, told = CollaborationFactory(), ManagerFactory(), []

    def listen(sender: type[Collaboration], **kwargs: Any) -> None:
        told.append((kwargs["collaboration"].stage, kwargs["previous"], kwargs["actor"]))

    stage_changed.connect(listen)
    try:
        change_stage(
            actor=actor,
            collaboration=collaboration,
            to=Stage.DESIGNING,
            decided_by=decider_of(collaboration),
            why="",
            today=TODAY,
        )
    finally:
        stage_changed.disconnect(listen)

    assert told == [(Stage.DESIGNING, Stage.EXPLORING, actor)]


def test_partners_do_not_change_the_stage_themselves() -> None:
    user = PartnerUserFactory()
    collaboration = CollaborationFactory(partners=[user.contact.organisation])

    with pytest.raises(PermissionDenied):
        change_stage(
            actor=user, collaboration=collaboration, to=Stage.DESIGNING, decided_by=user.contact, why="", today=TODAY
        )


class TestRecordingDecisions:
    def test_what_was_decided_is_kept(self) -> None:
        collaboration = CollaborationFactory()
        decider = decider_of(collaboration)

        decision = record_decision(
            actor=CoordinatorFactory(),
            collaboration=collaboration,
            what="We share one newsletter",
            why="One voice",
            decided_by=decider,
            decided_on=TODAY,
            today=TODAY,
        )

        assert str(decision) == "We share one newsletter"
        assert (decision.why, decision.decided_by, decision.visibility) == ("One voice", decider, Visibility.SHARED)

    def test_nothing_was_decided_tomorrow(self) -> None:
        collaboration = CollaborationFactory()

        with pytest.raises(ActionRefused) as refusal:
            record_decision(
                actor=None,
                collaboration=collaboration,
                what="A",
                decided_by=decider_of(collaboration),
                decided_on=TODAY + timedelta(days=1),
                today=TODAY,
            )

        assert refusal.value.field == "decided_on"

    def test_strangers_do_not_decide(self) -> None:
        with pytest.raises(ActionRefused) as refusal:
            record_decision(
                actor=None,
                collaboration=CollaborationFactory(),
                what="A",
                decided_by=ContactFactory(),
                decided_on=TODAY,
                today=TODAY,
            )

        assert refusal.value.field == "decided_by"

    def test_partners_take_no_internal_decisions(self) -> None:
        collaboration = CollaborationFactory()

        with pytest.raises(ActionRefused) as refusal:
            record_decision(
                actor=None,
                collaboration=collaboration,
                what="A",
                decided_by=decider_of(collaboration),
                decided_on=TODAY,
                visibility=Visibility.INTERNAL,
                today=TODAY,
            )

        assert refusal.value.field == "decided_by"
