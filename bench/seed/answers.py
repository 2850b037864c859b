"""Answers and results: a few hundred made with the real scoring, then used again and again."""

import json
from dataclasses import dataclass
from functools import cached_property
from random import Random

from assessments.cycle_format import Cycle, CycleOrganisation, CycleResponse
from assessments.disclosure import disclose, summarise
from assessments.instruments import Instrument

RESPONSES = 200
RESULTS = 40
PEOPLE = 4
WORDS = "We zien elkaar vaak genoeg, maar besluiten duren te lang."


@dataclass(frozen=True)
class Result:
    """A closed round as the columns of its row hold it, each as JSON."""

    result: str
    exact_means: str
    summary: str


class AnswerBook:
    """Answers with more agreement than not, and results of rounds with 2 to 6 organisations."""

    def __init__(self, instrument: Instrument, random: Random) -> None:
        self.instrument, self.random = instrument, random

    @cached_property
    def answers(self) -> list[str]:
        return [json.dumps(self._answers()) for _ in range(RESPONSES)]

    @cached_property
    def results(self) -> dict[int, list[Result]]:
        """Return results by number of organisations."""
        return {sides: [self._result(sides) for _ in range(RESULTS)] for sides in range(2, 7)}

    def _answers(self) -> dict[str, int | None]:
        middle = 2.5 + self.random.random() * 2
        return {key: self._answer(middle) for key in self.instrument.items}

    def _answer(self, middle: float) -> int | None:
        if self.random.random() < 0.05:
            return None
        return max(1, min(5, round(self.random.gauss(middle, 0.9))))

    def _result(self, sides: int) -> Result:
        keys = [f"org-{number}" for number in range(1, sides + 1)]
        organisations = [CycleOrganisation(key, key, "partner", PEOPLE) for key in keys]
        responses = [
            CycleResponse(key, self._answers(), {"low:" + next(iter(self.instrument.items)): WORDS})
            for key in keys
            for _ in range(PEOPLE)
        ]
        cycle = Cycle("confidential", self.instrument.key, 1, tuple(organisations), tuple(responses))
        disclosure = disclose(cycle, self.instrument)
        parts = (disclosure.result, disclosure.means, summarise(disclosure.result))
        return Result(*(json.dumps(part) for part in parts))
