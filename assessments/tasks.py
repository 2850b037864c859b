"""What the calendar does to rounds. Each is safe to run twice, late, or beside another worker."""

import logging
from collections.abc import Callable, Iterable
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
    return due.count() if dry_run else _each(due, open_cycle, today)


@due_job(name="cycles_closed", order=20)
def close_due_cycles(today: date, dry_run: bool) -> int:
    """Close the open rounds whose last day is past; gives how many. One that cannot close stops no other."""
    due = EvaluationCycle.objects.closing_due_by(today).order_by("pk")
    return due.count() if dry_run else _each(due, close_cycle, today)


def _each(cycles: Iterable[EvaluationCycle], action: Callable[..., None], today: date) -> int:
    """Take the action on each round that is still due; gives how many. What went wrong is told when all had a turn."""
    done, failures = 0, list[Exception]()
    for cycle in cycles:
        try:
            action(actor=None, cycle=cycle, today=today, only_if_due=True)
            done += 1
        except ActionRefused as refusal:  # it cannot be, or another worker was first
            logger.warning("Round %s is left as it is: %s", cycle.pk, refusal.message)
        except Exception as error:
            logger.exception("Round %s", cycle.pk)
            failures.append(error)
    if failures:
        raise ExceptionGroup("some rounds could not be opened or closed", failures)
    return done
