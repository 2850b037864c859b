"""Declare the kinds of alert and register them; an app above registers its own kinds here as well.

A declaration gives the rows that have the alert on a day, the sentences about them, the step that settles it, the
permission for that step, and the people mailed after a number of days. Readers use only these, so that they agree.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal, NamedTuple

from django.db.models import CharField, DateField, F, Model, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, JSONObject
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from collab.alerts.people import people_for
from collab.enums import RoleKind
from collab.models import Collaboration
from common.row_urls import row_url
from notifications.recipients import Recipient
from partners.querysets import own_organisation_id

Tone = Literal["act", "discuss", "quiet"]
TONES: tuple[Tone, ...] = ("act", "discuss", "quiet")
# The organisation whose people read, for partners; None for colleagues, who see everything.
Reader = int | None
NO_DAY = Cast(Value(None), DateField())


def reader_of(user: User) -> int | None:
    """Return the reader that ``user`` counts as: None for colleagues, else the key of their organisation (or 0)."""
    return None if user.is_colleague else own_organisation_id(user) or 0


class AlertRow(NamedTuple):
    """One row that has an alert: its kind, its day, its collaboration, and the facts for the sentences.

    ``subject`` is the key of the row in the model that the kind is about: a collaboration, an action, a round.
    """

    kind: str
    since: date | None
    collaboration: int
    name: str
    subject: int
    facts: dict[str, Any]

    @property
    def counts_from(self) -> date:
        """Return the day that the alert counts from, of a kind that has one."""
        assert self.since is not None
        return self.since


@dataclass(frozen=True)
class NextStep:
    """The step that settles an alert: the words and address of the button, and the permission needed, if any."""

    label: str
    url: str
    perm: str = ""


@dataclass(frozen=True)
class Alert:
    """One thing that needs a person, in words, with the step that settles it.

    ``code`` is the key of its kind. ``subject`` is the object for which the permission of the step is checked.
    """

    code: str
    tone: Tone
    message: str
    step: NextStep
    subject: Model | None = None
    is_aside: bool = False

    def may_be_settled_by(self, user: User) -> bool:
        """Return whether ``user`` can take the step, and there is one."""
        return bool(self.step.label) and (not self.step.perm or user.has_perm(self.step.perm, self.subject))


@dataclass(frozen=True)
class MailStep:
    """One mail about an alert to its recipients, ``days`` after the day it counts from (before when negative)."""

    days: int
    role: RoleKind | Role | str


@dataclass(frozen=True)
class Need:
    """A choice of the filter "Needs" in the list of collaborations; several kinds can share one."""

    key: str
    label: str | Promise


class AlertKind(ABC):
    """Declare one kind of alert; a subclass fills in what it needs and is registered with ``register``.

    A kind without its rows, tone, message or step cannot be registered.

    Attributes:
        key: The name of the kind.
        model_path: The path from a row to its collaboration; empty where the rows are collaborations.
        since: The day that the alert counts from, as a field or expression on a row.
        oldest_first: The fields that put the oldest row first, along an index.
        facts: What ``message`` and the others need to know of a row, by name, as expressions.
        is_for_host: Whether only colleagues hear of it.
        is_aside: Whether it stands beside the next step of a collaboration, not in its place.
        gives_way_to: Kinds that say the same and more; only kinds that the page alone shows may give way.
        need: The choice of the list's filter that finds it.
        dashboard: The place of the kind on the dashboard, from 1; None where it is not shown there.
        with_partner: Whether the page of a partner shows it.
        repeats: Whether a collaboration often has many rows with it; the dashboard names it once.
        mail, mail_steps: The kind of mail that tells of it, and who gets it when.
        mail_about: What the mail is about, as the first half of the subject of a reminder.
        settled_with: The permission of those who can settle it; mails name them to readers who cannot.
        seen_with: The permission to open ``place``.
    """

    key: ClassVar[str]
    model_path: ClassVar[str] = ""
    since: ClassVar[str | Combinable] = NO_DAY
    oldest_first: ClassVar[tuple[str, ...]] = ("pk",)
    facts: ClassVar[Mapping[str, Any]] = {}
    is_for_host: ClassVar[bool] = False
    is_aside: ClassVar[bool] = False
    gives_way_to: ClassVar[tuple[str, ...]] = ()
    need: ClassVar[Need | None] = None
    dashboard: ClassVar[int | None] = None
    with_partner: ClassVar[bool] = False
    mail: ClassVar[str] = ""
    repeats: ClassVar[bool] = False
    mail_steps: ClassVar[tuple[MailStep, ...]] = ()
    mail_about: ClassVar[str] = "collaboration"
    settled_with: ClassVar[str] = ""
    seen_with: ClassVar[str] = "collab.view_collaboration"

    @abstractmethod
    def rows(self, day: date, reader: Reader) -> QuerySet[Any]:
        """Return the rows that have the alert on ``day``, limited to those that ``reader`` may know of.

        Both may stand for values that a prepared query is given later: only querysets may look at them.
        """

    def facts_for(self, day: date, reader: Reader) -> Mapping[str, Any]:
        """Return the columns read of a row beside its keys, for a kind where they depend on day or reader."""
        return self.facts

    def brief_facts_for(self, day: date, reader: Reader) -> Mapping[str, Any]:
        """Return what ``brief``, ``brief_step`` and ``line`` need to know; a kind overrides this where that is less."""
        return self.facts_for(day, reader)

    def is_possible(self, collaboration: Collaboration, day: date) -> bool:
        """Return False where what its page has read of a collaboration rules the alert out: then no row is asked for.

        PostgreSQL plans the query of every kind anew for each page, which takes longer than to run it.
        """
        return True

    def is_idle(self) -> bool:
        """Return True where nothing in the whole installation can have the alert, found by one cheap question.

        For a kind that rarely occurs and takes PostgreSQL long to plan.
        """
        return False

    @abstractmethod
    def tone(self, row: AlertRow, day: date) -> Tone:
        """Return how pressing the alert is: ``act``, ``discuss``, or ``quiet`` for information only."""

    @abstractmethod
    def message(self, row: AlertRow, day: date) -> str:
        """Return the sentence for the page of the collaboration."""

    def brief(self, row: AlertRow, day: date) -> str:
        """Return the sentence for the dashboard, beside the name of the collaboration."""
        return self.message(row, day)

    def line(self, row: AlertRow, day: date) -> str:
        """Return the words for the page of a partner, beside the day and the name of the collaboration."""
        return self.brief(row, day)

    @abstractmethod
    def step(self, row: AlertRow) -> NextStep:
        """Return the step that settles it."""

    def brief_step(self, row: AlertRow) -> NextStep:
        """Return the step as the dashboard offers it."""
        return self.step(row)

    def place(self, row: AlertRow) -> str:
        """Return the address where the alert can be looked at, for the page of a partner."""
        return collaboration_page(row)

    def mail_step(self, row: AlertRow) -> NextStep:
        """Return the step to which a mail leads."""
        return self.step(row)

    def mail_facts(self, row: AlertRow, day: date) -> dict[str, Any]:
        """Return the context of the mail beside collaboration, days and names."""
        return {}

    def people(self, step: MailStep, row: AlertRow, day: date) -> list[Recipient]:
        """Return the people who get the mail of this step."""
        assert isinstance(step.role, RoleKind | Role)
        return people_for(row.collaboration, step.role, day)

    def subject(self, row: AlertRow, collaboration: Collaboration) -> Model | None:
        """Return the object for which the permission of the step is checked."""
        return collaboration

    def told(self, rows: Sequence[AlertRow], day: date, collaboration: Collaboration) -> Iterable[Alert]:
        """Return the alerts of one collaboration, in words: one for each row, unless a kind puts rows together."""
        return [self.alert(row, day, collaboration, self.message(row, day), self.step(row)) for row in rows]

    def alert(self, row: AlertRow, day: date, collaboration: Collaboration, message: str, step: NextStep) -> Alert:
        """Return the alert of ``row`` with these words and this step."""
        subject = self.subject(row, collaboration)
        return Alert(self.key, self.tone(row, day), message, step, subject, self.is_aside)

    def found(self, day: date, reader: Reader, *, is_brief: bool = False) -> QuerySet[Any, Any]:
        """Return the rows in the columns of ``AlertRow``, without an order; with ``is_brief`` fewer facts."""
        path = f"{self.model_path}__" if self.model_path else ""
        since = F(self.since) if isinstance(self.since, str) else self.since
        facts = JSONObject(**(self.brief_facts_for if is_brief else self.facts_for)(day, reader))
        key = Value(self.key, output_field=CharField())
        return (
            self.rows(day, reader).order_by().values_list(key, since, F(f"{path}pk"), F(f"{path}name"), F("pk"), facts)
        )

    def collaborations(self, day: date, reader: Reader) -> QuerySet[Any, Any]:
        """Return the keys of the collaborations that have the alert."""
        return self.rows(day, reader).order_by().values(self.collaboration_field)

    @property
    def collaboration_field(self) -> str:
        """Return the field of a row that holds the key of its collaboration."""
        return self.model_path or "pk"


_kinds: dict[str, AlertKind] = {}


def register(kind: type[AlertKind]) -> type[AlertKind]:
    """Register a kind, for all readers. Refuse a key that another kind has, and a kind that leaves a method open."""
    if kind.key in _kinds:
        raise ValueError(f"There are two kinds of alert named {kind.key}.")
    _kinds[kind.key] = kind()
    return kind


def kind_of(row: AlertRow) -> AlertKind:
    """Return the declaration that a row was found by."""
    return _kinds[row.kind]


def all_kinds(reader: Reader = None) -> Iterator[AlertKind]:
    """Return the kinds that ``reader`` may hear of, in the order in which they were registered."""
    return (kind for kind in _kinds.values() if reader is None or not kind.is_for_host)


def kinds_of_mail(mail: str) -> list[AlertKind]:
    """Return the kinds that a kind of mail tells of."""
    return [kind for kind in _kinds.values() if kind.mail == mail]


def collaboration_page(row: AlertRow, part: str = "") -> str:
    """Return the address of the collaboration of a row, at ``part`` (such as ``#roles``) of it."""
    return row_url("collab:collaboration-detail", row.collaboration) + part


def step_to_collaboration(row: AlertRow) -> NextStep:
    """Return the step for readers who cannot settle an alert themselves."""
    return NextStep(_("Look at the collaboration"), collaboration_page(row))


def page(url_name: str, key: int) -> str:
    """Return the address of the page of one row."""
    return reverse(url_name, args=[key])


def day_in(facts: Mapping[str, Any], name: str) -> date:
    """Return a day among the facts of a row, where days are texts."""
    return date.fromisoformat(facts[name])
