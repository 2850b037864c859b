import smtplib
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from notifications import links, recipients, wanted
from notifications.actions import queue_mail, retry_mail
from notifications.delivery import (
    BACK_OFF,
    MAX_ATTEMPTS,
    NO_ANSWER,
    build_message,
    claim,
    deliver_due,
    describe,
    is_final,
)
from notifications.enums import MailStatus, StopReason
from notifications.models import OutgoingMail
from notifications.recipients import Recipient
from tests.factories.notifications import OutgoingMailFactory
from tests.mail_server import MailServer, free_port

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SECRET = "a-long-random-token-&-more"


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    with MailServer() as server:
        use(server, settings)
        yield server


def use(server: MailServer, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port


def statuses() -> dict[str, str]:
    return dict(OutgoingMail.objects.values_list("to_email", "status"))


@pytest.mark.django_db
def test_waiting_mail_arrives_as_it_was_kept(mail_server: MailServer, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Samenspel <samenspel@example.org>"
    mail = OutgoingMailFactory(
        to_email="zoe@example.org", to_name='Zoë "Z" de Wit, directeur', subject="Café", body_text="Hoi ☕\n"
    )

    assert deliver_due() == {MailStatus.SENT: 1}

    [(recipient, message)] = mail_server.received
    assert recipient == "zoe@example.org"
    assert message["Message-ID"] == mail.message_id
    assert message["Subject"] == "Café"
    assert message["From"] == "Samenspel <samenspel@example.org>"
    (to,) = message["To"].addresses
    assert (to.display_name, to.addr_spec) == ('Zoë "Z" de Wit, directeur', "zoe@example.org")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime is not None
    assert message.get_content_type() == "multipart/alternative"
    parts = [(part.get_content_type(), part.get_content().strip()) for part in message.iter_parts()]
    assert parts == [("text/plain", "Hoi ☕"), ("text/html", "<p>A note.</p>")]


@pytest.mark.django_db
def test_sent_mail_says_when_and_is_not_sent_again(mail_server: MailServer) -> None:
    mail = OutgoingMailFactory(last_error="451 Later")

    assert [deliver_due(), deliver_due()] == [{MailStatus.SENT: 1}, {}]

    mail.refresh_from_db()
    assert (mail.status, mail.attempts, mail.last_error, mail.leased_until) == (MailStatus.SENT, 1, "", None)
    assert mail.sent_at is not None
    assert len(mail_server.received) == 1


@pytest.mark.django_db
def test_one_run_uses_one_connection_and_longest_waiting_goes_first(mail_server: MailServer) -> None:
    for minutes in (1, 3, 2):
        due_at = timezone.now() - timedelta(minutes=minutes)
        OutgoingMailFactory(to_email=f"{minutes}@example.org", next_attempt_at=due_at)

    deliver_due()

    assert [recipient for recipient, _message in mail_server.received] == [
        "3@example.org",
        "2@example.org",
        "1@example.org",
    ]
    assert mail_server.connections == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("mail_server")
def test_nothing_to_send_calls_nobody(mail_server: MailServer) -> None:
    OutgoingMailFactory(sent=True)

    assert deliver_due() == {}
    assert mail_server.connections == 0


@pytest.mark.django_db
def test_mail_that_is_not_due_waits(mail_server: MailServer) -> None:
    later = timezone.now() + timedelta(minutes=1)
    OutgoingMailFactory(next_attempt_at=later)
    OutgoingMailFactory(status=MailStatus.SENDING, leased_until=later)
    OutgoingMailFactory(failed=True)
    OutgoingMailFactory(status=MailStatus.CANCELLED)

    assert deliver_due() == {}
    assert mail_server.received == []


@pytest.mark.django_db
def test_failing_addresses_stop_no_other(settings: Settings) -> None:
    refuses = {"gone@example.org": "550 No such user", "full@example.org": "452 Mailbox full"}
    with MailServer(refuses=refuses) as server:
        use(server, settings)
        for name in ("first", "gone", "full", "two\nlines", "last"):
            OutgoingMailFactory(to_email=f"{name}@example.org")

        assert deliver_due() == {MailStatus.SENT: 2, MailStatus.FAILED: 2, MailStatus.QUEUED: 1}

    assert statuses() == {
        "first@example.org": "sent",
        "gone@example.org": "failed",
        "full@example.org": "queued",
        "two\nlines@example.org": "failed",
        "last@example.org": "sent",
    }
    errors = dict(OutgoingMail.objects.values_list("to_email", "last_error"))
    assert errors["gone@example.org"] == "550 No such user"
    assert errors["full@example.org"] == "452 Mailbox full"
    assert errors["two\nlines@example.org"].startswith("ValueError: ")
    assert list(server.recipients) == ["first@example.org", "last@example.org"]


@pytest.mark.django_db
def test_refusal_for_good_keeps_the_connection(settings: Settings) -> None:
    with MailServer(refuses={"gone@example.org": "550 No such user"}) as server:
        use(server, settings)
        for name in ("first", "gone", "last"):
            OutgoingMailFactory(to_email=f"{name}@example.org")
        deliver_due()

    assert server.connections == 1


@pytest.mark.django_db
def test_temporary_failures_back_off_and_end(settings: Settings) -> None:
    with time_machine.travel(NOW, tick=False) as clock, MailServer(refuses={"full@example.org": "452 Full"}) as server:
        use(server, settings)
        mail = OutgoingMailFactory(to_email="full@example.org")
        for attempt, wait in enumerate(BACK_OFF, start=1):
            assert deliver_due() == {MailStatus.QUEUED: 1}
            mail.refresh_from_db()
            assert (mail.attempts, mail.next_attempt_at - timezone.now()) == (attempt, wait)
            assert deliver_due() == {}
            clock.shift(wait)
        assert deliver_due() == {MailStatus.FAILED: 1}

    mail.refresh_from_db()
    assert (mail.status, mail.attempts, mail.last_error) == (MailStatus.FAILED, MAX_ATTEMPTS, "452 Full")


@pytest.mark.django_db
def test_unreachable_server_costs_no_attempt_and_ends_the_run(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    first, second = OutgoingMailFactory(), OutgoingMailFactory()

    assert deliver_due() == {}

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.attempts, first.leased_until) == (MailStatus.QUEUED, 0, None)
    assert first.last_error == "ConnectionRefusedError: [Errno 111] Connection refused"
    assert first.next_attempt_at > timezone.now()
    assert (second.status, second.last_error) == (MailStatus.QUEUED, "")


@pytest.mark.django_db
def test_lease_of_a_dead_worker_runs_out_and_the_mail_goes_with_its_own_message_id(
    mail_server: MailServer, settings: Settings
) -> None:
    settings.MAIL_LEASE_SECONDS = 60
    with time_machine.travel(NOW, tick=False) as clock:
        mail = OutgoingMailFactory()
        assert claim() == mail  # and here its worker dies
        clock.shift(timedelta(seconds=59))
        assert deliver_due() == {}
        clock.shift(timedelta(seconds=1))
        assert deliver_due() == {MailStatus.SENT: 1}

    mail.refresh_from_db()
    assert (mail.status, mail.attempts) == (MailStatus.SENT, 2)
    assert mail_server.message_ids == [mail.message_id]


@pytest.mark.django_db
def test_mail_without_an_answer_is_perhaps_sent_and_goes_again_only_by_hand(settings: Settings) -> None:
    settings.MAIL_ANSWER_SECONDS = 0.2
    doubtful = OutgoingMailFactory(to_email="a@example.org", next_attempt_at=NOW)
    OutgoingMailFactory(to_email="b@example.org")
    with MailServer(unanswered=1) as server:
        use(server, settings)
        assert deliver_due() == {MailStatus.UNKNOWN: 1, MailStatus.SENT: 1}
        assert deliver_due() == {}

        doubtful.refresh_from_db()
        assert doubtful.last_error == "AnswerMissing: no answer within 0.2 seconds after the whole mail was sent"
        assert (doubtful.leased_until, doubtful.sent_at) == (None, None)
        assert doubtful.handed_over_at is not None
        retry_mail(actor=None, mail=doubtful)
        assert deliver_due() == {MailStatus.SENT: 1}

    assert server.recipients == {"a@example.org": 2, "b@example.org": 1}


@pytest.mark.django_db
def test_late_answer_is_awaited_longer_than_any_other(settings: Settings) -> None:
    settings.EMAIL_TIMEOUT, settings.MAIL_LEASE_SECONDS = 0.5, 0.4
    mail = OutgoingMailFactory()
    with MailServer(seconds=1.2) as server:
        use(server, settings)
        assert deliver_due() == {MailStatus.SENT: 1}

    mail.refresh_from_db()
    assert (mail.status, mail.attempts, server.message_ids) == (MailStatus.SENT, 1, [mail.message_id])


@pytest.mark.django_db
def test_mail_that_a_dead_worker_had_handed_over_is_perhaps_sent(mail_server: MailServer) -> None:
    past = timezone.now() - timedelta(seconds=1)
    mail = OutgoingMailFactory(status=MailStatus.SENDING, leased_until=past, handed_over_at=past, attempts=1)

    assert [deliver_due(), deliver_due()] == [{MailStatus.UNKNOWN: 1}, {}]

    mail.refresh_from_db()
    assert (mail.status, mail.last_error, mail.leased_until) == (MailStatus.UNKNOWN, NO_ANSWER, None)
    assert mail_server.received == []


@pytest.mark.django_db
def test_who_lost_the_lease_before_the_mail_left_sends_nothing(mail_server: MailServer) -> None:
    stolen_until = timezone.now() + timedelta(days=1)
    links.register("steal", lambda mail: str(OutgoingMail.objects.update(leased_until=stolen_until)))
    mail = OutgoingMailFactory(link_kind="steal", link_to="1")

    assert deliver_due() == {MailStatus.SENDING: 1}

    mail.refresh_from_db()
    assert (mail.status, mail.leased_until, mail_server.received) == (MailStatus.SENDING, stolen_until, [])


@pytest.mark.django_db
def test_refused_text_is_not_in_doubt(settings: Settings) -> None:
    mail = OutgoingMailFactory()
    with MailServer(answer="452 Full") as server:
        use(server, settings)
        assert deliver_due() == {MailStatus.QUEUED: 1}

    mail.refresh_from_db()
    assert (mail.status, mail.handed_over_at) == (MailStatus.QUEUED, None)


@pytest.mark.django_db
def test_line_that_is_a_single_dot_ends_no_mail(mail_server: MailServer) -> None:
    OutgoingMailFactory(body_text="One\n.\n..Two\n")

    assert deliver_due() == {MailStatus.SENT: 1}

    [(_recipient, message)] = mail_server.received
    text = next(message.iter_parts()).get_content()
    assert text.replace("\r\n", "\n") == "One\n.\n..Two\n"


@pytest.mark.django_db
def test_mail_that_kills_every_worker_is_given_up(mail_server: MailServer) -> None:
    past = timezone.now() - timedelta(seconds=1)
    mail = OutgoingMailFactory(status=MailStatus.SENDING, leased_until=past, attempts=MAX_ATTEMPTS)

    assert deliver_due() == {MailStatus.FAILED: 1}

    mail.refresh_from_db()
    assert mail.last_error != ""
    assert mail_server.received == []


@pytest.mark.django_db
def test_who_lost_the_lease_does_not_undo_what_the_next_one_did(mail_server: MailServer) -> None:
    stolen_until = timezone.now() + timedelta(days=1)
    mail_server.refuses["slow@example.org"] = "452 Full"
    links.register("steal", lambda mail: str(OutgoingMail.objects.update(leased_until=stolen_until)))
    mail = OutgoingMailFactory(to_email="slow@example.org", link_kind="steal", link_to="1")

    deliver_due()

    mail.refresh_from_db()
    assert (mail.status, mail.leased_until) == (MailStatus.SENDING, stolen_until)


@pytest.mark.django_db
def test_personal_link_leaves_and_is_never_stored(mail_server: MailServer) -> None:
    links.register("invitation", lambda mail: f"https://samenspel.example/e/{mail.link_to}-{SECRET}/")
    jan = Recipient(email="jan@example.org", name="Jan", language="nl", key="contact:1")
    queue_mail(kind="note", to=jan, context={"title": "Hi"}, link=("invitation", "12"))

    deliver_due()

    [(_recipient, message)] = mail_server.received
    text, html = (part.get_content() for part in message.iter_parts())
    assert f"https://samenspel.example/e/12-{SECRET}/" in text
    assert f'href="https://samenspel.example/e/12-{SECRET.replace("&", "&amp;")}/"' in html
    assert links.MARK not in text + html
    assert cells_with(SECRET) == []
    assert cells_with(links.MARK) != []


def cells_with(text: str) -> list[str]:
    """Return every column of every table that holds ``text`` somewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        assert "notifications_outgoingmail" in tables
        found: list[str] = []
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE position(%s in row::text) > 0', [text])
            found += [table] * cursor.fetchone()[0]
    return found


@pytest.mark.django_db
def test_mail_whose_link_is_gone_is_cancelled(mail_server: MailServer) -> None:
    def gone(mail: OutgoingMail) -> str:
        raise links.LinkGone

    links.register("invitation", gone)
    mail = OutgoingMailFactory(link_kind="invitation", link_to="12")

    assert deliver_due() == {MailStatus.CANCELLED: 1}

    mail.refresh_from_db()
    assert (mail.status, mail.stopped_because) == (MailStatus.CANCELLED, StopReason.SETTLED)
    assert mail_server.received == []


def known_as(person: Recipient | None) -> None:
    """Resolve every ``contact:…`` to this person."""
    recipients.resolver("contact")(lambda pk: person)


@pytest.mark.django_db
def test_mail_goes_to_the_address_of_now_and_says_which_it_was_made_for(mail_server: MailServer) -> None:
    mail = OutgoingMailFactory(to_email="old@example.org", recipient="contact:7")
    known_as(Recipient(email="new@example.org", name="Jan", language="nl", key="contact:7"))

    assert deliver_due() == {MailStatus.SENT: 1}

    mail.refresh_from_db()
    assert (mail.to_email, mail.corrected_from) == ("new@example.org", "old@example.org")
    assert list(mail_server.recipients) == ["new@example.org"]
    assert list(OutgoingMail.objects.matching("new@example.org")) == [mail]


@pytest.mark.django_db
def test_mail_that_is_meant_for_this_very_address_goes_there(mail_server: MailServer) -> None:
    OutgoingMailFactory(to_email="old@example.org", recipient="")
    known_as(None)

    assert deliver_due() == {MailStatus.SENT: 1}
    assert list(mail_server.recipients) == ["old@example.org"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (None, StopReason.PERSON_GONE),
        (Recipient(email="", name="Jan", language="nl", key="contact:7"), StopReason.NO_ADDRESS),
    ],
)
def test_mail_to_a_person_who_is_gone_is_cancelled_with_the_reason(
    mail_server: MailServer, person: Recipient | None, reason: str
) -> None:
    mail = OutgoingMailFactory(recipient="contact:7")
    known_as(person)

    assert deliver_due() == {MailStatus.CANCELLED: 1}

    mail.refresh_from_db()
    assert (mail.stopped_because, mail.sent_at) == (reason, None)
    assert mail_server.received == []


@pytest.mark.django_db
def test_every_mail_is_asked_again_on_the_day_of_the_run(mail_server: MailServer) -> None:
    asked: list[tuple[int, date]] = []

    def check(mail: OutgoingMail, today: date) -> str:
        asked.append((mail.pk, today))
        return StopReason.SETTLED if mail.about == "note:1" else ""

    wanted.register("note", check)
    over, due = OutgoingMailFactory(about="note:1"), OutgoingMailFactory(about="note:2")

    assert deliver_due(today=date(2026, 3, 1)) == {MailStatus.CANCELLED: 1, MailStatus.SENT: 1}

    assert asked == [(over.pk, date(2026, 3, 1)), (due.pk, date(2026, 3, 1))]
    assert list(mail_server.recipients) == [due.to_email]


@pytest.mark.django_db
def test_every_attempt_asks_for_the_link_anew(mail_server: MailServer) -> None:
    keys = iter("ab")
    links.register("invitation", lambda mail: next(keys))
    mail_server.refuses["jan@example.org"] = "452 Full"
    mail = OutgoingMailFactory(
        to_email="jan@example.org", link_kind="invitation", link_to="1", body_text=f"{links.MARK}\n"
    )
    deliver_due()
    mail_server.refuses.clear()
    OutgoingMail.objects.update(next_attempt_at=timezone.now())
    deliver_due()

    [(_recipient, message)] = mail_server.received
    assert message.get_body(("plain",)).get_content().strip() == "b"  # type: ignore[union-attr]
    assert message["Message-ID"] == mail.message_id


@pytest.mark.django_db
def test_run_ends_when_its_time_is_up(mail_server: MailServer) -> None:
    OutgoingMailFactory()

    assert deliver_due(seconds=0) == {}
    assert mail_server.received == []


@pytest.mark.django_db(transaction=True)
def test_parallel_workers_share_the_queue(mail_server: MailServer) -> None:
    OutgoingMailFactory.create_batch(60)
    start = threading.Barrier(4)
    counts: list[int] = []

    def work() -> None:
        start.wait()
        counts.append(deliver_due()[MailStatus.SENT])
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 60
    assert set(mail_server.recipients.values()) == {1}
    assert len(mail_server.received) == 60
    assert set(statuses().values()) == {"sent"}


@pytest.mark.django_db(transaction=True)
def test_parallel_claims_never_take_the_same_mail() -> None:
    OutgoingMailFactory.create_batch(20)
    start = threading.Barrier(4)
    taken: list[int] = []

    def take() -> None:
        start.wait()
        while mail := claim():
            taken.append(mail.pk)
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == sorted(OutgoingMail.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("name", ["", "Jan", 'Jan "de" Bie', "a, b; c <x@y.z>", "é" * 20, "Jan \\ Piet", "日本語"])
def test_any_name_makes_a_header_that_reads_back(name: str) -> None:
    mail = OutgoingMailFactory.build(to_name=name, to_email="jan@example.org")
    message: Any = build_message(mail).message()

    (to,) = message_from_bytes(message.as_bytes(), policy=policy.default)["To"].addresses
    assert (to.display_name, to.addr_spec) == (name, "jan@example.org")


@pytest.mark.parametrize(
    ("error", "final", "words"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"No such\nuser")}), True, "550 No such user"),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (421, b"Busy")}), False, "421 Busy"),
        (smtplib.SMTPDataError(554, b"Spam"), True, "554 Spam"),
        (smtplib.SMTPDataError(451, b"Later"), False, "451 Later"),
        (smtplib.SMTPSenderRefused(550, b"Not you", "s@b.c"), False, "550 Not you"),
        (smtplib.SMTPServerDisconnected("Gone"), False, "SMTPServerDisconnected: Gone"),
        (TimeoutError("timed out"), False, "TimeoutError: timed out"),
        (ValueError("bad header"), True, "ValueError: bad header"),
    ],
)
def test_only_what_will_never_work_is_final(error: Exception, final: bool, words: str) -> None:
    assert (is_final(error), describe(error)) == (final, words)


def test_built_message_without_connection_can_be_looked_at() -> None:
    message = build_message(OutgoingMailFactory.build(subject="Hello"))

    assert isinstance(message, EmailMessage)
    assert message.subject == "Hello"
