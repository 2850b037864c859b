"""Deliver mails, each claimed first, so that any number of workers share the queue and no mail is sent twice.

A claim is a lease, committed before the mail leaves: a transaction open during the SMTP conversation would undo the
claim when the worker dies, after the mail has left. The lease of a dead worker runs out, and another worker sends the
mail, unless the dead one had begun to hand it over: whether that mail arrived is not known, and people decide.
"""

import logging
import smtplib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from email.utils import format_datetime, parseaddr, quote
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from common.masking import mask
from notifications import smtp
from notifications.actions import reason_to_stop
from notifications.daytime import next_daytime
from notifications.enums import MailStatus, StopReason
from notifications.links import LinkGone, fill_in, mint
from notifications.models import OutgoingMail, RefusedAddress
from notifications.pausing import mail_pause
from notifications.querysets import OutgoingMailQuerySet
from notifications.recipients import can_resolve, resolve

logger = logging.getLogger(__name__)

# How long to wait after the first failed attempt, the second, …; after the last of them a mail has failed.
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480)]
MAX_ATTEMPTS = len(BACK_OFF) + 1
SERVER_PAUSE = timedelta(minutes=1)


NO_ANSWER = "The worker stopped after it had handed the mail over, before the mail server answered."


class LeaseLost(Exception):
    """Another worker has claimed the mail meanwhile: this one must not send it."""


class ServerUnreachable(Exception):
    """The mail server does not accept a connection, which is not the fault of any mail."""


def deliver_due(*, seconds: float | None = None, today: date | None = None) -> Counter[str]:
    """Send every mail that is due, over one connection; return the number of mails by resulting ``MailStatus``.

    Mails not wanted any more on ``today`` are cancelled. A failing address stops no other; a mail server that cannot be
    reached ends the run. Starts no mail after ``seconds``.
    """
    today = today or timezone.localdate()
    deadline = time.monotonic() + seconds if seconds is not None else float("inf")
    outcomes: Counter[str] = Counter()
    abandoned = OutgoingMail.objects.abandoned(timezone.now())
    if given_up := abandoned.update(status=MailStatus.UNKNOWN, last_error=NO_ANSWER, leased_until=None):
        outcomes[MailStatus.UNKNOWN] = given_up
    with _open_late() as connect:
        while time.monotonic() < deadline and (mail := claim()):
            try:
                outcomes[deliver_one(mail, connect, today)] += 1
            except ServerUnreachable as error:
                # The attempt does not count: the mail waits until the server is back.
                _leased(mail).update(
                    status=MailStatus.QUEUED,
                    attempts=mail.attempts - 1,
                    last_error=str(error),
                    leased_until=None,
                    next_attempt_at=_not_before(mail, timezone.now() + SERVER_PAUSE),
                )
                logger.warning("mail server: %s", error)
                break
    return outcomes


@transaction.atomic
def claim() -> OutgoingMail | None:
    """Lease the longest waiting mail to the caller; return None when no mail is due, or none may leave.

    Other workers skip the mail until the lease of ``MAIL_LEASE_SECONDS`` runs out, which a worker renews that waits for
    the answer of the mail server.
    """
    if mail_pause():
        return None
    now = timezone.now()
    due = OutgoingMail.objects.deliverable(now).order_by("next_attempt_at", "pk")
    # A lease rather than a lock: sending takes seconds, and a transaction that waits for a mail server holds a
    # connection and keeps deleted rows of the whole database from being cleaned up. A worker that dies before it hands
    # the mail over lets the lease run out, and another one sends it. The attempt counts from here, so that a mail which
    # kills its worker fails in the end. Workers that claim at the same moment skip each other's rows.
    mail = due.select_for_update(skip_locked=True).first()
    if mail is not None:
        mail.status, mail.attempts = MailStatus.SENDING, mail.attempts + 1
        mail.leased_until = now + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
        mail.save(update_fields=["status", "attempts", "leased_until"])
    return mail


def deliver_one(mail: OutgoingMail, connect: Callable[[], BaseEmailBackend], today: date) -> MailStatus:
    """Send a claimed mail to its person's present address and store the outcome.

    Cancels a mail whose person is gone or that is not wanted any more, with the reason. Raises ServerUnreachable.
    """
    if mail.attempts > MAX_ATTEMPTS:
        return _record_outcome(
            mail, MailStatus.FAILED, mail.last_error or "The worker stopped while sending, again and again."
        )
    if reason := reason_to_stop(mail, today):
        return _record_outcome(mail, MailStatus.CANCELLED, reason=reason)
    _correct_address(mail)
    connection = connect()
    if isinstance(connection, smtp.PatientBackend):
        connection.hold = partial(_hand_over, mail)
    try:
        build_message(mail, connection).send()
    except LinkGone as gone:
        return _record_outcome(mail, MailStatus.CANCELLED, reason=str(gone) or StopReason.SETTLED)
    except LeaseLost:
        logger.warning("mail %s: another worker has it by now", mail.pk)
        with suppress(Exception):
            connection.close()
        return MailStatus.SENDING
    except smtp.AnswerMissing as error:
        logger.warning("mail %s is perhaps sent: %s", mail.pk, error)
        # The answer may still come, and would be taken for that to the next mail.
        with suppress(Exception):
            connection.close()
        return _record_outcome(mail, MailStatus.UNKNOWN, describe(error))
    except Exception as error:
        logger.warning("mail %s: %s", mail.pk, describe(error))
        if is_final(error):
            # A refused message says nothing about its address.
            if not isinstance(error, smtplib.SMTPDataError):
                refusal = {"recipient": mail.recipient, "words": describe(error), "refused_at": timezone.now()}
                RefusedAddress.objects.update_or_create(email=mail.to_email.lower(), defaults=refusal)
            return _record_outcome(mail, MailStatus.FAILED, describe(error))
        # A refusal for good leaves the conversation intact; after anything else the next mail starts a fresh one.
        with suppress(Exception):
            connection.close()
        return _record_outcome(mail, MailStatus.QUEUED, describe(error))
    RefusedAddress.objects.filter(email=mail.to_email.lower()).delete()
    return _record_outcome(mail, MailStatus.SENT)


def _hand_over(mail: OutgoingMail) -> None:
    """Note that the mail is being handed over, and renew its lease; raise LeaseLost when another worker has claimed it.

    Called right before the text leaves and while its answer is awaited, so that no worker sends what another one, late
    or dead, may have sent already.
    """
    now = timezone.now()
    lease = {
        "leased_until": now + timedelta(seconds=settings.MAIL_LEASE_SECONDS),
        "handed_over_at": mail.handed_over_at or now,
    }
    if not _leased(mail).update(**lease):
        raise LeaseLost
    mail.leased_until, mail.handed_over_at = lease["leased_until"], lease["handed_over_at"]


def _correct_address(mail: OutgoingMail) -> None:
    """Change a claimed mail to the present address of its person, and keep the address it was made for."""
    person = resolve(mail.recipient) if can_resolve(mail.recipient) else None
    if person is None or person.email.lower() == mail.to_email.lower():
        return
    mail.corrected_from, mail.to_email = mail.corrected_from or mail.to_email, person.email
    fields = {"corrected_from": mail.corrected_from, "to_email": mail.to_email}
    _leased(mail).update(**fields, search_text=mail.words_to_search())


def build_message(mail: OutgoingMail, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """Return the mail as it leaves, with its personal link, which is made now. Raises LinkGone."""
    text, html = fill_in(mail, mint(mail))
    # The address stays that of the installation, which the mail server may send for: only the name is a person's.
    _name, own_address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=text,
        from_email=_mailbox(mail.from_name, own_address) if mail.from_name else settings.DEFAULT_FROM_EMAIL,
        to=[_mailbox(mail.to_name, mail.to_email)],
        reply_to=[_mailbox(mail.from_name, mail.reply_to)] if mail.reply_to else None,
        headers={
            # The same in every copy of the mail that a killed worker leaves.
            "Date": format_datetime(mail.next_attempt_at),
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    message.attach_alternative(html, "text/html")
    return message


def _mailbox(name: str, address: str) -> str:
    return f'"{quote(name)}" <{address}>' if name else address


def is_final(error: Exception) -> bool:
    """Return whether another attempt is useless.

    True when the server refused the address or this very message for good, and when the message cannot be a mail.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reason in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError | smtplib.SMTPNotSupportedError)


def describe(error: Exception) -> str:
    """Return the error in one line, in the words of the mail server where it gave any, with personal links masked."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return mask("; ".join(_reply(*reply) for reply in error.recipients.values()))
    if isinstance(error, smtplib.SMTPResponseException):
        return mask(_reply(error.smtp_code, error.smtp_error))
    return mask(" ".join(f"{type(error).__name__}: {error}".split()))


def _reply(code: int, reason: bytes | str) -> str:
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    return " ".join(f"{code} {words}".split())


@contextmanager
def _open_late() -> Iterator[Callable[[], BaseEmailBackend]]:
    """Yield a function that returns the connection of this run, opened at first use and again after a failure."""
    by_smtp = settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
    connection: BaseEmailBackend = get_connection("notifications.smtp.PatientBackend" if by_smtp else None)

    def connect() -> BaseEmailBackend:
        try:
            connection.open()
        except Exception as error:
            raise ServerUnreachable(describe(error)) from error
        return connection

    try:
        yield connect
    finally:
        with suppress(Exception):
            connection.close()


def _record_outcome(mail: OutgoingMail, status: MailStatus, error: str = "", reason: str = "") -> MailStatus:
    """Store and return the outcome of an attempt; a sent mail stays sent although another worker has claimed it."""
    now = timezone.now()
    if status == MailStatus.QUEUED and mail.attempts >= MAX_ATTEMPTS:
        status = MailStatus.FAILED
    wait = BACK_OFF[mail.attempts - 1] if status == MailStatus.QUEUED else timedelta(0)
    row = OutgoingMail.objects.filter(pk=mail.pk) if status == MailStatus.SENT else _leased(mail)
    row.update(
        status=status,
        last_error=error,
        stopped_because=reason,
        leased_until=None,
        handed_over_at=mail.handed_over_at if status in (MailStatus.SENT, MailStatus.UNKNOWN) else None,
        next_attempt_at=_not_before(mail, now + wait),
        sent_at=now if status == MailStatus.SENT else None,
    )
    return status


def _not_before(mail: OutgoingMail, moment: datetime) -> datetime:
    """Return the time of the next attempt: ``moment``, or for a daytime mail the daytime after it."""
    return next_daytime(moment) if mail.daytime_only else moment


def _leased(mail: OutgoingMail) -> OutgoingMailQuerySet:
    """Return the row of ``mail``, unless another worker claimed it after us.

    The end of the lease tells the two claims apart: the later of two workers writes over nothing.
    """
    return OutgoingMail.objects.filter(pk=mail.pk, status=MailStatus.SENDING, leased_until=mail.leased_until)
