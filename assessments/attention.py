"""What the rounds of a collaboration ask of people: shown first on its page."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.enums import CycleStatus
from assessments.models import EvaluationCycle
from collab.attention import Attention, Tone, contributor
from collab.models import Collaboration
from common.dueness import due_text
from common.prepared import Prepared, one_of

# A round that was planned or opened is the answer to these.
EVALUATION_DUE = ("evaluation_overdue", "evaluation_soon", "evaluation_undated")
TIME_TO_DISCUSS = timedelta(days=7)


@contributor
def last_round(collaboration: Collaboration, today: date) -> Iterator[Attention]:
    """The last round, until it has been discussed."""
    for row in _LAST.rows(keys=[collaboration.pk]):
        cycle = EvaluationCycle(collaboration=collaboration, **dict(zip(_READ, row, strict=True)))
        if cycle.status in _FOUND:
            yield _FOUND[CycleStatus(cycle.status)](cycle, today)


def _planned(cycle: Any, today: date) -> Attention:
    message = _("Round %(number)d opens on %(day)s.") % {"number": cycle.number, "day": date_format(cycle.opens_on)}
    return _attention(cycle, "round_planned", "quiet", message, _("Look at the round"))


def _open(cycle: Any, today: date) -> Attention:
    counted: Any = EvaluationCycle.objects.with_progress().only("pk").get(pk=cycle.pk)
    message = _("Round %(number)d is open: %(submitted)d of %(invited)d people answered. Last day: %(when)s.") % {
        "number": cycle.number,
        "submitted": counted.submitted,
        "invited": counted.invited,
        "when": due_text(cycle.closes_on, today),
    }
    return _attention(cycle, "round_open", "discuss", message, _("Look at the round"))


def _closed(cycle: Any, today: date) -> Attention:
    late = today - timezone.localdate(cycle.closed_at) >= TIME_TO_DISCUSS
    message = _("Everybody can see the results of round %(number)d. Discuss them together.") % {"number": cycle.number}
    offer, page = _("Look at the results"), "assessments:cycle-results"
    return _attention(cycle, "round_undiscussed", "act" if late else "discuss", message, offer, page)


def _attention(
    cycle: EvaluationCycle, code: str, tone: Tone, message: str, offer: str, page: str = "assessments:cycle-detail"
) -> Attention:
    return Attention(
        code=code,
        tone=tone,
        message=message,
        offer=offer,
        perm="assessments.view_cycle",
        subject=cycle,
        url_name=page,
        args=(cycle.pk,),
        settles=() if cycle.has_results else EVALUATION_DUE,
        known_to="assessments.view_cycle",
    )


_FOUND = {CycleStatus.PLANNED: _planned, CycleStatus.OPEN: _open, CycleStatus.CLOSED: _closed}
# This is asked on every page of a collaboration.
_READ = ("id", "number", "status", "opens_on", "closes_on", "closed_at")
_LAST = Prepared(
    lambda: (
        EvaluationCycle.objects.filter(one_of("collaboration", "keys"))
        .exclude(status=CycleStatus.CANCELLED)
        .order_by("-number")
        .values_list(*_READ)[:1]
    )
)
