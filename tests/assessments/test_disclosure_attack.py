"""Attacks on all published figures of a confidential round, tried on random small rounds.

A person is safe from an outsider when other answers would have published the same figures, in which that person's score
(or the mean of two people) lies at least a point away. ``tests.assessments.attack`` looks for such answers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import pytest

from tests.assessments.attack import (
    ITEMS,
    OVERALL,
    SCALE,
    Attacker,
    Person,
    Publish,
    Round,
    groups_of,
    mean_of,
    published,
    published_before,
    sides_of,
)

ENOUGH = 1.0  # scale points
SAFE = 0.95  # the share of the cases that has to be open


@dataclass(frozen=True)
class Case:
    """One or two people of a round, and over how many scale points their mean stays open."""

    number: int
    target: tuple[int, ...]
    open_over: float
    group: tuple[float, ...]

    @property
    def is_open(self) -> bool:
        return self.open_over >= ENOUGH - 1e-6

    @property
    def is_at_one_end(self) -> bool:
        """Tell whether the whole group gave answers at the same end of the scale, so that its mean tells them all."""
        return max(self.group) <= 2.5 or min(self.group) >= 3.5


def random_round(random: Random, sides: int | None = None, sizes: Sequence[int] = range(1, 13)) -> Round:
    """Draw a round: 1 to 5 sides of 1 to 12 people, 0 to 60 % without an answer."""
    unknown = random.choice([0.0, 0.1, 0.3, 0.6])
    return [
        Person(
            f"org-{side}",
            {key: None if random.random() < unknown else random.choice(SCALE) for key in [*ITEMS, OVERALL]},
            commented=random.random() < 0.3,
        )
        for side in range(1, (sides or random.randint(1, 5)) + 1)
        for _person in range(random.choice(sizes))
    ]


def people_of(people: Round, side: str) -> list[int]:
    """Return the people of a side who have a valid score."""
    return [number for number, person in enumerate(people) if person.side == side and person.score is not None]


def attacked(
    number: int, rounds: Sequence[Round], publish: Publish = published, *, colluding: bool = False
) -> Iterator[Case]:
    """Attack one person and two people of every side; with ``colluding`` one person, by another of the same group.

    The people of a side can be exchanged without any figure changing, so that one stands for each.
    """
    people = rounds[-1]
    groups = [sides for sides, _score in groups_of(publish(rounds)[-1])]
    for side in sides_of(people):
        valid = people_of(people, side)
        group = next((sides for sides in groups if side in sides), frozenset({side}))
        members = [number for other in sorted(group) for number in people_of(people, other)]
        scores = tuple(mean_of(people, [member]) for member in members)
        for size in (1,) if colluding else (1, 2):
            target = tuple(valid[:size])
            insiders = [member for member in members if member not in target][-1:] if colluding else []
            if len(target) < size or (colluding and not insiders):
                continue
            attacker = Attacker(rounds, Random(f"{number} {target}"), publish, known=insiders)
            yield Case(number, target, attacker.open_over(target, ENOUGH), scores)


def check(cases: list[Case]) -> None:
    """Check that enough cases are open, and that the others are groups at one end of the scale: they are named."""
    short = [case for case in cases if not case.is_open]

    assert [case for case in short if not case.is_at_one_end] == []
    assert len(short) <= (1 - SAFE) * len(cases)


def test_outsider_cannot_tell_the_answers_of_one_or_two_people() -> None:
    cases = [case for n in range(25) for case in attacked(n, [random_round(Random(f"outsider {n}"))])]

    assert len(cases) > 100
    check(cases)


def test_change_since_the_last_round_gives_nobody_away() -> None:
    cases = []
    for n in range(10):
        first = random_round(Random(f"trend {n}"), sizes=range(1, 8))
        again = random_round(Random(f"again {n}"), sides=len(sides_of(first)), sizes=range(1, 8))
        cases += attacked(n, [first, again])

    assert len(cases) > 50
    check(cases)


def test_one_who_knows_the_own_answers_cannot_tell_those_of_another() -> None:
    cases = [case for n in range(20) for case in attacked(n, [random_round(Random(f"insider {n}"))], colluding=True)]

    assert len(cases) > 40
    check(cases)


@pytest.mark.parametrize("host", [5, 6, 12, 20], ids=lambda size: f"host of {size}")
def test_answers_of_one_person_beside_a_larger_side_stay_open(host: int) -> None:
    """Try the case that led to the rule: in a round of one side and one person all figures are of all together."""
    people = [*random_round(Random(host), 1, [host]), *random_round(Random(-host), 1, [1])]
    people = [*people[:-1], Person("org-2", people[-1].answers | dict.fromkeys(ITEMS[:2], 3))]

    (case,) = [case for case in attacked(host, [people]) if case.target == (host,)]

    assert case.is_open


def one_beside_six(seed: int) -> Round:
    random = Random(seed)
    return [
        Person(side, {key: random.choice(SCALE) for key in [*ITEMS, OVERALL]}) for side in ["org-1"] * 6 + ["org-2"]
    ]


def test_rule_before_gave_the_score_of_one_beside_six_exactly() -> None:
    """Solve the figures of the rule before: only one answer fits both.

    Σ of the counts is 6 × host + partner, and the joint score was (host + partner) ÷ 2.
    """
    for seed in range(100):
        people = one_beside_six(seed)
        (row,) = published_before([people])[0]["factors"]
        total = (
            sum(step * count for item in row["distribution"] for step, count in zip(SCALE, item["counts"], strict=True))
            / 4
        )
        scores = [quarters / 4 for quarters in range(4, 21)]
        fitting = [score for score in scores if round(((total - score) / 6 + score) / 2 + 1e-9, 1) == row["score"]]

        assert fitting == [people[6].score]


def test_attack_finds_nothing_open_under_the_rule_before() -> None:
    cases = [
        case
        for seed in range(2)
        for case in attacked(seed, [one_beside_six(seed)], published_before)
        if case.target == (6,)
    ]

    assert [case.open_over for case in cases] == [0.0, 0.0]


@pytest.mark.parametrize("size", [1, 2], ids=["one person", "two people"])
def test_overall_question_leaves_everybody_open(size: int) -> None:
    """Attack the overall question, of which only joint mean and number are shown: others make up for any answer."""
    for n in range(40):
        people = random_round(Random(f"overall {n}"), sizes=[1, 2, 3, 4, 7])
        answered = [number for number, person in enumerate(people) if person.answers[OVERALL] is not None]
        if published([people])[0]["overall"][0]["score"] is not None and len(answered) > size:
            assert overall_open_over(people, answered[:size], answered[size:], Random(n)) >= ENOUGH


def overall_open_over(people: Round, target: list[int], others: list[int], random: Random) -> float:
    """Return how far apart the means of the target are in answers that publish the same as those given."""
    truth = published([people])
    means = []
    for attempt in range(4000):
        tried = list(people)
        for number in [*target, *random.sample(others, min(3, len(others)))]:
            value = random.choice(SCALE) if number in others else random.choice((1, 5) if attempt % 2 else SCALE)
            tried[number] = Person(
                people[number].side, people[number].answers | {OVERALL: value}, people[number].commented
            )
        if published([tried]) == truth:
            means.append(sum(tried[number].answers[OVERALL] or 0 for number in target) / len(target))
            if max(means) - min(means) >= ENOUGH:
                break
    return max(means) - min(means)
