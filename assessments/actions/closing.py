"""Close a round: make the result and, in confidential mode, cut the tie between person and answers."""

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
from assessments.models import EvaluationCycle, PassOnRequest, PendingErasure, Response
from assessments.scoring import comments_that_count
from assessments.standing import refresh_standings
from audit.context import recording
from collab.enums import Stage
from common.actions import ActionRefused, require
from common.locking import lock


def close_cycle(
    *, actor: User | None, cycle: EvaluationCycle, today: date | None = None, only_if_due: bool = False
) -> None:
    """Close an open round for good: keep the disclosed result, drop drafts, mail all who did not decline.

    When the collaboration has ended no mail is sent: the results can be read.

    Comments on answers that are no longer low are dropped, and so are the times of typing. Confidential answers get new
    random keys in random order and lose their invitation and times. Closed early, today becomes its last day. Refuses
    when the round is not open (any more), and with ``only_if_due`` when its last day is not past (any more): it was
    extended meanwhile.
    """
    require(actor, "assessments.manage_cycle")
    today = today or timezone.localdate()
    with recording(actor, "assessments.cycle_closed"):
        # First, as everywhere: the collaboration gets the standing of this round.
        lock(cycle.collaboration)
        cycle = EvaluationCycle.objects.select_for_update(of=["self"]).select_related("instrument").get(pk=cycle.pk)
        if cycle.status != CycleStatus.OPEN:
            raise ActionRefused(_("Only an open round can be closed."))
        if only_if_due and cycle.closes_on >= today:
            raise ActionRefused(_("People can still answer in this round."))
        cycle.responses.filter(submitted_at=None).delete()
        PassOnRequest.objects.filter(invitation__cycle=cycle).delete()
        instrument = cycle.instrument.definition
        kept = list(cycle.responses.all())
        for row in kept:
            row.comments, row.typed = comments_that_count(row.answers, row.comments, instrument), {}
        if cycle.is_confidential:
            # Every response is replaced by one that cannot be traced to a person, not even by a database administrator;
            # ``erase_cut_ties`` erases the old rows from disk after the commit. Shuffled by the system's own source:
            # rows inserted in the order of answering would show that order on disk.
            secrets.SystemRandom().shuffle(kept)
            cycle.responses.all().delete()
            Response.objects.bulk_create(
                Response(
                    id=uuid.uuid4(), cycle=cycle, party_id=row.party_id, answers=row.answers, comments=row.comments
                )
                for row in kept
            )
            PendingErasure.objects.create(cycle=cycle)
        else:
            Response.objects.bulk_update(kept, ["comments", "typed"])
        disclosure = disclose(collect(cycle, instrument), instrument)
        cycle.result, cycle.exact_means = disclosure.result, disclosure.means
        cycle.summary = summarise(disclosure.result)
        cycle.status, cycle.closed_at = CycleStatus.CLOSED, timezone.now()
        cycle.closes_on = max(cycle.opens_on, min(cycle.closes_on, today))
        fields = ["result", "exact_means", "summary", "status", "closed_at", "closes_on"]
        cycle.save(update_fields=fields)
        refresh_standings([cycle.collaboration_id])
        told = cycle.invitations.interested().reachable().exclude(cycle__collaboration__stage=Stage.ENDED)
        for invitation in told.select_related("contact", "cycle__collaboration", "cycle__instrument"):
            send_results(invitation)
