"""State that the parts of the demo share: its random source, its day, and the acting user."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time

import time_machine
from django.utils import timezone

from accounts.models import User
from partners.models import Organisation

DAYS_TO_ANSWER = 21


@dataclass
class Demo:
    """State of the demo under construction: its random source, its day, its coordinator and the host."""

    chance: random.Random
    today: date
    coordinator: User
    host: Organisation


@contextmanager
def on(day: date, hour: int = 10) -> Iterator[date]:
    """Set the clock to ten in the morning of ``day`` within the block."""
    moment = datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())
    with time_machine.travel(moment, tick=True):
        yield day


def level_of(words: str) -> float:
    """Return a number from 0 up to 1 that depends on these words only, not on the seed."""
    return random.Random(words).random()
