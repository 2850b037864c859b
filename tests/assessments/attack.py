"""An attacker on a confidential round, who looks for other answers with exactly the same published figures.

The attacker knows how figures are made, holds all published figures (of two rounds where there are two), and may know
the answers of some people. It looks for sets of answers that publish the same, in which the mean of a few people is
much lower or much higher. A set counts only when the product's own code publishes the same for it, so that a find
proves that the mean is open that far; finding none proves nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp
from random import Random
from statistics import stdev
from typing import Any

from assessments.cycle_format import Cycle, CycleOrganisation, CycleResponse
from assessments.disclosure import disclose
from assessments.scoring import trend
from tests.assessments.cycles import INSTRUMENT

# One factor and one overall item are enough: the figures of the others are made of other answers.
SMALL = replace(
    INSTRUMENT, factors=INSTRUMENT.factors[:1], overall_items=INSTRUMENT.overall_items[:1], open_questions=()
)
SCALE = range(1, 6)
ITEMS = [item.key for item in SMALL.factors[0].items]  # joint, joint, own, partner
OVERALL = SMALL.overall_items[0].key
HALF = 0.05 + 1e-9  # figures are published in steps of 0.1
RESTARTS, STEPS = 12, 1500


@dataclass(frozen=True)
class Person:
    side: str
    answers: dict[str, int | None]
    commented: bool = False

    @property
    def score(self) -> float | None:
        given = [value for key in ITEMS if (value := self.answers[key]) is not None]
        return sum(given) / len(given) if len(given) >= 2 else None


Round = list[Person]
Publish = Callable[[Sequence[Round]], list[dict[str, Any]]]


def sides_of(people: Round) -> list[str]:
    return sorted({person.side for person in people})


def as_cycle(people: Round) -> Cycle:
    """Return the round as the scoring reads it, with a meaningless comment below each low answer."""
    return Cycle(
        mode="confidential",
        instrument_key=SMALL.key,
        instrument_version=SMALL.version,
        organisations=tuple(CycleOrganisation(side, side, "partner", 12) for side in sides_of(people)),
        responses=tuple(
            CycleResponse(person.side, person.answers, {f"low:{ITEMS[0]}": "…"} if person.commented else {})
            for person in people
        ),
    )


def published(rounds: Sequence[Round]) -> list[dict[str, Any]]:
    """Return all figures shown of these rounds: each result, and the changes from one round to the next."""
    disclosures = [disclose(as_cycle(people), SMALL) for people in rounds]
    changes: list[dict[str, Any]] = [{}] + [
        {key: trend(before.means.get(key), after.means.get(key), SMALL.scoring.trend_changed) for key in after.means}
        for before, after in pairwise(disclosures)
    ]
    return [disclosure.result | {"trend": change} for disclosure, change in zip(disclosures, changes, strict=True)]


def published_before(rounds: Sequence[Round]) -> list[dict[str, Any]]:
    """Return the figures that the rule before showed: the mean of organisations' means beside the counts of all."""
    return [_result_before(people) for people in rounds]


def _result_before(people: Round) -> dict[str, Any]:
    scores = {side: [p.score for p in people if p.side == side and p.score is not None] for side in sides_of(people)}
    shown = {side for side, found in scores.items() if len(found) >= 3}
    while shown and 0 < sum(len(found) for side, found in scores.items() if side not in shown) < 3:
        shown.remove(min(shown, key=lambda side: (len(scores[side]), side)))
    means = {side: sum(found) / len(found) for side, found in scores.items() if found}
    pooled = [score for found in scores.values() for score in found]
    counts = [{"item": key, "counts": [sum(p.answers[key] == step for p in people) for step in SCALE]} for key in ITEMS]
    row = {
        "score": round(sum(means.values()) / len(means) + 1e-9, 1),
        "sd": round(stdev(pooled) + 1e-9, 2) if len(pooled) >= 5 else None,
        "organisations": [
            {"key": side, "score": round(means[side] + 1e-9, 1) if side in shown else None} for side in means
        ],
        "together": None,
        "gap": None,
        "distribution": [entry for entry in counts if sum(entry["counts"]) >= 5],
        "mirror": [],
    }
    return {"factors": [row]}


def groups_of(result: dict[str, Any]) -> list[tuple[frozenset[str], float]]:
    """Return the organisations of each group of the factor, with its score."""
    row = result["factors"][0]
    found = [
        (frozenset({entry["key"]}), entry["score"]) for entry in row["organisations"] if entry["score"] is not None
    ]
    if row["together"]:
        found.append((frozenset(row["together"]["organisations"]), row["together"]["score"]))
    return found


class Attacker:
    """A search for other answers in the last of ``rounds``; ``known`` are the people whose answers never change."""

    def __init__(
        self, rounds: Sequence[Round], random: Random, publish: Publish = published, known: Sequence[int] = ()
    ) -> None:
        self.rounds, self.random, self.publish = rounds, random, publish
        self.people, self.known = rounds[-1], set(known)
        self.truth = publish(rounds)
        self.row = self.truth[-1]["factors"][0]
        self.valid = [number for number, person in enumerate(self.people) if person.score is not None]
        self.groups = [
            ([number for number in self.valid if self.people[number].side in sides], score)
            for sides, score in groups_of(self.truth[-1])
        ]
        self.counted = {entry["item"] for entry in self.row["distribution"]}

    def open_over(self, target: Sequence[int], enough: float = 1.0) -> float:
        """Return the distance (in scale points) between the lowest and the highest mean of ``target`` that was found.

        Stops as soon as it is ``enough``.
        """
        true = mean_of(self.people, target)
        highest = self._farthest(target, 1, true, enough)
        lowest = self._farthest(target, -1, true, enough - (highest - true))
        return highest - lowest

    def _farthest(self, target: Sequence[int], sign: int, true: float, enough: float) -> float:
        best = true
        for far in (enough, 0.75 * enough, 0.5 * enough, 0.25 * enough) if enough > 1e-9 else ():
            for _restart in range(RESTARTS):
                people = self._mended(self._moved(target, sign, true + sign * far), set(target))
                if people is None or self.publish([*self.rounds[:-1], people]) != self.truth:
                    continue
                found = mean_of(people, target)
                best = max(best, found, key=lambda mean: sign * mean)
                if sign * (found - true) >= far - 1e-9:
                    return best
        return best

    def _moved(self, target: Sequence[int], sign: int, goal: float) -> Round:
        """Deal answers between the target and others until the target's mean has reached the goal, if it can."""
        people = list(self.people)
        for _step in range(60):
            if sign * (mean_of(people, target) - goal) >= -1e-9:
                break
            if (changed := self._swapped(people, self.random.choice(target), set(target) | self.known)) is None:
                continue
            if sign * (mean_of(changed, target) - mean_of(people, target)) >= 0:
                people = changed
        return people

    def _mended(self, people: Round, kept: set[int]) -> Round | None:
        """Deal answers between all others until the figures are those that are published (annealing)."""
        free = [number for number in self.valid if number not in kept | self.known]
        wrong = self._wrong(people)
        for step in range(STEPS):
            if wrong < 1e-9:
                return people
            if not free:
                return None
            if (changed := self._swapped(people, self.random.choice(free), kept | self.known)) is None:
                continue
            found = self._wrong(changed)
            if found <= wrong or self.random.random() < exp((wrong - found) / (0.05 * (1 - step / STEPS) + 0.001)):
                people, wrong = changed, found
        return None

    def _swapped(self, people: Round, one: int, kept: set[int]) -> Round | None:
        """Exchange two people's answers to one item, so that the counts per item stay.

        Where no counts are shown, the answer itself may change. Returns None when a person would lose their valid
        score.
        """
        key = self.random.choice(ITEMS)
        mine, changed = dict(people[one].answers), list(people)
        if key not in self.counted and mine[key] is not None and self.random.random() < 0.5:
            mine[key] = self.random.randint(1, 5)
        else:
            other = self.random.choice(self.valid)
            if other == one or other in kept:
                return None
            theirs = dict(people[other].answers)
            mine[key], theirs[key] = theirs[key], mine[key]
            changed[other] = replace(people[other], answers=theirs)
            if changed[other].score is None:
                return None
        changed[one] = replace(people[one], answers=mine)
        return None if changed[one].score is None else changed

    def _wrong(self, people: Round) -> float:
        """Return the distance of these people's figures from the published ones; 0 when each rounds to the same."""
        return sum(max(0.0, abs(figure - shown) - HALF) for figure, shown in self._figures(people))

    def _figures(self, people: Round) -> Iterator[tuple[float, float]]:
        """Return each figure before rounding, with its published value."""
        means = [mean_of(people, members) for members, _score in self.groups]
        yield from zip(means, (score for _members, score in self.groups), strict=True)
        if self.row["score"] is not None:
            # Under the rule before, the joint score was of the organisations, also where none of them was shown.
            joint = means or [mean_of(people, [n for n in self.valid if people[n].side == s]) for s in sides_of(people)]
            yield sum(joint) / len(joint), self.row["score"]
        if self.row["gap"]:
            yield max(means) - min(means), self.row["gap"]["value"]
        if self.row["sd"] is not None:
            yield stdev([people[number].score or 0 for number in self.valid]), self.row["sd"]
        for entry in self.row["mirror"]:
            yield item_mean(people, self.valid, ITEMS[2], entry["organisation"], own=True), entry["own"]
            yield item_mean(people, self.valid, ITEMS[3], entry["organisation"], own=False), entry["partner_view"]


def mean_of(people: Round, numbers: Sequence[int]) -> float:
    """Return the mean factor score of these people, who each have one."""
    return sum(people[number].score or 0 for number in numbers) / len(numbers)


def item_mean(people: Round, valid: Sequence[int], key: str, side: str, *, own: bool) -> float:
    """Return the mean answer to one item of the people of ``side``, or of all others."""
    given = [people[n].answers[key] for n in valid if (people[n].side == side) is own]
    answers = [value for value in given if value is not None]
    return sum(answers) / len(answers) if answers else 0.0
