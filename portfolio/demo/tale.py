"""What the tellers of one collaboration share."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from accounts.models import User
from assessments.instruments import load_instrument
from collab.models import Collaboration, Participation
from partners.models import Contact
from portfolio.demo.calendar import Calendar, workday
from portfolio.demo.network import Network
from portfolio.demo.texts import HOST, Story

INSTRUMENT = load_instrument("seven_factors", 1)


@dataclass
class Tale:
    """A story while it is told: by now there may be a collaboration, and somebody decides on every side."""

    story: Story
    seed: str
    number: int
    place: str
    network: Network
    calendar: Calendar
    chance: Random
    actor: User
    collaboration: Collaboration = field(init=False)
    participations: dict[str, Participation] = field(default_factory=dict)
    deciders: dict[str, Contact] = field(default_factory=dict)
    teams: dict[str, list[Contact]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.story.name}, {self.place}" if self.place else self.story.name

    @property
    def sides(self) -> tuple[str, ...]:
        return (HOST, *self.story.partners)

    def day(self, ago: int) -> date:
        """So many days before today; a working day."""
        return workday(self.calendar.today - timedelta(days=ago))

    def asked(self) -> list[tuple[str, Contact]]:
        """Who is asked in a round, with the side: who decides and leads first."""
        counts = {HOST: self.story.asked, **self.story.partners}
        return [(side, contact) for side in self.sides for contact in self._active(side)[: counts[side]]]

    def _active(self, side: str) -> list[Contact]:
        return [contact for contact in self.teams[side] if contact.is_active]
