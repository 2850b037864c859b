"""Jobs of the calendar for rounds. Each is safe to run twice, late, or beside another worker."""

import logging
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from celery import shared_task
from django.db.models import Model

from assessments.actions import (
    close_cycle,
    erase_cut_ties,
    open_cycle,
    send_waiting_invitations,
    withdraw_invitation,
)
from assessments.models import EvaluationCycle, Invitation, PendingErasure
from common.actions import ActionRefused
from notifications.jobs import due_job

M = TypeVar("M", bound=Model)
logger = logging.getLogger(__name__)


@due_job(name="cycles_opened", order=10)
def open_due_cycles(today: date, dry_run: bool) -> int:
    """Open the planned rounds whose first day has come; return their number. One that cannot open stops no other."""
    due = EvaluationCycle.objects.opening_due_by(today).order_by("pk")
    return due.count() if dry_run else _each(due, _if_due(open_cycle, today))


@due_job(name="invitations_made", order=12)
def make_waiting_invitations(today: date, dry_run: bool) -> int:
    """Make the invitations of large rounds that were opened; return their number."""
    return Invitation.objects.waiting_for_mail().count() if dry_run else send_waiting_invitations()


@shared_task
def send_invitations(cycle_id: int) -> None:
    """Make the invitations of a large round, right after it was opened by hand."""
    cycle = EvaluationCycle.objects.filter(pk=cycle_id).first()
    if cycle is not None:
        send_waiting_invitations(cycle=cycle)


@due_job(name="invitations_withdrawn", order=15)
def withdraw_people_gone(today: date, dry_run: bool) -> int:
    """Withdraw the invitations of people who left at the moment their round opened; return their number.

    Deactivating a contact and opening a round do not see each other when they happen at the same moment. Locking the
    contacts of a round would turn the order of locks around.
    """
    gone = Invitation.objects.gone().select_related("cycle").order_by("pk")
    return gone.count() if dry_run else _each(gone, lambda row: withdraw_invitation(actor=None, invitation=row))


@due_job(name="cycles_closed", order=20)
def close_due_cycles(today: date, dry_run: bool) -> int:
    """Close the open rounds whose last day is past; return their number. One that cannot close stops no other."""
    due = EvaluationCycle.objects.closing_due_by(today).order_by("pk")
    return due.count() if dry_run else _each(due, _if_due(close_cycle, today))


@due_job(name="ties_erased", order=25)
def erase_left_ties(today: date, dry_run: bool) -> int:
    """Erase from disk the ties between people and answers of closed rounds; return the number of rounds."""
    return PendingErasure.objects.count() if dry_run else erase_cut_ties()


@shared_task
def erase_ties() -> None:
    """Erase from disk the ties between people and answers, right after a round was closed by hand."""
    erase_cut_ties()


def _if_due(action: Callable[..., None], today: date) -> Callable[[EvaluationCycle], None]:
    """Return the action by the system on a round, which refuses when that is not due any more."""
    return lambda cycle: action(actor=None, cycle=cycle, today=today, only_if_due=True)


def _each(rows: Iterable[M], act: Callable[[M], object]) -> int:
    """Act on each row; return how many were not refused. Raises the failures after the last one."""
    done, failures = 0, list[Exception]()
    for row in rows:
        try:
            act(row)
            done += 1
        except ActionRefused as refusal:  # it cannot be, or another worker was first
            logger.warning("%s %s is left as it is: %s", type(row).__name__, row.pk, refusal.message)
        except Exception as error:
            logger.exception("%s %s", type(row).__name__, row.pk)
            failures.append(error)
    if failures:
        raise ExceptionGroup("not all of them could be dealt with", failures)
    return done
