"""Mails leave here: claimed one by one, so that any number of workers share the queue and none is sent twice.

A claim is a lease, committed before the mail leaves. Whoever dies with one leaves a lease that runs out; the mail
then goes again with the same Message-ID, which is why its reader sees it once.
"""

import logging
import smtplib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.utils import quote

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from notifications.enums import MailStatus
from notifications.links import LinkGone, fill_in, mint
from notifications.models import OutgoingMail
from notifications.querysets import OutgoingMailQuerySet

logger = logging.getLogger(__name__)

# How long to wait after the first failed attempt, the second, …; after the last of them a mail has failed.
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480)]
MAX_ATTEMPTS = len(BACK_OFF) + 1
SERVER_PAUSE = timedelta(minutes=1)


class ServerUnreachable(Exception):
    """The mail server does not let us in: no mail is to blame."""


def deliver_due(*, seconds: float | None = None) -> Counter[str]:
    """Send every mail that is due, over one connection; counts the ``MailStatus`` in which the mails ended up.

    A failing address stops no other; a mail server that cannot be reached ends the run. Starts no mail
    after ``seconds``.
    """
    deadline = time.monotonic() + seconds if seconds is not None else float("inf")
    outcomes: Counter[str] = Counter()
    with _open_late() as connect:
        while time.monotonic() < deadline and (mail := claim()):
            try:
                outcomes[deliver_one(mail, connect)] += 1
            except ServerUnreachable as error:
                _put_back(mail, str(error))
                logger.warning("mail server: %s", error)
                break
    return outcomes


@transaction.atomic
def claim() -> OutgoingMail | None:
    """Lease the mail that waits longest to whoever calls; others pass it by until the lease runs out."""
    now = timezone.now()
    due = OutgoingMail.objects.deliverable(now).order_by("next_attempt_at", "pk")
    mail = due.select_for_update(skip_locked=True).first()
    if mail is not None:
        mail.status, mail.attempts = MailStatus.SENDING, mail.attempts + 1
        mail.leased_until = now + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
        mail.save(update_fields=["status", "attempts", "leased_until"])
    return mail


def deliver_one(mail: OutgoingMail, connect: Callable[[], BaseEmailBackend]) -> MailStatus:
    """Send a claimed mail and keep what came of it. Raises ServerUnreachable."""
    if mail.attempts > MAX_ATTEMPTS:
        return _settle(mail, MailStatus.FAILED, mail.last_error or "The worker stopped while sending, again and again.")
    connection = connect()
    try:
        build_message(mail, connection).send()
    except LinkGone as gone:
        return _settle(mail, MailStatus.CANCELLED, str(gone))
    except Exception as error:
        logger.warning("mail %s: %s", mail.pk, describe(error))
        if is_final(error):
            return _settle(mail, MailStatus.FAILED, describe(error))
        # A refusal for good leaves the conversation intact; after anything else the next mail starts a fresh one.
        with suppress(Exception):
            connection.close()
        return _settle(mail, MailStatus.QUEUED, describe(error))
    return _settle(mail, MailStatus.SENT)


def build_message(mail: OutgoingMail, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The mail as it leaves, with its personal link, which is made now. Raises LinkGone."""
    text, html = fill_in(mail, mint(mail))
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[f'"{quote(mail.to_name)}" <{mail.to_email}>' if mail.to_name else mail.to_email],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    message.attach_alternative(html, "text/html")
    return message


def is_final(error: Exception) -> bool:
    """Whether trying again is useless: the address or this very message was refused for good, or is no mail at all."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reason in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError | smtplib.SMTPNotSupportedError)


def describe(error: Exception) -> str:
    """What went wrong, in one line, in the words of the mail server where it gave any."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_reply(*reply) for reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    return " ".join(f"{type(error).__name__}: {error}".split())


def _reply(code: int, reason: bytes | str) -> str:
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    return " ".join(f"{code} {words}".split())


@contextmanager
def _open_late() -> Iterator[Callable[[], BaseEmailBackend]]:
    """Gives a function that returns the open connection of this run: opened at first use and after a failure."""
    connection: BaseEmailBackend = get_connection()

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


def _settle(mail: OutgoingMail, status: MailStatus, error: str = "") -> MailStatus:
    """Keep the outcome of an attempt; that a mail was sent holds even when somebody else has claimed it since."""
    now = timezone.now()
    if status == MailStatus.QUEUED and mail.attempts >= MAX_ATTEMPTS:
        status = MailStatus.FAILED
    wait = BACK_OFF[mail.attempts - 1] if status == MailStatus.QUEUED else timedelta(0)
    row = OutgoingMail.objects.filter(pk=mail.pk) if status == MailStatus.SENT else _leased(mail)
    row.update(
        status=status,
        last_error=error,
        leased_until=None,
        next_attempt_at=now + wait,
        sent_at=now if status == MailStatus.SENT else None,
    )
    return status


def _put_back(mail: OutgoingMail, error: str) -> None:
    """Let the mail wait for the server, without an attempt used up."""
    _leased(mail).update(
        status=MailStatus.QUEUED,
        attempts=mail.attempts - 1,
        last_error=error,
        leased_until=None,
        next_attempt_at=timezone.now() + SERVER_PAUSE,
    )


def _leased(mail: OutgoingMail) -> OutgoingMailQuerySet:
    """The row of ``mail``, as long as nobody claimed it after us."""
    return OutgoingMail.objects.filter(pk=mail.pk, status=MailStatus.SENDING, leased_until=mail.leased_until)
