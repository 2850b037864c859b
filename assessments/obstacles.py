"""Obstacles that keep a planned round from opening: one answer for the action that opens it, pages and mails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.models import EvaluationCycle
from collab.enums import Stage


@dataclass(frozen=True)
class Obstacle:
    """One reason why a round does not open, as facts; the words are made for each reader.

    ``field`` is the field of the planning form with which it is solved, where it is.
    """

    code: str
    field: str | None = None
    names: tuple[str, ...] = ()
    day: date | None = None

    @property
    def reason(self) -> str:
        """Return the reason, as a sentence in the present language."""
        facts = {"names": ", ".join(self.names), "day": date_format(self.day) if self.day else ""}
        return _REASONS[self.code]() % facts

    @property
    def step(self) -> str:
        """Return the remedy, as a sentence in the present language."""
        return _STEPS[self.code]()

    @property
    def refusal(self) -> str:
        return f"{self.reason} {self.step}"


_REASONS = {
    "ended": lambda: _("This collaboration has ended."),
    "paused": lambda: _("This collaboration is paused."),
    "alone": lambda: _("No partner takes part any more."),
    "silent": lambda: _("Nobody at %(names)s can be asked any more."),
    "past": lambda: _("Its last day, %(day)s, is past."),
    "not_run": lambda: _("It should have opened by itself on %(day)s."),
}
_STEPS = {
    "ended": lambda: _("Call the round off."),
    "paused": lambda: _("First go on with the collaboration."),
    "alone": lambda: _("Add a partner, or call the round off."),
    "silent": lambda: _("Choose at least one person of every organisation."),
    "past": lambda: _("Choose later days."),
    "not_run": lambda: _("Open it now, and tell your administrator that jobs stand still."),
}


def obstacles(cycle: EvaluationCycle, today: date) -> list[Obstacle]:
    """Return the obstacles that keep a planned round from opening on ``today``; none when it can open."""
    rows: Any = EvaluationCycle.objects.filter(pk=cycle.pk).with_obstacles().order_by()
    ((stage, sides, silent, closes_on),) = rows.values_list("collaboration__stage", "sides", "silent", "closes_on")
    return found_in(stage, sides, silent, closes_on, today)


def reasons_stuck(cycle: EvaluationCycle, today: date) -> list[Obstacle]:
    """Return why a round of ``CycleQuerySet.stuck`` is not open: its obstacles, or that no job opened it."""
    return obstacles(cycle, today) or [Obstacle("not_run", day=cycle.opens_on)]


def found_in(stage: str, sides: int, silent: Sequence[str], closes_on: date, today: date) -> list[Obstacle]:
    """Return the obstacles in the facts of a round ``with_obstacles``."""
    found = []
    if stage in (Stage.ENDED, Stage.PAUSED):
        found.append(Obstacle(stage))
    if sides < 2:
        found.append(Obstacle("alone"))
    elif silent:
        found.append(Obstacle("silent", field="contacts", names=tuple(silent)))
    if closes_on < today:
        found.append(Obstacle("past", field="closes_on", day=closes_on))
    return found
