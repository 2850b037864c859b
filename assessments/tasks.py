"""What the calendar does to rounds. Each is safe to run twice, late, or beside another worker."""

import logging
from datetime import date

from assessments.actions import close_cycle, open_cycle
from assessments.models import EvaluationCycle
from common.actions import ActionRefused
from notifications.jobs import due_job

logger = logging.getLogger(__name__)


@due_job(name="cycles_opened", order=10)
def open_due_cycles(today: date, dry_run: bool) -> int:
    """Open the planned rounds whose first day has come; gives how many. One that cannot open stops no other."""
    due = EvaluationCycle.objects.opening_due_by(today).order_by("pk")
    if dry_run:
        return due.count()
    return sum(_opened(cycle, today) for cycle in due)


@due_job(name="cycles_closed", order=20)
def close_due_cycles(today: date, dry_run: bool) -> int:
    """Close the open rounds whose last day is past; gives how many."""
    due = EvaluationCycle.objects.closing_due_by(today).order_by("pk")
    if dry_run:
        return due.count()
    return sum(_closed(cycle) for cycle in due)


def _opened(cycle: EvaluationCycle, today: date) -> bool:
    try:
        open_cycle(actor=None, cycle=cycle, today=today)
    except ActionRefused as refusal:
        logger.warning("Round %s was not opened: %s", cycle.pk, refusal.message)
        return False
    return True


def _closed(cycle: EvaluationCycle) -> bool:
    try:
        close_cycle(actor=None, cycle=cycle)
    except ActionRefused as refusal:  # another worker was first
        logger.info("Round %s was not closed: %s", cycle.pk, refusal.message)
        return False
    return True
