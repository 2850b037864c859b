"""Evaluation rounds: two that are over for most collaborations, one that is open or planned for some."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from assessments.actions import load_questionnaire
from assessments.models import CycleParty, EvaluationCycle, Invitation, PersonalLink, Response, ReviewMeeting
from bench.copying import copy_rows
from bench.seed.answers import AnswerBook
from bench.seed.world import HOST, Working, World, weighted
from collab.enums import Stage
from common.text import fold
from notifications.models import Heartbeat, OutgoingMail
from notifications.tokens import hash_token

MODELS = [
    EvaluationCycle,
    CycleParty,
    Invitation,
    PersonalLink,
    Response,
    ReviewMeeting,
    ReviewMeeting.action_items.through,
    OutgoingMail,
]
AT_HOST = 3
DAYS = 21


@dataclass(frozen=True)
class Round:
    """An evaluation round to write."""

    key: int
    number: int
    status: str
    opens_on: date
    of: Working

    @property
    def is_over(self) -> bool:
        return self.status in ("closed", "discussed")

    @property
    def closed_at(self) -> datetime | None:
        closes = datetime.combine(self.opens_on + timedelta(days=DAYS + 1), time(), timezone.get_current_timezone())
        return closes if self.is_over else None


def token_of(invitation: int) -> str:
    """Return the token in the personal link of an invitation."""
    return f"bench-{invitation:038}"


def add_cycles(world: World) -> None:
    instrument = load_questionnaire()
    book = AnswerBook(instrument.definition, world.random)
    rounds = list(_rounds(world))
    names = (
        "id",
        "collaboration_id",
        "number",
        "instrument_id",
        "mode",
        "status",
        "opens_on",
        "closes_on",
        "opened_at",
        "closed_at",
        "result",
        "exact_means",
        "summary",
    )
    copy_rows(EvaluationCycle, names, (_round_row(row, instrument.pk, book) for row in rounds))
    invitations = list(_invitations(world, rounds))
    parties = {(row.key, place): number for number, (row, place) in enumerate(_parties(rounds), start=1)}
    rows = (
        (
            parties[row.key, place],
            row.key,
            row.of.organisations[place],
            f"org-{place + 1}",
            world.names[row.of.organisations[place]],
            place == 0,
        )
        for row, place in _parties(rounds)
    )
    copy_rows(CycleParty, ("id", "cycle_id", "organisation_id", "key", "name", "is_host"), rows)
    rows = (
        (row.key, row.of.key, parties[row.of.key, row.place], row.contact, row.status, row.of.opens_on)
        for row in invitations
    )
    copy_rows(Invitation, ("id", "cycle_id", "party_id", "contact_id", "status", "invited_on"), rows)
    links = ((row.key, hash_token(token_of(row.key))) for row in invitations if row.of.status == "open")
    copy_rows(PersonalLink, ("invitation_id", "token_hash"), links)
    _add_answers(world, invitations, parties, book)
    _add_reviews(world, rounds)
    _add_mails(world)


def _rounds(world: World) -> Iterator[Round]:
    """Yield the rounds.

    Of the collaborations that have started, 17 in 20 have two past rounds; of the active ones 1 in 12 has an open round
    and 1 in 20 a planned one.
    """
    key = 0
    for row in world.collaborations:
        number = 0
        if row.stage in (Stage.ACTIVE, Stage.PAUSED, Stage.ENDED) and world.happens(0.85):
            days = int(world.random.random() * 300)
            for number in (1, 2):
                status = "closed" if number == 2 and world.happens(0.1) else "discussed"
                key += 1
                yield Round(key, number, status, world.today - timedelta(days=900 - number * 300 + days // number), row)
        chance = world.random.random()
        if row.stage == Stage.ACTIVE and chance < 0.13:
            key += 1
            status, days = ("open", -int(chance * 240)) if chance < 0.08 else ("planned", 10)
            yield Round(key, number + 1, status, world.today + timedelta(days=days), row)


def _round_row(row: Round, instrument: int, book: AnswerBook) -> tuple[Any, ...]:
    of_size = book.results[len(row.of.organisations)]
    found = of_size[row.key % len(of_size)]
    texts = (found.result, found.exact_means, found.summary) if row.is_over else (None, "{}", "[]")
    opened = row.closed_at - timedelta(days=DAYS) if row.closed_at else None
    return (
        row.key,
        row.of.key,
        row.number,
        instrument,
        "confidential",
        row.status,
        row.opens_on,
        row.opens_on + timedelta(days=DAYS),
        opened,
        row.closed_at,
        *texts,
    )


def _parties(rounds: list[Round]) -> Iterator[tuple[Round, int]]:
    for row in rounds:
        for place in range(len(row.of.organisations)):
            yield row, place


@dataclass(frozen=True)
class Asked:
    """An invitation to write."""

    key: int
    of: Round
    place: int
    contact: int
    status: str


def _invitations(world: World, rounds: list[Round]) -> Iterator[Asked]:
    """Yield an invitation for each person of a partner and three of the host; 4 of 5 answered a round that is over."""
    key = 0
    for row, place in _parties(rounds):
        people = world.contacts[row.of.organisations[place]]
        if row.of.organisations[place] == HOST:
            first = row.of.key % (len(people) - AT_HOST)
            people = people[first : first + AT_HOST]
        for contact in people:
            key += 1
            chance = world.random.random()
            late = "submitted" if chance < 0.8 else "invited"
            status = late if row.is_over else "invited" if row.status == "planned" or chance < 0.4 else "submitted"
            yield Asked(key, row, place, contact, status)


def _add_answers(world: World, invitations: list[Asked], parties: dict[tuple[int, int], int], book: AnswerBook) -> None:
    """Write the answers: tied to the invitation in open rounds, untied in past ones; 3 in 4 past rounds have none."""
    sent = timezone.now()
    rows = (
        (
            UUID(int=world.random.getrandbits(128), version=4),
            row.of.key,
            parties[row.of.key, row.place],
            None if row.of.is_over else row.key,
            world.one_of(book.answers),
            "{}",
            None if row.of.is_over else sent,
        )
        for row in invitations
        if row.status == "submitted" and (not row.of.is_over or row.of.key % 4 == 0)
    )
    columns = ("id", "cycle_id", "party_id", "invitation_id", "answers", "comments", "submitted_at")
    copy_rows(Response, columns, rows)


def _add_reviews(world: World, rounds: list[Round]) -> None:
    """Write the review meeting of each discussed round; those of first rounds agreed the action items."""
    over = [row for row in rounds if row.status == "discussed"]
    rows = (
        (number, row.key, row.opens_on + timedelta(days=40), "continue", "Een goed gesprek.", None)
        for number, row in enumerate(over, start=1)
    )
    columns = ("id", "cycle_id", "held_on", "outcome", "summary", "next_evaluation_on")
    copy_rows(ReviewMeeting, columns, rows)
    agreed = (
        (number, action)
        for number, row in enumerate(over, start=1)
        if row.number == 1
        for action in world.actions[row.of.key]
    )
    copy_rows(ReviewMeeting.action_items.through, ("reviewmeeting_id", "actionitem_id"), agreed)


def _add_mails(world: World) -> None:
    """Write as many mails as collaborations: nearly all sent, a few failed, a few waiting."""
    now = timezone.now()
    names = (
        "message_id",
        "kind",
        "to_email",
        "to_name",
        "language",
        "subject",
        "search_text",
        "body_text",
        "body_html",
        "status",
        "created_at",
        "sent_at",
    )
    body = "Er staat een vragenlijst voor je klaar. " * 12
    statuses = weighted({"sent": 985, "failed": 5, "queued": 5, "cancelled": 5})
    rows = (
        _mail(number, world.one_of(statuses), body, now - timedelta(minutes=number)) for number in range(world.size)
    )
    copy_rows(OutgoingMail, names, rows)
    Heartbeat.objects.create(name="beat", beat_at=now)


def _mail(number: int, status: str, body: str, at: datetime) -> tuple[Any, ...]:
    to, subject = f"contact{number}@example.org", f"Hoe werken we samen? ({number})"
    html, sent_at = f"<p>{body}</p>", at if status == "sent" else None
    return (
        f"<{number}@bench.example>",
        "evaluation_invitation",
        to,
        f"Contact {number}",
        "nl",
        subject,
        fold(f"Contact {number} {to} {subject}"),
        body,
        html,
        status,
        at,
        sent_at,
    )
