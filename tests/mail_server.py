"""A real mail server for tests, on a free port of this machine."""

import asyncio
import socket
from collections import Counter
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer(Controller):
    """A mail server that keeps every mail it accepts, and answers ``seconds`` after it did.

    The mail with number ``unanswered`` is kept as well, but its sender never gets an answer: there a sender can be
    killed with a mail in flight. ``refuses`` gives the reply to a recipient that is not accepted, ``answer``
    the one to a mail. ``connections`` counts the connections.
    """

    def __init__(
        self,
        *,
        seconds: float = 0.0,
        unanswered: int | None = None,
        refuses: Mapping[str, str] | None = None,
        answer: str = "250 Kept",
    ) -> None:
        super().__init__(self, hostname="127.0.0.1", port=free_port())
        self.seconds = seconds
        self.unanswered = unanswered
        self.answer = answer
        self.refuses = dict(refuses or {})
        self.connections = 0
        self.received: list[tuple[str, EmailMessage]] = []

    def __enter__(self) -> "MailServer":
        self.start()
        self.connections = 0  # the controller itself calls once, to see whether it is up
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"smtp://{self.hostname}:{self.port}"

    @property
    def recipients(self) -> Counter[str]:
        return Counter(recipient for recipient, _message in self.received)

    @property
    def message_ids(self) -> list[str]:
        return [message["Message-ID"] for _recipient, message in self.received]

    def factory(self) -> SMTP:
        self.connections += 1
        return super().factory()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.received.extend((recipient, message) for recipient in envelope.rcpt_tos)
        if len(self.received) == self.unanswered:
            await asyncio.Event().wait()  # until the sender hangs up, which ends this conversation
        await asyncio.sleep(self.seconds)
        return self.answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
