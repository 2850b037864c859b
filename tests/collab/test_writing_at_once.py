"""Two people who save the same text at the very same moment: one is first, the other is told."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import User
from collab.actions import change_participation
from common.edits import EditConflict, Seen
from tests.factories.accounts import CoordinatorFactory
from tests.factories.collab import CollaborationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[EditConflict | None]:
    gate = threading.Barrier(len(acts))
    outcomes: list[EditConflict | None] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            gate.wait()
            act()
        except EditConflict as conflict:
            outcomes[place] = conflict
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_one_of_two_is_told_of_the_other() -> None:
    people: list[User] = [CoordinatorFactory(name=name) for name in ("Ann", "Ben", "Cas", "Dee")]
    part = CollaborationFactory().participations.all()[0]
    old = {"goal": part.goal, "motive": part.motive, "contribution": part.contribution}
    seen = Seen.of(old)

    def writes(user: User) -> Callable[[], object]:
        return lambda: change_participation(actor=user, participation=part, seen=seen, **{**old, "goal": user.name})

    outcomes = at_once(*(writes(user) for user in people))

    part.refresh_from_db()
    (winner,) = [user.name for user, conflict in zip(people, outcomes, strict=True) if conflict is None]
    assert part.goal == winner
    told = {conflict.authors["goal"].name for conflict in outcomes if conflict is not None}
    assert told == {winner}


def test_two_fields_are_both_kept() -> None:
    part = CollaborationFactory().participations.all()[0]
    old = {"goal": part.goal, "motive": part.motive, "contribution": part.contribution}
    seen = Seen.of(old)

    outcomes = at_once(
        lambda: change_participation(actor=None, participation=part, seen=seen, **{**old, "goal": "A goal"}),
        lambda: change_participation(actor=None, participation=part, seen=seen, **{**old, "motive": "A motive"}),
    )

    part.refresh_from_db()
    assert (outcomes, part.goal, part.motive) == ([None, None], "A goal", "A motive")
