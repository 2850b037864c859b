"""The page of a collaboration, computed from the rows that ``with_people`` and ``with_agreements`` fetched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from collab.alerts.kinds import Alert
from collab.alerts.reading import alerts_of
from collab.alerts.stages import next_step
from collab.enums import ONE_AT_A_TIME, ActionStatus, RoleKind, Stage
from collab.models import ActionItem, Collaboration, Participation, RoleAssignment


@dataclass(frozen=True)
class AlertLine:
    """An alert, and the page where the reader can settle it; ``url`` is empty when only others can."""

    alert: Alert
    url: str


@dataclass(frozen=True)
class RoleLine:
    """The holders of one role for one organisation; ``former`` is whose role the present holder took over."""

    kind: RoleKind
    held: list[RoleAssignment]
    former: RoleAssignment | None = None

    @property
    def is_needed(self) -> bool:
        """Return whether the page mentions that the role is empty."""
        return self.kind in ONE_AT_A_TIME


@dataclass(frozen=True)
class Party:
    """An organisation that takes part, with its mark (1, 2, …) and its present, earlier and later roles."""

    mark: int
    participation: Participation
    lines: list[RoleLine]
    earlier: list[RoleAssignment]
    later: list[RoleAssignment]
    may_change: bool
    may_remove: bool


@dataclass(frozen=True)
class ItemLine:
    """An action item, and whether the reader can tick it off (or open it again)."""

    item: ActionItem
    may_finish: bool


@dataclass(frozen=True)
class StageStep:
    """A stage on the way from exploring to ended; ``state`` is done, current or todo."""

    label: str
    state: str


def alert_lines(collaboration: Collaboration, user: User, today: date) -> list[AlertLine]:
    """Return the alerts, or else the next step; first those that the reader can settle.

    Leaves out, for a partner, the alerts that only the host can settle, unless something is wrong.
    """
    lines = [
        AlertLine(alert, alert.step.url if alert.may_be_settled_by(user) else "")
        for alert in alerts_of(collaboration, user, today)
    ]
    told = [line for line in lines if line.url or user.is_colleague or line.alert.tone == "act"]
    if all(line.alert.is_aside for line in told):
        following = next_step(collaboration, today)
        url = following.step.url if following.may_be_settled_by(user) else ""
        told = [AlertLine(following, url), *told] if url or not told else told
    return sorted(told, key=lambda line: not line.url)


def steps(collaboration: Collaboration) -> list[StageStep]:
    """Return the stages of a collaboration in order; a pause takes the place of being active."""
    way = [Stage.EXPLORING, Stage.DESIGNING, Stage.ACTIVE, Stage.ENDED]
    if collaboration.stage == Stage.PAUSED:
        way[2] = Stage.PAUSED
    here = way.index(Stage(collaboration.stage))
    states = ["done"] * here + ["current"] + ["todo"] * (len(way) - here - 1)
    return [StageStep(str(stage.label), state) for stage, state in zip(way, states, strict=True)]


def parties(collaboration: Collaboration, user: User, today: date) -> list[Party]:
    """Return the organisations that take part, in the order of their marks."""
    may_remove = user.has_perm("collab.change_collaboration", collaboration)
    found = []
    for mark, participation in enumerate(collaboration.participations.all(), start=1):
        roles = list(participation.roles.all())
        now = [role for role in roles if role.is_current(today)]
        party = Party(
            mark=mark,
            participation=participation,
            lines=[role_line(kind, [role for role in now if role.role == kind], roles) for kind in RoleKind],
            earlier=[role for role in roles if role.is_past(today)],
            later=[role for role in roles if role.starts_on > today],
            may_change=user.has_perm("collab.change_participation", participation),
            may_remove=may_remove and not roles and not participation.organisation.is_host,
        )
        found.append(party)
    return found


def role_line(kind: RoleKind, held: list[RoleAssignment], roles: list[RoleAssignment]) -> RoleLine:
    """Return the holders of a role, with the one whose role the decider or lead took over on the same day."""
    first = held[0].starts_on if held and kind in ONE_AT_A_TIME else None
    before = (role for role in roles if role.role == kind and role.ends_on == first and role.starts_on != first)
    return RoleLine(kind, held, next(before, None) if first else None)


def holders(shown: Iterable[Party], kind: RoleKind) -> list[RoleAssignment]:
    """Return the present holders of a role on all sides, without deactivated people."""
    lines = [line for party in shown for line in party.lines if line.kind == kind]
    return [role for line in lines for role in line.held if role.contact.is_active]


def action_lines(collaboration: Collaboration, user: User) -> tuple[list[ItemLine], list[ItemLine]]:
    """Return the open actions by day, and the others, the last one first."""
    lines = [
        ItemLine(item, user.has_perm("collab.finish_actionitem", item)) for item in collaboration.action_items.all()
    ]
    open_lines = [line for line in lines if line.item.status == ActionStatus.OPEN]
    closed = [line for line in lines if line.item.status != ActionStatus.OPEN]
    closed.sort(key=lambda line: line.item.finished_on or line.item.due_on, reverse=True)
    return open_lines, closed
