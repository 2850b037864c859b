"""Who and what the demo tells of, read from ``content/``: words in the language of the people who use them."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assessments.enums import Mode
from collab.enums import Stage

CONTENT = Path(__file__).parent / "content"
HOST = "host"
Shifts = dict[str, float]


@dataclass(frozen=True)
class OrganisationText:
    """An organisation of the registry; ``names`` says where its people come from, ``people`` how many it has."""

    key: str
    name: str
    kind: str
    city: str
    postal: str
    domain: str
    tags: list[str]
    short_name: str = ""
    street: str = ""
    country: str = "NL"
    status: str = "active"
    names: str = ""
    people: int = 6


@dataclass(frozen=True)
class DecisionText:
    ago: int
    by: str
    what: str
    why: str
    internal: bool = False


@dataclass(frozen=True)
class ActionText:
    """An action beside those of a review, agreed ``ago``; ``due`` in days from today, below zero when it is late."""

    title: str
    by: str
    due: int
    ago: int = 40
    internal: bool = False


@dataclass(frozen=True)
class Story:
    """One collaboration from its beginning until today; ``content/active.yaml`` explains the fields.

    ``today`` names what is going on now. ``turned`` is when it was paused or ended, for the reason ``why``;
    ``handover`` when the host's lead was followed by another; ``quiet`` who has not said yet what it wants.
    """

    name: str
    partners: dict[str, int]
    purpose: str
    served: str
    goal: str
    began: int
    stage: str = Stage.ACTIVE
    asked: int = 5
    language: str = "nl"
    important: bool = False
    interval: int | None = None
    mode: str = Mode.CONFIDENTIAL
    rounds: list[int] = field(default_factory=list)
    mood: float = 3.7
    trend: list[float] = field(default_factory=list)
    factors: Shifts = field(default_factory=dict)
    sides: dict[str, Shifts] = field(default_factory=dict)
    split: list[str] = field(default_factory=list)
    boasts: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    silent: str = ""
    outcomes: list[str] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)
    handover: int = 0
    next: int = 0
    today: str = ""
    turned: int = 0
    why: str = ""
    lessons: str = ""
    quiet: str = ""
    decisions: list[DecisionText] = field(default_factory=list)
    actions: list[ActionText] = field(default_factory=list)


@lru_cache
def content(name: str) -> Any:
    """A content file as plain data."""
    return yaml.safe_load((CONTENT / f"{name}.yaml").read_text(encoding="utf-8"))


def host() -> OrganisationText:
    return OrganisationText(**content("organisations")["host"])


@lru_cache
def partners() -> tuple[OrganisationText, ...]:
    return tuple(OrganisationText(**row) for row in content("organisations")["partners"])


@lru_cache
def stories() -> tuple[Story, ...]:
    """Every collaboration of the demo."""
    return tuple(_story(row) for name in ("active", "others") for row in content(name))


def _story(row: dict[str, Any]) -> Story:
    nested = {
        "decisions": [DecisionText(**decision) for decision in row.get("decisions", [])],
        "actions": [ActionText(**action) for action in row.get("actions", [])],
    }
    return Story(**{**row, **nested})


def voices(language: str, kind: str) -> list[dict[str, str]]:
    """What organisations of this kind say of themselves: goal, motive and contribution."""
    found: list[dict[str, str]] = content("voices")[language][kind]
    return found


def talk(language: str, subject: str, about: str) -> list[str]:
    """Sentences that people write about a success factor (or ``general``); ``about`` is ``keep``, ``help`` …"""
    found: list[str] = content("talk")[language][subject][about]
    return found
