"""From stored answers to the plain data that scoring and export read; nobody else reads the answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.db.models import Count, Q

from assessments.cycle_format import Cycle, CycleOrganisation, CycleResponse, Mode
from assessments.models import EvaluationCycle, Response
from assessments.querysets import ASKED


def collect(cycle: EvaluationCycle, responses: Iterable[Response] | None = None) -> Cycle:
    """The cycle as plain data, with every sent response and no person, sorted by random key."""
    if responses is None:
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
        responses=tuple(CycleResponse(keys[row.party_id], row.answers, row.comments) for row in responses),
    )


@dataclass(frozen=True)
class NamedAnswers:
    """In open mode: who answered what."""

    person: str
    organisation: str
    answers: dict[str, int | None]
    comments: dict[str, str]


def named_answers(cycle: EvaluationCycle) -> list[NamedAnswers]:
    """Every answer with its name, of a closed cycle in open mode; in confidential mode there is nothing to name."""
    if cycle.is_confidential or not cycle.has_results:
        return []
    rows = cycle.responses.exclude(submitted_at=None).select_related("invitation__contact", "party")
    return [
        NamedAnswers(row.invitation.contact.name, row.party.name, row.answers, row.comments)
        for row in rows.order_by("party", "invitation__contact__name", "pk")
        if row.invitation
    ]
