"""A collaboration as its page shows it: pure reading of what ``with_people`` and ``with_agreements`` brought along."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from collab.attention import Attention, next_step, what_now
from collab.enums import ONE_AT_A_TIME, ActionStatus, RoleKind, Stage
from collab.models import ActionItem, Collaboration, Participation, RoleAssignment


@dataclass(frozen=True)
class Finding:
    """What needs attention, and where the reader can settle it; no ``url`` when that is for others."""

    attention: Attention
    url: str


@dataclass(frozen=True)
class RoleLine:
    """Who has one role for one organisation."""

    kind: RoleKind
    held: list[RoleAssignment]

    @property
    def is_needed(self) -> bool:
        """Whether it is worth saying that nobody has it."""
        return self.kind in ONE_AT_A_TIME


@dataclass(frozen=True)
class Party:
    """An organisation that takes part, with its mark (1, 2, …), its people, and what they were before or will be."""

    mark: int
    participation: Participation
    lines: list[RoleLine]
    earlier: list[RoleAssignment]
    later: list[RoleAssignment]
    may_change: bool
    may_remove: bool


@dataclass(frozen=True)
class ItemLine:
    """An action, and whether the reader can tick it off (or open it again)."""

    item: ActionItem
    may_finish: bool


@dataclass(frozen=True)
class Step:
    """A stage on the way from exploring to ended; ``state`` is done, current or todo."""

    label: str
    state: str


def findings(collaboration: Collaboration, user: User, today: date) -> list[Finding]:
    """What needs attention, else what comes next; first what the reader can settle.

    A partner does not hear what is for the host to do, save what is wrong.
    """
    found = [_finding(attention, user) for attention in what_now(collaboration, today, user)]
    told = [finding for finding in found if finding.url or user.is_colleague or finding.attention.tone == "act"]
    if all(finding.attention.is_nudge for finding in told):
        following = _finding(next_step(collaboration, today), user)
        told = [following, *told] if following.url or not told else told
    return sorted(told, key=lambda finding: not finding.url)


def _finding(attention: Attention, user: User) -> Finding:
    may = attention.offer and user.has_perm(attention.perm, attention.subject)
    return Finding(attention, attention.url if may else "")


def steps(collaboration: Collaboration) -> list[Step]:
    """The way of a collaboration; a pause takes the place of being active."""
    way = [Stage.EXPLORING, Stage.DESIGNING, Stage.ACTIVE, Stage.ENDED]
    if collaboration.stage == Stage.PAUSED:
        way[2] = Stage.PAUSED
    here = way.index(Stage(collaboration.stage))
    return [Step(str(stage.label), _state(place, here)) for place, stage in enumerate(way)]


def _state(place: int, here: int) -> str:
    if place == here:
        return "current"
    return "done" if place < here else "todo"


def parties(collaboration: Collaboration, user: User, today: date) -> list[Party]:
    """Who takes part, in the order of their marks."""
    may_remove = user.has_perm("collab.change_collaboration", collaboration)
    return [
        _party(mark, participation, user, today, may_remove)
        for mark, participation in enumerate(collaboration.participations.all(), start=1)
    ]


def _party(mark: int, participation: Participation, user: User, today: date, may_remove: bool) -> Party:
    roles = list(participation.roles.all())
    now = [role for role in roles if role.is_current(today)]
    return Party(
        mark=mark,
        participation=participation,
        lines=[RoleLine(kind, [role for role in now if role.role == kind]) for kind in RoleKind],
        earlier=[role for role in roles if role.is_past(today)],
        later=[role for role in roles if role.starts_on > today],
        may_change=user.has_perm("collab.change_participation", participation),
        may_remove=may_remove and not roles and not participation.organisation.is_host,
    )


def holders(shown: Iterable[Party], kind: RoleKind) -> list[RoleAssignment]:
    """Who has the role now, on all sides, save people who were deactivated."""
    lines = [line for party in shown for line in party.lines if line.kind == kind]
    return [role for line in lines for role in line.held if role.contact.is_active]


def action_lines(collaboration: Collaboration, user: User) -> tuple[list[ItemLine], list[ItemLine]]:
    """Open actions by day, and the others, the last one first."""
    lines = [
        ItemLine(item, user.has_perm("collab.finish_actionitem", item)) for item in collaboration.action_items.all()
    ]
    open_lines = [line for line in lines if line.item.status == ActionStatus.OPEN]
    closed = [line for line in lines if line.item.status != ActionStatus.OPEN]
    closed.sort(key=lambda line: line.item.finished_on or line.item.due_on, reverse=True)
    return open_lines, closed
