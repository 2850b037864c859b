"""Closing a round: the result is made, and in confidential mode the tie between person and answers is cut."""

import secrets
import uuid
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.answers import collect
from assessments.disclosure import disclose, summarise
from assessments.enums import CycleStatus
from assessments.mails import send_results
from assessments.models import EvaluationCycle, Response
from audit.context import recording
from common.actions import ActionRefused, require


def close_cycle(
    *, actor: User | None, cycle: EvaluationCycle, today: date | None = None, only_if_due: bool = False
) -> None:
    """Close an open round for good: keep the disclosed result, drop drafts, tell everybody who did not say no.

    Confidential answers get new random keys in random order and lose their invitation and times. Closed early, today
    becomes its last day. Refuses when the round is not open (any more), and with ``only_if_due`` when its last day is
    not past (any more): somebody gave people longer.
    """
    require(actor, "assessments.manage_cycle")
    today = today or timezone.localdate()
    with recording(actor, "assessments.cycle_closed"):
        cycle = EvaluationCycle.objects.select_for_update(of=["self"]).select_related("instrument").get(pk=cycle.pk)
        if cycle.status != CycleStatus.OPEN:
            raise ActionRefused(_("Only an open round can be closed."))
        if only_if_due and cycle.closes_on >= today:
            raise ActionRefused(_("People can still answer in this round."))
        cycle.responses.filter(submitted_at=None).delete()
        if cycle.is_confidential:
            _cut_ties(cycle)
        disclosure = disclose(collect(cycle), cycle.instrument.definition)
        cycle.result, cycle.exact_means = disclosure.result, disclosure.means
        cycle.summary = summarise(disclosure.result)
        cycle.status, cycle.closed_at = CycleStatus.CLOSED, timezone.now()
        cycle.closes_on = max(cycle.opens_on, min(cycle.closes_on, today))
        fields = ["result", "exact_means", "summary", "status", "closed_at", "closes_on", "updated_at"]
        cycle.save(update_fields=fields)
        told = cycle.invitations.interested().reachable()
        for invitation in told.select_related("contact", "cycle__collaboration", "cycle__instrument"):
            send_results(invitation)


def _cut_ties(cycle: EvaluationCycle) -> None:
    """Replace every response by one that nobody, the database administrator included, can lead back to a person."""
    kept = list(cycle.responses.all())
    secrets.SystemRandom().shuffle(kept)
    cycle.responses.all().delete()
    Response.objects.bulk_create(
        Response(id=uuid.uuid4(), cycle=cycle, party_id=row.party_id, answers=row.answers, comments=row.comments)
        for row in kept
    )
