"""Turn stored answers into the plain data that scoring and export read; no other module reads the answers."""

from dataclasses import dataclass
from typing import cast

from django.db.models import Count, Q

from assessments.cycle_format import Cycle, CycleOrganisation, CycleResponse, Mode
from assessments.instruments import Instrument
from assessments.models import EvaluationCycle
from assessments.querysets import ASKED
from assessments.scoring import comments_that_count
from common.sorting import NameOrder


def collect(cycle: EvaluationCycle, instrument: Instrument) -> Cycle:
    """Return the cycle as plain data, with every sent response and no person, sorted by random key.

    Comments are those that count: words that were taken back are neither shown nor exported.
    """
    responses = cycle.responses.exclude(submitted_at=None, invitation__isnull=False).order_by("pk")
    parties = cycle.parties.annotate(invited=Count("invitations", filter=Q(invitations__status__in=ASKED)))
    keys = {party.pk: party.key for party in parties}
    return Cycle(
        mode=cast(Mode, cycle.mode),
        instrument_key=cycle.instrument.key,
        instrument_version=cycle.instrument.version,
        organisations=tuple(
            CycleOrganisation(party.key, party.name, "host" if party.is_host else "partner", party.invited)
            for party in parties
        ),
        responses=tuple(
            CycleResponse(keys[row.party_id], row.answers, comments_that_count(row.answers, row.comments, instrument))
            for row in responses
        ),
    )


@dataclass(frozen=True)
class NamedAnswers:
    """The answers of one person in open mode, with the name."""

    person: str
    organisation: str
    answers: dict[str, int | None]
    comments: dict[str, str]


def named_answers(cycle: EvaluationCycle) -> list[NamedAnswers]:
    """Return every answer with its name, of a closed cycle in open mode; an empty list in confidential mode."""
    if cycle.is_confidential or not cycle.has_results:
        return []
    rows = cycle.responses.exclude(submitted_at=None).select_related("invitation__contact", "party")
    return [
        NamedAnswers(
            row.invitation.contact.name,
            row.party.name,
            row.answers,
            comments_that_count(row.answers, row.comments, cycle.instrument.definition),
        )
        for row in rows.order_by("party", NameOrder("invitation__contact__name"), "pk")
        if row.invitation
    ]
