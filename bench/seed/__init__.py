"""A registry and a portfolio of any size, the same for the same seed and day, written straight into an empty database.

Does not go through the actions: they would take hours.
"""

from datetime import date
from random import Random

from bench.copying import bulk
from bench.seed import cycles, partners, people, work
from bench.seed.world import World

MODELS = [*partners.MODELS, *work.MODELS, *cycles.MODELS]


def seed(*, size: int, today: date, number: int = 1) -> None:
    """Add ``size`` organisations and as many collaborations, with all the rows that belong to them."""
    world = World(size=size, today=today, random=Random(number))
    people.add_people(world)
    with bulk(MODELS):
        partners.add_partners(world)
        work.add_collaborations(world)
        cycles.add_cycles(world)
    people.add_visitor()
