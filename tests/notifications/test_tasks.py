from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from notifications import tasks
from notifications.enums import MailStatus
from notifications.jobs import due_job
from notifications.models import Heartbeat, OutgoingMail, Reminder
from notifications.recipients import Recipient
from notifications.reminders import DueReminder, finder
from tests.factories.notifications import OutgoingMailFactory

pytestmark = pytest.mark.django_db
JAN = Recipient(email="jan@example.org", name="Jan", language="nl", key="contact:1")


def test_heartbeat_task_leaves_a_beat() -> None:
    tasks.record_heartbeat.delay()

    assert Heartbeat.objects.filter(name="beat").count() == 1


def test_delivery_task_sends_what_waits(mailoutbox: list) -> None:
    mail = OutgoingMailFactory()

    tasks.deliver_mail.delay()

    mail.refresh_from_db()
    assert mail.status == MailStatus.SENT
    assert [message.extra_headers["Message-ID"] for message in mailoutbox] == [mail.message_id]


@time_machine.travel("2026-03-31 22:30 +0000")  # it is April in Amsterdam
def test_due_task_runs_jobs_then_reminders_for_the_local_day() -> None:
    seen: list[tuple[str, date]] = []

    @due_job(name="opened")
    def job(today: date, dry_run: bool) -> int:
        seen.append(("job", today))
        return 0

    @finder()
    def find(today: date, subject: str = "") -> Iterator[DueReminder]:
        seen.append(("finder", today))
        yield DueReminder("note", "note:1", JAN, "1", {"title": "Hi"})

    tasks.run_due.delay()

    assert seen == [("job", date(2026, 4, 1)), ("finder", date(2026, 4, 1))]
    assert Reminder.objects.get().day == date(2026, 4, 1)
    assert OutgoingMail.objects.get().status == MailStatus.QUEUED


def test_due_task_says_what_failed_after_doing_the_rest() -> None:
    @due_job(name="broken")
    def job(today: date, dry_run: bool) -> int:
        raise ValueError("no such day")

    @finder()
    def find(today: date, subject: str = "") -> Iterator[DueReminder]:
        yield DueReminder("note", "note:1", JAN, "1", {"title": "Hi"})

    with pytest.raises(tasks.JobsFailed, match=r"^broken: no such day$"):
        tasks.run_due.delay()
    assert Reminder.objects.count() == 1
