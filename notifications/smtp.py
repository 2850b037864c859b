"""Hand mails to a mail server that may take minutes to answer, and tell a refusal from an answer that never came."""

import re
import selectors
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

# The longest wait between two renewals of the claim on the mail.
RENEWAL_SECONDS = 30.0


class AnswerMissing(Exception):
    """The server has the whole mail and did not say what became of it: it is perhaps sent."""


def _claim_not_needed() -> None:
    """Hold no claim, outside a delivery."""


class PatientConversation(smtplib.SMTP):
    """Conversation that waits ``MAIL_ANSWER_SECONDS`` for the answer to a mail, and shorter for all other answers.

    ``hold`` is called right before the mail leaves, where its exception stops the mail, and again and again during
    the wait, where its exception is ignored: the mail has left.
    """

    hold: Callable[[], None] = staticmethod(_claim_not_needed)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the mail and return the answer; raise AnswerMissing when the mail was sent and no answer came."""
        code, words = self.docmd("data")
        if code != 354:
            raise smtplib.SMTPDataError(code, words)
        self.hold()
        content = re.sub(rb"(?m)^\.", b"..", msg)
        self.send(content + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        try:
            self._wait_for_answer()
            return self.getreply()
        except OSError as error:  # those of smtplib as well
            # Saying goodbye would only wait again.
            self.close()
            raise AnswerMissing(" ".join(str(error).split())) from error

    def _wait_for_answer(self) -> None:
        """Wait until something can be read; raise TimeoutError after ``MAIL_ANSWER_SECONDS``."""
        seconds: float = settings.MAIL_ANSWER_SECONDS
        deadline = time.monotonic() + seconds
        step = min(RENEWAL_SECONDS, settings.MAIL_LEASE_SECONDS / 4)
        with selectors.DefaultSelector() as selector:
            assert self.sock is not None
            selector.register(self.sock, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0:
                # What a TLS socket has read and decrypted already is not seen by the selector.
                if (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()) or selector.select(min(step, left)):
                    return
                with suppress(Exception):
                    self.hold()
        raise TimeoutError(f"no answer within {seconds:g} seconds after the whole mail was sent")


class PatientConversationOverTLS(PatientConversation, smtplib.SMTP_SSL):
    """The same, encrypted from its first byte."""


class PatientBackend(EmailBackend):
    """Django's mail backend for the delivery of the outbox, where a job can wait and a visitor could not."""

    hold: Callable[[], None] = staticmethod(_claim_not_needed)

    @property
    def connection_class(self) -> type[PatientConversation]:
        return PatientConversationOverTLS if self.use_ssl else PatientConversation

    def send_messages(self, email_messages: Any) -> int:
        """Send the mails, under the claim that ``hold`` renews."""
        if isinstance(self.connection, PatientConversation):
            self.connection.hold = self.hold
        return super().send_messages(email_messages) or 0
