"""The date of the next evaluation, through all that can happen to a round."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessments.actions import cancel_cycle, change_cycle, close_cycle, extend_cycle, open_cycle, record_review
from assessments.enums import CycleStatus, Outcome
from assessments.models import EvaluationCycle
from assessments.tasks import close_due_cycles, open_due_cycles
from collab.actions import change_collaboration, plan_next_evaluation
from collab.models import Collaboration
from tests.factories.assessments import answer, collaboration_with, planned_cycle

pytestmark = pytest.mark.django_db

ANCHOR = date(2025, 1, 31)
DUE = date(2027, 1, 31)


def due(next_on: date | None = DUE, anchor: date | None = ANCHOR, months: int = 12) -> Collaboration:
    collaboration = collaboration_with()
    Collaboration.objects.filter(pk=collaboration.pk).update(
        next_evaluation_on=next_on, evaluation_anchor_on=anchor, evaluation_interval_months=months
    )
    collaboration.refresh_from_db()
    return collaboration


def dates(cycle: EvaluationCycle) -> tuple[date | None, date | None]:
    row = Collaboration.objects.get(pk=cycle.collaboration_id)
    return row.next_evaluation_on, row.evaluation_anchor_on


def opened(collaboration: Collaboration, day: date, *, is_extra: bool = False) -> EvaluationCycle:
    cycle = planned_cycle(collaboration, per_side=1, opens_on=day)
    EvaluationCycle.objects.filter(pk=cycle.pk).update(is_extra=is_extra)
    open_cycle(actor=None, cycle=cycle, today=day)
    cycle.refresh_from_db()
    return cycle


@pytest.mark.parametrize(
    ("next_on", "anchor", "months", "day", "following"),
    [
        # On the day, a little before, and as early as counts: a third of 365 days is 121.
        (DUE, ANCHOR, 12, DUE, date(2028, 1, 31)),
        (DUE, ANCHOR, 12, DUE - timedelta(days=1), date(2028, 1, 31)),
        (DUE, ANCHOR, 12, DUE - timedelta(days=121), date(2028, 1, 31)),
        # Earlier than that it is another conversation: the date stays.
        (DUE, ANCHOR, 12, DUE - timedelta(days=122), DUE),
        (DUE, ANCHOR, 12, DUE - timedelta(days=300), DUE),
        # Late: to the first date of the series after the day, and not before.
        (DUE, ANCHOR, 12, DUE + timedelta(days=1), date(2028, 1, 31)),
        (DUE, ANCHOR, 12, DUE + timedelta(days=400), date(2029, 1, 31)),
        (DUE, ANCHOR, 12, date(2028, 1, 31), date(2029, 1, 31)),
        # The anchor holds through short months.
        (date(2027, 1, 31), date(2027, 1, 31), 1, date(2027, 1, 31), date(2027, 2, 28)),
        (date(2027, 2, 28), date(2027, 1, 31), 1, date(2027, 2, 28), date(2027, 3, 31)),
        (date(2028, 1, 31), date(2027, 1, 31), 1, date(2028, 1, 31), date(2028, 2, 29)),
        (date(2027, 2, 28), date(2027, 1, 31), 1, date(2027, 2, 17), date(2027, 2, 28)),
        (date(2027, 2, 28), date(2027, 1, 31), 1, date(2027, 2, 18), date(2027, 3, 31)),
        (date(2027, 8, 31), date(2026, 8, 31), 6, date(2027, 7, 1), date(2028, 2, 29)),
        # An agreed date without an anchor is one; without any date the series begins today.
        (DUE, None, 12, DUE, date(2028, 1, 31)),
        (None, ANCHOR, 12, date(2026, 5, 1), date(2027, 1, 31)),
        (None, None, 6, date(2026, 5, 31), date(2026, 11, 30)),
    ],
)
def test_opening_moves_the_date_along_its_series_unless_it_comes_long_before(
    next_on: date | None, anchor: date | None, months: int, day: date, following: date
) -> None:
    cycle = opened(due(next_on, anchor, months), day)
    assert dates(cycle) == (following, anchor or next_on or day)

    cancel_cycle(actor=None, cycle=cycle)
    assert dates(cycle) == (next_on, anchor)


@dataclass(frozen=True)
class State:
    """A round due on DUE and opened on ``day``, the event after that, and the resulting date of the next evaluation."""

    name: str
    happens: Callable[[EvaluationCycle], object]
    after: date | None
    day: date = DUE
    is_extra: bool = False


NEXT, OTHER = date(2028, 1, 31), date(2027, 9, 1)


def replan(cycle: EvaluationCycle) -> None:
    plan_next_evaluation(actor=None, collaboration=cycle.collaboration, on=OTHER)


def agreed_on_the_same_day(cycle: EvaluationCycle) -> None:
    plan_next_evaluation(actor=None, collaboration=cycle.collaboration, on=NEXT)
    cancel_cycle(actor=None, cycle=cycle)


def called_off(cycle: EvaluationCycle) -> None:
    cancel_cycle(actor=None, cycle=cycle)


def longer(cycle: EvaluationCycle) -> None:
    extend_cycle(actor=None, cycle=cycle, closes_on=cycle.closes_on + timedelta(days=30), today=cycle.opens_on)


def interval_changed(cycle: EvaluationCycle) -> None:
    row = Collaboration.objects.get(pk=cycle.collaboration_id)
    kept = ("name", "purpose", "people_served", "shared_goal", "starts_on", "ends_on", "is_important")
    values = {name: getattr(row, name) for name in kept}
    change_collaboration(actor=None, collaboration=row, **values, evaluation_interval_months=3)


def closed_early(cycle: EvaluationCycle) -> None:
    answer(cycle.invitations.first(), 4)
    close_cycle(actor=None, cycle=cycle, today=cycle.opens_on)


def discussed(cycle: EvaluationCycle) -> None:
    close_cycle(actor=None, cycle=cycle, today=cycle.opens_on)
    cycle.refresh_from_db()
    assert cycle.closed_at is not None
    held_on = timezone.localdate(cycle.closed_at)
    record_review(actor=None, cycle=cycle, held_on=held_on, outcome=Outcome.ADJUST, next_evaluation_on=OTHER)


def called_off_and_opened_again(cycle: EvaluationCycle) -> None:
    cancel_cycle(actor=None, cycle=cycle)
    collaboration = Collaboration.objects.get(pk=cycle.collaboration_id)
    opened(collaboration, cycle.opens_on + timedelta(days=3))


def called_off_twice(cycle: EvaluationCycle) -> None:
    called_off_and_opened_again(cycle)
    cancel_cycle(actor=None, cycle=EvaluationCycle.objects.get(status=CycleStatus.OPEN))


STATES = [
    State("stays open", lambda cycle: None, NEXT),
    State("given longer", longer, NEXT),
    State("given longer, then called off", lambda cycle: (longer(cycle), called_off(cycle)), DUE),
    State("interval changed, then called off", lambda cycle: (interval_changed(cycle), called_off(cycle)), DUE),
    State("closed early", closed_early, NEXT),
    State("discussed with another date", discussed, OTHER),
    State("called off", called_off, DUE),
    State("called off after it opened late", called_off, DUE, day=DUE + timedelta(days=100)),
    State("called off after it opened over a year late", called_off, DUE, day=DUE + timedelta(days=500)),
    State("another date agreed on", replan, OTHER),
    State("another date agreed on, then called off", lambda cycle: (replan(cycle), called_off(cycle)), OTHER),
    State("the same date agreed on, then called off", agreed_on_the_same_day, NEXT),
    State("called off, opened again", called_off_and_opened_again, NEXT),
    State("called off, opened again, called off again", called_off_twice, DUE),
    State("opened early", lambda cycle: None, DUE, day=DUE - timedelta(days=200)),
    State("opened early, called off", called_off, DUE, day=DUE - timedelta(days=200)),
    State("opened early, closed", closed_early, DUE, day=DUE - timedelta(days=200)),
    State("opened early, another date, called off", agreed_on_the_same_day, NEXT, day=DUE - timedelta(days=200)),
    State("extra", lambda cycle: None, DUE, is_extra=True),
    State("extra, late", lambda cycle: None, DUE, day=DUE + timedelta(days=40), is_extra=True),
    State("extra, called off", called_off, DUE, is_extra=True),
    State("extra, closed", closed_early, DUE, is_extra=True),
    State("extra, discussed with another date", discussed, OTHER, is_extra=True),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_date_after_all_that_happens_to_a_round(state: State) -> None:
    cycle = opened(due(), state.day, is_extra=state.is_extra)
    state.happens(cycle)
    assert dates(cycle)[0] == state.after


def test_called_off_before_opening_changes_no_date() -> None:
    cycle = planned_cycle(due(), per_side=1, opens_on=DUE)
    plan_next_evaluation(actor=None, collaboration=cycle.collaboration, on=OTHER)
    cancel_cycle(actor=None, cycle=cycle)
    assert dates(cycle) == (OTHER, OTHER)


def test_overdue_date_stands_still_while_a_round_is_planned_put_off_and_missed() -> None:
    cycle = planned_cycle(due(), per_side=1, opens_on=DUE + timedelta(days=5))
    contacts = [row.contact for row in cycle.invitations.select_related("contact")]
    later = DUE + timedelta(days=60)
    change_cycle(actor=None, cycle=cycle, opens_on=later, closes_on=later, contacts=contacts, mode=cycle.mode)
    assert open_due_cycles(later - timedelta(days=1), False) == 0
    assert dates(cycle)[0] == DUE
    assert open_due_cycles(later + timedelta(days=1), False) == 0
    assert dates(cycle)[0] == DUE


def test_jobs_open_late_and_close_on_the_series() -> None:
    cycle = planned_cycle(due(), per_side=1, opens_on=DUE, days=60)
    assert open_due_cycles(DUE + timedelta(days=20), False) == 1
    assert dates(cycle)[0] == NEXT
    assert close_due_cycles(DUE + timedelta(days=61), False) == 1
    assert dates(cycle)[0] == NEXT


def test_changing_a_planned_round_keeps_that_it_is_extra_unless_told_otherwise() -> None:
    cycle = planned_cycle(due(), per_side=1, opens_on=DUE)
    contacts = [row.contact for row in cycle.invitations.select_related("contact")]
    same = {"opens_on": DUE, "closes_on": DUE, "contacts": contacts, "mode": cycle.mode}
    seen = []
    for is_extra in (True, None, False):
        change_cycle(actor=None, cycle=cycle, **same, is_extra=is_extra)
        cycle.refresh_from_db()
        seen.append(cycle.is_extra)
    assert seen == [True, True, False]
