"""Send reminders: apps find the reminders that are due, and a unique row in the database lets each leave only once."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Any, Protocol, TypeVar

from django.db import connection, transaction
from django.db.models import Model, Q
from django.utils import timezone

from accounts.models import User
from notifications import wanted
from notifications.actions import queue_mail
from notifications.enums import MailStatus, StopReason
from notifications.models import OutgoingMail, RefusedAddress, Reminder
from notifications.pausing import mail_pause
from notifications.recipients import Recipient, can_resolve, resolve
from notifications.senders import Sender

logger = logging.getLogger(__name__)
Key = tuple[str, str, str, str]
KEY = ("kind", "subject", "recipient", "occurrence")
CHUNK = 500
# After this an address that was refused is tried again: the fault may have been at the server.
REFUSED_LATELY = timedelta(days=3)


@dataclass(frozen=True)
class Way:
    """The page behind the button of a reminder for one reader, and the people who can help.

    ``helpers`` names the people who can take the step where the reader cannot; the texts name them.
    """

    path: str = ""
    helpers: tuple[str, ...] = ()


# A permission, what it is asked of, and the page that needs it.
Page = tuple[str, Model, str]


def way_to(user: User | None, step: Page, *, look: Page, helpers: Callable[[], Iterable[str]]) -> Way:
    """Return the page of ``step`` for ``user``, or that of ``look`` when the user may not take the step.

    Without an account (None) there is no page, only helpers.
    """
    if user is None:
        return Way("", tuple(helpers()))
    permission, subject, path = step
    if user.has_perm(permission, subject):
        return Way(path)
    permission, subject, path = look
    return Way(path if user.has_perm(permission, subject) else "", tuple(helpers()))


@dataclass(frozen=True)
class DueReminder:
    """One person to remind of one subject on one occasion; see ``queue_mail`` for the last five.

    ``way`` finds the button for the account of the reader, in place of ``path``, and ``senders`` the people in whose
    name the mail leaves; both are called only when a mail is made.

    ``subject`` is such as ``collaboration:12``, ``occurrence`` such as ``2026-03-01/overdue-7``: with kind and
    recipient they form the key, which is unique. Of one occasion (the part before the slash) a person gets one mail a
    day.
    """

    kind: str
    subject: str
    recipient: Recipient
    occurrence: str
    context: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    link: tuple[str, str] | None = None
    leave_by: date | None = None
    way: Callable[[User | None], Way] | None = None
    senders: Callable[[], Iterable[Sender]] = tuple

    @property
    def key(self) -> Key:
        return self.kind, self.subject, self.recipient.key, self.occurrence


class Finder(Protocol):
    """Function that yields every reminder due up to and including a day; those already sent may be among them.

    With ``subject`` (such as ``collaboration:12``) it yields the reminders of that subject only.
    """

    __module__: str

    def __call__(self, today: date, subject: str = "") -> Iterator[DueReminder]: ...


_finders: list[Finder] = []
AnyFinder = TypeVar("AnyFinder", bound=Finder)


def finder(*kinds: str) -> Callable[[AnyFinder], AnyFinder]:
    """Register a finder and the kinds of reminder that it yields.

    A mail of these kinds leaves only while the finder still yields its reminder: see ``notifications.wanted``.
    """

    def register(find: AnyFinder) -> AnyFinder:
        _finders.append(find)
        for kind in kinds:
            wanted.register(kind, partial(_reason_against, find))
        return find

    return register


def _reason_against(find: Finder, mail: OutgoingMail, today: date) -> str:
    """Return why none of the reminders that ``mail`` was made for is due any more; the empty string while one is."""
    rows = list(mail.reminders.all())
    if not rows:
        return ""
    # A run for a day to come made reminders that are due on that day.
    day = max(today, *(row.day for row in rows))
    due = [found.key for found in find(day, rows[0].subject) if found.kind == mail.kind]
    if not due:
        return StopReason.SETTLED
    mine = {key for key in due if key[2] in {row.recipient for row in rows}}
    if not mine:
        return StopReason.HANDED_OVER
    return "" if mine & {row.key for row in rows} else StopReason.SUPERSEDED


def send_due(today: date, dry_run: bool = False) -> int:
    """Queue a mail for every reminder due by ``today`` and not yet sent; return the number of reminders.

    Each reminder is one row and one mail, also in a late, repeated or parallel run. A dry run only counts.
    """
    return send_due_by_kind(today, dry_run).total()


def send_due_by_kind(today: date, dry_run: bool = False, failures: list[str] | None = None) -> Counter[str]:
    """Do the work of ``send_due``; return the number of reminders by kind.

    Logs an error, adds it to ``failures`` and goes on with the next reminder. Makes none while mail is paused;
    those due meanwhile follow afterwards, each with its latest step only.
    """
    sent: Counter[str] = Counter()
    if mail_pause() and not dry_run:
        return sent
    failures = failures if failures is not None else []
    for find in _finders:
        try:
            for reminder in _not_yet_sent(find(today)):
                sent[reminder.kind] += dry_run or _try_send(reminder, today, failures)
        except Exception as error:
            _note(f"reminders of {find.__module__}", error, failures)
    return +sent


def send_now(due: Iterable[DueReminder], today: date) -> int:
    """Queue a mail for each reminder that was asked for by hand; return the number of mails.

    Like ``send_due`` leaves out one that was sent already and an address that was refused lately. Raises what fails:
    the caller's transaction then undoes all of it.
    """
    return sum(_send(reminder, today) for reminder in _not_yet_sent(iter(due)))


def _not_yet_sent(due: Iterator[DueReminder]) -> Iterator[DueReminder]:
    """Yield those of ``due`` that have an address and no row that holds yet, each key once."""
    while chunk := {reminder.key: reminder for reminder in islice(due, CHUNK)}:
        for kind in {key[0] for key in chunk}:
            subjects = {key[1] for key in chunk if key[0] == kind}
            rows = Reminder.objects.filter(kind=kind, subject__in=subjects).select_related("mail")
            for row in rows.only(*KEY, "mail__status", "mail__to_email"):
                if row.key in chunk and row.holds(chunk[row.key].recipient.email):
                    del chunk[row.key]
        new = [reminder for reminder in chunk.values() if reminder.recipient.email]
        # An address that was refused in the last days would only be refused again.
        lately = RefusedAddress.objects.filter(refused_at__gt=timezone.now() - REFUSED_LATELY)
        refused = lately.words_by_address({reminder.recipient.email.lower() for reminder in new}) if new else {}
        yield from (reminder for reminder in new if reminder.recipient.email.lower() not in refused)


def _try_send(reminder: DueReminder, today: date, failures: list[str]) -> bool:
    try:
        return _send(reminder, today)
    except Exception as error:
        _note(f"reminder {'/'.join(reminder.key)}", error, failures)
        return False


@transaction.atomic
def _send(reminder: DueReminder, today: date) -> bool:
    """Insert the key and queue the mail; return False, with nothing done, when another worker was first.

    A person who is known by several keys gets one mail: the other reminders point to it.
    """
    # The unique key stops two rows for one key; this lock, held until the transaction ends, also stops two mails to one
    # person who has several keys.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{reminder.kind}/{reminder.subject}"])
    key = dict(zip(KEY, reminder.key, strict=True))
    Reminder.objects.bulk_create([Reminder(**key, day=today)], ignore_conflicts=True)
    row = Reminder.objects.select_related("mail").get(**key)
    if row.mail is not None and row.holds(reminder.recipient.email):
        return False
    # A mail to the same address about this very occurrence, or of today about the same occasion, says it already.
    same_occasion = Q(reminder__occurrence__startswith=reminder.occurrence.partition("/")[0] + "/", reminder__day=today)
    occasion = Q(reminder__occurrence=reminder.occurrence) | same_occasion
    mails = OutgoingMail.objects.filter(
        occasion, reminder__kind=reminder.kind, reminder__subject=reminder.subject
    ).exclude(status__in=[MailStatus.CANCELLED, MailStatus.FAILED])
    same = mails.filter(to_email__iexact=reminder.recipient.email).order_by("pk").first()
    row.day, row.mail = today, same or _queue(reminder)
    row.save(update_fields=["day", "mail"])
    return same is None


def _queue(reminder: DueReminder) -> OutgoingMail:
    way, key = Way(reminder.path), reminder.recipient.key
    if reminder.way:
        person = resolve(key) if can_resolve(key) else None
        way = reminder.way(person.user if person else None)
    return queue_mail(
        kind=reminder.kind,
        to=reminder.recipient,
        context={**reminder.context, "helpers": list(way.helpers)},
        path=way.path,
        link=reminder.link,
        about=reminder.subject,
        occurrence=reminder.occurrence,
        leave_by=reminder.leave_by,
        senders=reminder.senders(),
    )


def _note(what: str, error: Exception, failures: list[str]) -> None:
    logger.error("%s failed", what, exc_info=error)
    failures.append(f"{what}: {error}")
