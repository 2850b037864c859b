"""When mail leaves, by a clock that the tests hold; Europe/Amsterdam, with both days on which the clock jumps."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.mail import EmailMessage
from pytest_django import Settings

from notifications.actions import queue_mail, retry_mail
from notifications.daytime import is_daytime, next_daytime
from notifications.delivery import BACK_OFF, claim, deliver_due
from notifications.enums import MailStatus
from notifications.models import OutgoingMail
from notifications.recipients import Recipient
from tests.factories.notifications import OutgoingMailFactory
from tests.mail_server import MailServer

HERE = ZoneInfo("Europe/Amsterdam")
JAN = Recipient(email="jan@example.org", name="Jan", language="nl", key="contact:1")


def at(text: str) -> datetime:
    """Return a moment by the local clock."""
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


@pytest.fixture(autouse=True)
def office_hours(settings: Settings) -> None:
    settings.MAIL_HOURS, settings.MAIL_QUIET_WEEKENDS = (8 * 60, 20 * 60), True


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Set the clock just before midnight, on a Thursday."""
    with time_machine.travel(at("2026-03-05 23:55"), tick=False) as traveller:
        yield traveller


def queue(**fields: object) -> OutgoingMail:
    return queue_mail(kind="note", to=JAN, context={"title": "Hi"}, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-03-05 08:00", "2026-03-05 08:00"),
        ("2026-03-05 19:59", "2026-03-05 19:59"),
        ("2026-03-05 20:00", "2026-03-06 08:00"),
        ("2026-03-05 00:05", "2026-03-05 08:00"),
        ("2026-03-06 20:00", "2026-03-09 08:00"),  # a Friday evening
        ("2026-03-07 12:00", "2026-03-09 08:00"),
        ("2026-03-08 23:59", "2026-03-09 08:00"),
        ("2026-03-27 21:00", "2026-03-30 08:00"),  # the clock goes forward in that weekend
        ("2026-10-23 21:00", "2026-10-26 08:00"),  # and back
        ("2026-12-31 22:00", "2027-01-01 08:00"),
    ],
)
def test_mail_waits_for_the_next_daytime(now: str, leaves: str) -> None:
    assert next_daytime(at(now).astimezone(UTC)) == at(leaves)
    assert is_daytime(at(now)) == (now == leaves)


def test_every_moment_of_the_days_on_which_the_clock_jumps_has_a_daytime(settings: Settings) -> None:
    settings.MAIL_HOURS, settings.MAIL_QUIET_WEEKENDS = (150, 170), False  # 2:30, which one day lacks and one has twice
    for day in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        for minutes in range(-120, 26 * 60, 10):
            now = day + timedelta(minutes=minutes)
            assert timedelta(0) <= next_daytime(now) - now <= timedelta(hours=26), now


def test_weekends_are_not_quiet_where_that_is_set(settings: Settings) -> None:
    settings.MAIL_QUIET_WEEKENDS = False

    assert next_daytime(at("2026-03-07 07:00")) == at("2026-03-07 08:00")


@pytest.mark.django_db
def test_mail_of_the_night_leaves_in_the_morning(clock: time_machine.Traveller, mailoutbox: list[EmailMessage]) -> None:
    mail = queue()
    assert mail.next_attempt_at == at("2026-03-06 08:00")

    assert deliver_due() == {}
    clock.move_to(at("2026-03-06 07:59"))
    assert deliver_due() == {}
    clock.move_to(at("2026-03-06 08:00"))
    assert deliver_due() == {MailStatus.SENT: 1}
    assert len(mailoutbox) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("clock", "mailoutbox")
def test_what_a_person_waits_for_leaves_at_night() -> None:
    queue(at_once=True)

    assert deliver_due() == {MailStatus.SENT: 1}


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_mail_that_would_come_too_late_leaves_at_night() -> None:
    assert queue(leave_by=date(2026, 3, 5)).next_attempt_at == at("2026-03-05 23:55")
    assert queue(leave_by=date(2026, 3, 6)).next_attempt_at == at("2026-03-06 08:00")


@pytest.mark.django_db
def test_jobs_that_stood_still_and_go_on_at_night_wait_for_the_day(clock: time_machine.Traveller) -> None:
    clock.move_to(at("2026-03-05 19:00"))
    mail = queue()
    killed = queue()
    assert claim() == mail  # and here its worker dies
    OutgoingMailFactory(to_email="at.once@example.org")

    clock.move_to(at("2026-03-06 03:00"))
    assert deliver_due() == {MailStatus.SENT: 1}
    clock.move_to(at("2026-03-06 08:00"))
    assert deliver_due() == {MailStatus.SENT: 2}
    killed.refresh_from_db()
    assert killed.status == MailStatus.SENT


@pytest.mark.django_db
def test_next_attempt_after_a_failure_is_in_daytime(clock: time_machine.Traveller, settings: Settings) -> None:
    clock.move_to(at("2026-03-05 19:59:30"))
    with MailServer(refuses={"jan@example.org": "452 Full"}) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
        scheduled, urgent = queue(), queue(at_once=True)
        deliver_due()

    scheduled.refresh_from_db()
    urgent.refresh_from_db()
    assert scheduled.next_attempt_at == at("2026-03-06 08:00")
    assert urgent.next_attempt_at == at("2026-03-05 19:59:30") + BACK_OFF[0]


@pytest.mark.django_db
@pytest.mark.usefixtures("clock", "mailoutbox")
def test_mail_that_is_sent_again_by_hand_leaves_at_night() -> None:
    mail = queue()
    OutgoingMail.objects.update(status=MailStatus.FAILED)
    mail.refresh_from_db()

    retry_mail(actor=None, mail=mail)

    assert deliver_due() == {MailStatus.SENT: 1}
