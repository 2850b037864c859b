"""State that the parts of the seed share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import TypeVar

T = TypeVar("T")

HOST = 1
# A partner with a usual number of collaborations, one of whose people looks at pages.
PARTNER = 2
PARTNER_COLLABORATIONS = 8


@dataclass(frozen=True)
class Working:
    """A collaboration as later parts need it; ``organisations`` has the host first."""

    key: int
    stage: str
    organisations: tuple[int, ...]
    next_evaluation_on: date | None


@dataclass
class World:
    """Size, day, random source and the keys written so far.

    ``colleagues`` are accounts; ``contacts`` the active people by organisation.
    """

    size: int
    today: date
    random: Random
    colleagues: list[int] = field(default_factory=list)
    contacts: dict[int, list[int]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    collaborations: list[Working] = field(default_factory=list)
    actions: dict[int, list[int]] = field(default_factory=dict)

    def happens(self, chance: float) -> bool:
        return self.random.random() < chance

    def one_of(self, choices: Sequence[T]) -> T:
        return choices[int(self.random.random() * len(choices))]


def weighted(weights: dict[T, int]) -> list[T]:
    """Return the values to draw from, each as often as its weight."""
    return [value for value, weight in weights.items() for _ in range(weight)]
