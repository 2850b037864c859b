"""Collaborations with their participations, roles, decisions, action items and candidates."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from bench.copying import copy_rows
from bench.seed import words
from bench.seed.world import HOST, PARTNER, PARTNER_COLLABORATIONS, Working, World, weighted
from collab.enums import Stage
from collab.models import (
    ActionItem,
    Candidate,
    Collaboration,
    Decision,
    Participation,
    RoleAssignment,
)
from collab.models.collaborations import SORT_LENGTH
from common.text import fold

MODELS = [Collaboration, Participation, RoleAssignment, Decision, ActionItem, Candidate]
STAGES = {
    Stage.ACTIVE.value: 70,
    Stage.EXPLORING.value: 8,
    Stage.DESIGNING.value: 7,
    Stage.PAUSED.value: 5,
    Stage.ENDED.value: 10,
}
PARTNERS = {1: 70, 2: 20, 3: 7, 4: 3}
GOAL = "Meer mensen lezen goed genoeg om mee te doen"


def add_collaborations(world: World) -> None:
    names = (
        "id",
        "name",
        "purpose",
        "people_served",
        "shared_goal",
        "stage",
        "starts_on",
        "is_important",
        "evaluation_anchor_on",
        "next_evaluation_on",
        "lead_missing_since",
        "decider_missing_since",
        "sort_name",
        "search_text",
    )
    missing: dict[int, set[str]] = {}
    copy_rows(Collaboration, names, _collaborations(world, missing))
    parts = [
        (number, collaboration.key, organisation)
        for number, (collaboration, organisation) in enumerate(_parts(world), start=1)
    ]
    texts = ("Meer bereiken.", "Alleen lukt het niet.", "Ruimte en vrijwilligers.")
    columns = ("id", "collaboration_id", "organisation_id", "goal", "motive", "contribution")
    copy_rows(Participation, columns, ((*part, *texts) for part in parts))
    copy_rows(
        RoleAssignment,
        ("participation_id", "contact_id", "role", "starts_on", "ends_on"),
        _roles(world, parts, missing),
    )
    columns = ("collaboration_id", "what", "why", "new_stage", "decided_by_id", "decided_on", "visibility")
    copy_rows(Decision, columns, _decisions(world))
    columns = ("id", "collaboration_id", "title", "owner_id", "due_on", "status", "finished_on", "visibility")
    copy_rows(ActionItem, columns, _action_items(world))
    columns = ("collaboration_id", "organisation_id", "offer", "need", "notes")
    copy_rows(Candidate, columns, _candidates(world))


def _collaborations(world: World, missing: dict[int, set[str]]) -> Iterator[tuple[Any, ...]]:
    stages, counts = weighted(STAGES), weighted(PARTNERS)
    invented = words.invented(world.random, 4000)
    for key in range(1, world.size + 1):
        rare = words.RARE if words.is_rare(key - 1, world.size) else world.one_of(invented)
        name = f"{world.one_of(words.ACTIVITIES)} {rare} {world.one_of(invented)}"
        stage = world.one_of(stages)
        starts, evaluation = _days(world, stage)
        missing[key] = {role for role, chance in (("lead", 0.03), ("decider", 0.02)) if world.happens(chance)}
        if stage == Stage.ENDED:
            missing[key] = set()
        since = world.today - timedelta(days=1 + int(world.random.random() * 90))
        # A few partners are in many collaborations, most in one.
        partners = {3 + int(world.random.random() ** 1.5 * (world.size - 3)) for _ in range(world.one_of(counts))}
        if key % max(world.size // PARTNER_COLLABORATIONS, 1) == 0:
            partners.add(PARTNER)
        organisations = HOST, *sorted(partners)
        world.collaborations.append(Working(key, stage, organisations, evaluation))
        yield (
            key,
            name,
            "Niemand kan dit alleen.",
            "Mensen die moeite hebben met lezen.",
            GOAL,
            stage,
            starts,
            world.happens(0.1),
            evaluation,
            evaluation,
            since if "lead" in missing[key] else None,
            since if "decider" in missing[key] else None,
            fold(name)[:SORT_LENGTH],
            fold(f"{name} {GOAL}"),
        )


def _days(world: World, stage: str) -> tuple[date, date | None]:
    """Return the start and the next evaluation; of the active ones 1 in 10 is late, 1 in 50 has no day."""
    starts = world.today - timedelta(days=30 + int(world.random.random() * 1500))
    if stage != Stage.ACTIVE or world.happens(0.02):
        return starts, None
    ahead = -int(world.random.random() * 60) if world.happens(0.1) else int(world.random.random() * 365)
    return starts, world.today + timedelta(days=ahead)


def _parts(world: World) -> Iterator[tuple[Working, int]]:
    for collaboration in world.collaborations:
        for organisation in collaboration.organisations:
            yield collaboration, organisation


def _roles(world: World, parts: list[tuple[int, int, int]], missing: dict[int, set[str]]) -> Iterator[tuple[Any, ...]]:
    """Yield a lead and a decider of every side, here and there a designer or a former lead."""
    for part, collaboration, organisation in parts:
        people = world.contacts[organisation]
        starts = world.today - timedelta(days=400)
        for role in ("lead", "decider"):
            if role not in missing[collaboration]:
                yield part, world.one_of(people), role, starts, None
        if world.happens(0.3):
            yield part, world.one_of(people), "designer", starts, None
        if world.happens(0.1):
            yield part, world.one_of(people), "lead", starts - timedelta(days=300), starts


def _decisions(world: World) -> Iterator[tuple[Any, ...]]:
    for row in world.collaborations:
        day = world.today - timedelta(days=row.key % 700)
        by = world.one_of(world.contacts[HOST])
        yield row.key, f"Stage: {row.stage}", "Zo is het afgesproken.", row.stage, by, day, "shared"
        if row.key % 2:
            yield row.key, "We komen elk kwartaal samen.", "", "", by, day, "internal" if row.key % 3 else "shared"


def _action_items(world: World) -> Iterator[tuple[Any, ...]]:
    """Yield two per collaboration, three of ten still open, one in twenty of those late."""
    for row in world.collaborations:
        first = 2 * row.key - 1
        world.actions[row.key] = [first, first + 1]
        for key in world.actions[row.key]:
            late, ahead = world.happens(0.05), 1 + int(world.random.random() * 120)
            status = "open" if world.happens(0.3) else "done"
            due = world.today + timedelta(days=-ahead if late or status == "done" else ahead)
            owner = world.one_of(world.contacts[world.one_of(row.organisations)])
            finished = due if status == "done" else None
            yield key, row.key, "Een afspraak nakomen", owner, due, status, finished, "shared"


def _candidates(world: World) -> Iterator[tuple[Any, ...]]:
    """Yield five for every collaboration that is being explored.

    Uses no random number, so that all other rows stay as they were before candidates were added.
    """
    texts = ("Ruimte en vrijwilligers.", "Meer bezoekers overdag.", "Hebben ze er tijd voor?")
    for row in world.collaborations:
        if row.stage == Stage.EXPLORING:
            keys = {3 + (31 * row.key + 101 * number) % (world.size - 3) for number in range(5)}
            for organisation in sorted(keys - set(row.organisations)):
                yield row.key, organisation, *texts
