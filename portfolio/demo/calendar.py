"""Tells stories in the order in which they happened: each is a generator that yields the day of its next step.

A step happens as if it were that day, for the application and for its history. What lies ahead of today has not
happened yet, and stays untold.
"""

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import time_machine
from django.utils import timezone

from audit.context import as_of

Steps = Iterator[date]
FIRST_HOUR = 9
WORKING_MINUTES = 8 * 60


class Calendar:
    """Everything that will happen up to ``today``, and when."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._now = timezone.now()
        self._waiting: list[tuple[date, int, Steps]] = []
        self._told = 0

    def add(self, story: Steps) -> None:
        """Let a story begin on the day that it yields first."""
        self._told += 1
        self._wait(self._told, story)

    def run(self) -> None:
        """Tell every story, step by step, until today."""
        while self._waiting:
            day, number, story = heapq.heappop(self._waiting)
            with on(min(_moment(day, number), self._now)):
                self._wait(number, story)

    def _wait(self, number: int, story: Steps) -> None:
        day = next(story, None)
        if day is not None and day <= self.today:
            heapq.heappush(self._waiting, (day, number, story))


@contextmanager
def on(moment: datetime) -> Iterator[None]:
    """As if it were ``moment``."""
    with time_machine.travel(moment, tick=True), as_of(moment):
        yield


def workday(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _moment(day: date, number: int) -> datetime:
    """During working hours; another minute for each story, so that not everything happens at once."""
    minutes = number * 37 % WORKING_MINUTES
    morning = datetime.combine(day, time(FIRST_HOUR), tzinfo=timezone.get_default_timezone())
    return morning + timedelta(minutes=minutes)
