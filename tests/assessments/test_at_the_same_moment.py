"""People and jobs at the very same moment: one is first, and no answer or mail is lost in between."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from assessments.actions import (
    cancel_cycle,
    change_mode,
    close_cycle,
    decline,
    invite,
    open_cycle,
    pass_on,
    plan_cycle,
    save_answers,
    submit_answers,
)
from assessments.enums import CycleStatus, InvitationStatus, Mode
from assessments.models import EvaluationCycle, Invitation, Response
from common.actions import ActionRefused
from notifications.models import OutgoingMail
from partners.actions import deactivate_contact
from tests.factories.assessments import collaboration_with, opened_cycle, planned_cycle, same_answer, start_answering
from tests.factories.partners import ContactFactory

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]


def at_once(*acts: Act) -> list[str]:
    """Run these in threads of their own, started together; return each outcome: done or refused."""
    gate = threading.Barrier(len(acts))
    outcomes = ["broken"] * len(acts)

    def run(place: int, act: Act) -> None:
        try:
            gate.wait()
            act()
            outcomes[place] = "done"
        except ActionRefused:
            outcomes[place] = "refused"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def sending(invitations: Sequence[Invitation]) -> list[Act]:
    return [
        lambda row=row: submit_answers(invitation=row, answers=same_answer(4), comments={})  # type: ignore[misc]
        for row in invitations
    ]


@pytest.mark.parametrize("mode", Mode.values)
def test_answers_sent_while_the_round_closes_count_or_are_refused(mode: str) -> None:
    """Close while a person sends: no thanks for answers that are lost, and no answer stays tied to a name."""
    cycle = opened_cycle(mode=mode)
    people = list(cycle.invitations.order_by("pk"))
    for person in people:
        start_answering(person, value_clear_goal=1)
    closing = [lambda: close_cycle(actor=None, cycle=cycle)] * 2
    outcomes = at_once(*sending(people), *closing)
    cycle.refresh_from_db()
    counted = outcomes[: len(people)].count("done")
    assert sorted(outcomes[len(people) :]) == ["done", "refused"]
    assert "broken" not in outcomes
    assert cycle.result["respondents"] == counted == Response.objects.count()
    assert cycle.invitations.filter(status=InvitationStatus.SUBMITTED).count() == counted
    named = Response.objects.exclude(invitation=None).count()
    assert named == (counted if mode == Mode.OPEN else 0)


def test_people_of_one_round_do_not_wait_for_each_other() -> None:
    """Hold one person in the middle of saving; the others save meanwhile, and only closing waits."""
    cycle = opened_cycle()
    first, *others = cycle.invitations.order_by("pk")
    start_answering(others[0], value_clear_goal=1)
    others = [row for row in cycle.invitations.order_by("pk") if row.pk != first.pk]
    closing = threading.Thread(target=lambda: at_once(lambda: close_cycle(actor=None, cycle=cycle)))
    with transaction.atomic():
        save_answers(invitation=first, answers={"value_clear_goal": 3}, comments={})
        assert at_once(*sending(others)) == ["done"] * len(others)
        closing.start()
        closing.join(0.5)
        assert closing.is_alive()
        submit_answers(invitation=first, answers=same_answer(3), comments={})
    closing.join()
    cycle.refresh_from_db()
    assert cycle.result["respondents"] == len(others) + 1


def test_first_answer_and_a_change_of_mode_know_of_each_other() -> None:
    """Answer while the mode changes: the answer must not end in a round with another promise."""
    cycle = opened_cycle()
    first = cycle.invitations.earliest("pk")
    saved, changed = at_once(
        lambda: save_answers(invitation=first, answers={"value_clear_goal": 3}, comments={}, promised="confidential"),
        lambda: change_mode(actor=None, cycle=cycle, mode=Mode.OPEN),
    )
    cycle.refresh_from_db()
    assert (saved, changed) in {("done", "refused"), ("refused", "done")}
    assert cycle.mode == (Mode.CONFIDENTIAL if saved == "done" else Mode.OPEN)


def test_one_person_on_many_devices_has_one_set_of_answers() -> None:
    person = opened_cycle().invitations.earliest("pk")
    keys = list(same_answer(None))[:8]
    saves = [
        lambda key=key: save_answers(invitation=person, answers={key: 5}, comments={})  # type: ignore[misc]
        for key in keys
    ]
    assert at_once(*saves) == ["done"] * 8
    assert Response.objects.get().answers == dict.fromkeys(keys, 5)


def test_invitation_is_passed_on_once() -> None:
    person = opened_cycle(per_side=1).invitations.latest("pk")
    to = [lambda n=n: pass_on(invitation=person, name=f"P{n}", email=f"p{n}@example.org") for n in range(3)]  # type: ignore[misc]
    assert sorted(at_once(*to)) == ["done", "refused", "refused"]
    assert OutgoingMail.objects.filter(kind="evaluation_passed_on").count() == 1


@pytest.mark.parametrize("leaving", ["says no", "leaves", "round is called off"])
def test_answers_and_going_do_not_cross(leaving: str) -> None:
    cycle = opened_cycle(per_side=1)
    person = cycle.invitations.latest("pk")
    go: dict[str, Act] = {
        "says no": lambda: decline(invitation=person),
        "leaves": lambda: deactivate_contact(actor=None, contact=person.contact),
        "round is called off": lambda: cancel_cycle(actor=None, cycle=cycle),
    }
    outcomes = at_once(*sending([person]), go[leaving])
    assert "broken" not in outcomes
    person.refresh_from_db()
    sent = Response.objects.exclude(submitted_at=None).exists()
    assert sent == (person.status == InvitationStatus.SUBMITTED) == (outcomes[0] == "done")
    assert Response.objects.filter(submitted_at=None).count() == 0


def test_round_is_planned_once_and_opened_once() -> None:
    collaboration = collaboration_with()
    cycle = planned_cycle(collaboration, per_side=2)
    assert sorted(at_once(*[lambda: open_cycle(actor=None, cycle=cycle)] * 3)) == ["done", "refused", "refused"]
    assert OutgoingMail.objects.count() == 4
    close_cycle(actor=None, cycle=cycle)
    today = timezone.localdate()
    people = [row.contact for row in cycle.invitations.select_related("contact")]
    plan = {"opens_on": today, "closes_on": today + timedelta(days=9), "contacts": people}
    plans = [lambda: plan_cycle(actor=None, collaboration=collaboration, **plan)] * 3
    assert sorted(at_once(*plans)) == ["done", "refused", "refused"]
    assert EvaluationCycle.objects.filter(status=CycleStatus.PLANNED).count() == 1


@pytest.mark.parametrize("how", ["passed on to", "asked later"])
def test_who_leaves_at_the_same_moment_is_refused_or_withdrawn(how: str) -> None:
    """Hold the contact in the middle of leaving: nobody stays asked who is not there any more."""
    cycle = opened_cycle(per_side=1)
    person = cycle.invitations.select_related("contact").latest("pk")
    colleague = ContactFactory(organisation=person.contact.organisation, email="colleague@example.org")
    asks: dict[str, Act] = {
        "passed on to": lambda: pass_on(invitation=person, name=colleague.name, email=colleague.email),
        "asked later": lambda: invite(actor=None, cycle=cycle, contacts=[colleague]),
    }
    outcomes: list[str] = []
    asking = threading.Thread(target=lambda: outcomes.extend(at_once(asks[how])))
    with transaction.atomic():
        deactivate_contact(actor=None, contact=colleague)
        asking.start()
        asking.join(0.5)
    asking.join()
    assert outcomes == ["refused"]
    assert not cycle.invitations.filter(contact=colleague).exists()
