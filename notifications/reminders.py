"""Reminders: apps say what is due, the database sees to it that each goes out once."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction

from notifications.actions import queue_mail
from notifications.models import Reminder
from notifications.recipients import Recipient

logger = logging.getLogger(__name__)
Key = tuple[str, str, str, str]
CHUNK = 500


@dataclass(frozen=True)
class DueReminder:
    """One person to remind of one subject on one occasion; see ``queue_mail`` for the last three.

    ``subject`` is such as ``collaboration:12``, ``occurrence`` such as ``2026-03-01/overdue-7``: together with kind
    and recipient they are what happens at most once.
    """

    kind: str
    subject: str
    recipient: Recipient
    occurrence: str
    context: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    link: tuple[str, str] | None = None

    @property
    def key(self) -> Key:
        return self.kind, self.subject, self.recipient.key, self.occurrence


Finder = Callable[[date], Iterator[DueReminder]]
_finders: list[Finder] = []


def finder(find: Finder) -> Finder:
    """Register what yields every reminder due up to and including a day; those already sent may be among them."""
    _finders.append(find)
    return find


def send_due(today: date, dry_run: bool = False) -> int:
    """Remind everybody who has to be reminded by ``today`` and was not; returns how many reminders that were.

    Late, twice or in parallel: each reminder is one row and one mail. A dry run only counts.
    """
    return send_due_by_kind(today, dry_run).total()


def send_due_by_kind(today: date, dry_run: bool = False, failures: list[str] | None = None) -> Counter[str]:
    """Like ``send_due``, counted per kind. What goes wrong is logged, added to ``failures``, and stops nothing else."""
    sent: Counter[str] = Counter()
    failures = failures if failures is not None else []
    for find in _finders:
        try:
            for reminder in _not_yet_sent(find(today)):
                sent[reminder.kind] += dry_run or _try_send(reminder, today, failures)
        except Exception as error:
            _note(f"reminders of {find.__module__}", error, failures)
    return +sent


def _not_yet_sent(due: Iterator[DueReminder]) -> Iterator[DueReminder]:
    """Those of ``due`` that have an address and no row yet, each key once."""
    while chunk := {reminder.key: reminder for reminder in islice(due, CHUNK)}:
        for kind in {key[0] for key in chunk}:
            subjects = {key[1] for key in chunk if key[0] == kind}
            rows = Reminder.objects.filter(kind=kind, subject__in=subjects)
            for key in rows.values_list("kind", "subject", "recipient", "occurrence"):
                chunk.pop(key, None)
        yield from (reminder for reminder in chunk.values() if reminder.recipient.email)


def _try_send(reminder: DueReminder, today: date, failures: list[str]) -> bool:
    try:
        return _send(reminder, today)
    except Exception as error:
        _note(f"reminder {'/'.join(reminder.key)}", error, failures)
        return False


@transaction.atomic
def _send(reminder: DueReminder, today: date) -> bool:
    """Take the key and queue the mail, or leave both when somebody else was first."""
    kind, subject, recipient, occurrence = reminder.key
    key = {"kind": kind, "subject": subject, "recipient": recipient, "occurrence": occurrence}
    # ON CONFLICT DO NOTHING waits for whoever is inserting the same key. Every committed row has its mail,
    # so that a row without one is the one just made here.
    Reminder.objects.bulk_create([Reminder(**key, day=today)], ignore_conflicts=True)
    row = Reminder.objects.filter(**key, mail=None).first()
    if row is None:
        return False
    row.mail = queue_mail(
        kind=kind, to=reminder.recipient, context=reminder.context, path=reminder.path, link=reminder.link
    )
    row.save(update_fields=["mail", "updated_at"])
    return True


def _note(what: str, error: Exception, failures: list[str]) -> None:
    logger.error("%s failed", what, exc_info=error)
    failures.append(f"{what}: {error}")
