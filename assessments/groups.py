"""Say in words which organisations are counted together, from nothing but the disclosed result."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from common.numbers import in_words

# Where no organisation may be shown, not even together with others.
NO_GROUPS: tuple[str, ...] = ()


@dataclass(frozen=True)
class CountedTogether:
    """The organisations of a factor that are counted together, with the score and the size of that group."""

    names: str
    score: float
    n: int


def counted_together(factor: Mapping[str, Any], names: Mapping[str, str]) -> CountedTogether | None:
    """Return the group of several organisations of a factor; ``names`` by key, in the order of the page."""
    together = factor.get("together")
    if together is None:
        return None
    return CountedTogether(_listed(together["organisations"], names), together["score"], together["n"])


def group_notes(
    result: Mapping[str, Any], names: Mapping[str, str], factors: Mapping[str, str], least: int
) -> list[str]:
    """Return a sentence for each way in which organisations are counted together, and for factors without groups.

    A sentence that does not hold for every factor ends with the factors it holds for. ``names`` and ``factors`` are
    by key, in the order of the page; ``least`` is the smallest group.
    """
    people = {row["key"]: row["respondents"] for row in result["organisations"]}
    holds_for: dict[tuple[str, ...], list[str]] = {}
    for row in result["factors"]:
        if row.get("together"):
            holds_for.setdefault(tuple(row["together"]["organisations"]), []).append(factors[row["key"]])
        elif any(people.values()) and all(one["score"] is None for one in row["organisations"]):
            holds_for.setdefault(NO_GROUPS, []).append(factors[row["key"]])
    notes = []
    for keys, found in holds_for.items():
        sentence = _sentence(keys, people, names, least)
        if len(found) != len(factors):
            listed = get_text_list(found, _("and"))
            sentence = _("%(sentence)s This holds for: %(factors)s.") % {"sentence": sentence, "factors": listed}
        notes.append(sentence)
    return notes


def _sentence(keys: tuple[str, ...], people: Mapping[str, int], names: Mapping[str, str], least: int) -> str:
    """Give the reason that is surely true: the number of people with a valid answer is not published."""
    if keys == NO_GROUPS:
        text = _("Fewer than %(least)s people answered these questions, so there are no scores to show.")
        return text % {"least": in_words(least)}
    small = [key for key in keys if people[key] < least]
    others = [key for key in keys if key not in small]
    words = {
        "names": _listed(keys, names),
        "small": _listed(small, names),
        "others": _listed(others, names),
        "least": in_words(least),
    }
    if not others:
        return _("Organisations %(names)s are counted together: each has fewer than %(least)s answers.") % words
    if small and sum(people[key] for key in small) < least:
        text = _(
            "Organisations %(names)s are counted together: fewer than %(least)s people of %(small)s answered, so the"
            " group needs %(others)s as well."
        )
        return text % words
    return _("Organisations %(names)s are counted together: there are too few answers to show each by itself.") % words


def _listed(keys: Iterable[str], names: Mapping[str, str]) -> str:
    wanted = set(keys)
    return get_text_list([name for key, name in names.items() if key in wanted], _("and"))
