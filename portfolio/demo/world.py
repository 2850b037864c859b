"""What the parts of the demo share: its chance, its days, and who acts."""

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
    """What is being built: its chance, its day, and who acts."""

    chance: random.Random
    today: date
    coordinator: User
    host: Organisation


@contextmanager
def on(day: date, hour: int = 10) -> Iterator[date]:
    """As if it were ten in the morning of ``day``."""
    moment = datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())
    with time_machine.travel(moment, tick=True):
        yield day


def level_of(words: str) -> float:
    """A number from 0 up to 1 that belongs to these words, whatever chance says."""
    return random.Random(words).random()
