"""How somebody answers: by temper, by how the own side sees it, and by how the collaboration is doing."""

from dataclasses import dataclass
from random import Random
from statistics import fmean

from assessments.instruments import LOW_PREFIX, Factor, Instrument, Item
from portfolio.demo.texts import Story, talk

Given = dict[str, int | None]
TEMPER, WHIM = 0.3, 0.5
UNKNOWN, RARELY_UNKNOWN = 0.45, 0.04
DRIFT, BOAST, KINDNESS = 1.3, 0.8, 0.15
MOST_HELP = 2


@dataclass(frozen=True)
class Respondent:
    """Somebody of the organisation ``side`` in a round, counted from 0. The same seed makes the same person."""

    seed: str
    email: str
    side: str
    round: int

    def character(self, about: str = "") -> Random:
        """What stays the same from round to round, and from one collaboration to the next."""
        return Random(f"{self.seed}/{self.email}/{about}")

    def mood_of_the_day(self, story: Story) -> Random:
        return Random(f"{self.seed}/{self.email}/{story.name}/{self.round}")


def fill_in(respondent: Respondent, story: Story, instrument: Instrument) -> tuple[Given, dict[str, str]]:
    """The answers and comments of a respondent."""
    chance = respondent.mood_of_the_day(story)
    level = story.mood + _at(story.trend, respondent.round) + respondent.character().gauss(0, TEMPER)
    given: Given = {}
    for factor in instrument.factors:
        height = level + _shift(respondent, story, factor.key)
        unknown = UNKNOWN if factor.key in story.unknown else RARELY_UNKNOWN
        for item in factor.items:
            given[item.key] = _value(chance, height + _view(respondent, story, factor, item), unknown)
    for item in instrument.overall_items:
        given[item.key] = _value(chance, level + 0.3 + _of_side(story, respondent.side, "all"), RARELY_UNKNOWN)
    return given, _comments(chance, given, story, instrument)


def _at(shifts: list[float], number: int) -> float:
    return shifts[number] if number < len(shifts) else 0.0


def _of_side(story: Story, side: str, factor: str) -> float:
    return story.sides.get(side, {}).get(factor, 0.0)


def _shift(respondent: Respondent, story: Story, factor: str) -> float:
    """How much higher or lower than on the whole this person sees a factor."""
    usual = Random(f"{story.name}/{factor}").uniform(-0.2, 0.2)
    shift = story.factors.get(factor, usual) + _of_side(story, respondent.side, factor)
    if factor in story.split:
        shift += respondent.character(factor).choice([DRIFT, -DRIFT])
    return shift + _of_side(story, respondent.side, "all")


def _view(respondent: Respondent, story: Story, factor: Factor, item: Item) -> float:
    """People are a little kinder to themselves than to others; who boasts a good deal, and the others notice."""
    if item.view == "joint":
        return 0.0
    boaster = story.boasts.get(factor.key)
    if item.view == "own":
        return KINDNESS + (BOAST if boaster == respondent.side else 0.0)
    return -KINDNESS - (BOAST if boaster not in (None, respondent.side) else 0.0)


def _value(chance: Random, height: float, unknown: float) -> int | None:
    """An answer about this height; "I don't know" with the likelihood ``unknown``."""
    value = round(height + chance.gauss(0, WHIM))
    return None if chance.random() < unknown else min(5, max(1, value))


def _comments(chance: Random, given: Given, story: Story, instrument: Instrument) -> dict[str, str]:
    """Something good about what goes well, a wish about what goes worst, and what would help beside low answers."""
    means = {factor.key: _mean(given, factor) for factor in instrument.factors}
    best, worst = max(means, key=lambda key: means[key]), min(means, key=lambda key: means[key])
    comments: dict[str, str] = {}
    if chance.random() < 0.65:
        comments["keep"] = _say(chance, story, best, "keep")
    if chance.random() < 0.65:
        comments["change_first"] = _say(chance, story, worst, "change")
    low = [item.key for item in instrument.factors_by_key[worst].items if (given[item.key] or 5) <= 2]
    for key in low[:MOST_HELP]:
        if chance.random() < 0.5:
            comments[LOW_PREFIX + key] = _say(chance, story, worst, "help")
    return comments


def _mean(given: Given, factor: Factor) -> float:
    values = [value for item in factor.items if (value := given[item.key]) is not None]
    return fmean(values) if values else 3.0


def _say(chance: Random, story: Story, factor: str, about: str) -> str:
    return chance.choice(talk(story.language, factor, about) + talk(story.language, "general", about)[:3])
