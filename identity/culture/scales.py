"""Compute how far apart organisations are on a culture scale; plain Python.

A scale runs from 1 (wholly the first pole) to 5 (wholly the second). What counts is the spread: the largest value minus
the smallest, from 0 to 4. The classes are words to start a conversation with, never a verdict: too alike adds little,
too far apart is hard, and either may work well.
"""

from collections.abc import Iterable

# The scales in the order in which they are shown; the names are those of the fields of a profile.
SCALES = (
    "ideas_execution",
    "trust_control",
    "fast_careful",
    "informal_formal",
    "leaders_everyone",
    "proven_experimental",
)
LOWEST, HIGHEST = 1, 5

ALIKE, COMPLEMENTARY, FAR_APART = "alike", "complementary", "far_apart"
# A spread up to 1 is alike, from 3 on far apart, and what lies between is complementary.
ALIKE_UP_TO, FAR_APART_FROM = 1, 3


def spread(values: Iterable[int | None]) -> int | None:
    """Return the largest minus the smallest known value (0–4); None when fewer than two are known."""
    known = [value for value in values if value is not None]
    return max(known) - min(known) if len(known) > 1 else None


def closeness(values: Iterable[int | None]) -> str | None:
    """Return ``alike``, ``complementary`` or ``far_apart``; None when fewer than two values are known."""
    distance = spread(values)
    if distance is None:
        return None
    if distance <= ALIKE_UP_TO:
        return ALIKE
    return FAR_APART if distance >= FAR_APART_FROM else COMPLEMENTARY
