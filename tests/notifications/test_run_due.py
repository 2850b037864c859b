import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from notifications.jobs import due_job
from notifications.models import OutgoingMail, Reminder
from notifications.recipients import Recipient
from notifications.reminders import DueReminder, finder
from tests.factories.notifications import OutgoingMailFactory

pytestmark = pytest.mark.django_db
JAN = Recipient(email="jan@example.org", name="Jan", language="nl", key="contact:1")


def run_due(*arguments: str) -> str:
    output = StringIO()
    call_command("run_due", *arguments, stdout=output)
    return output.getvalue()


def run_due_json(*arguments: str) -> dict[str, Any]:
    output = run_due("--format", "json", *arguments)
    assert output.count("\n") == 1
    return json.loads(output)


@pytest.fixture
def due() -> list[date]:
    """Register two jobs and two reminders due from 1 March 2026; return the days the jobs were asked for."""
    days: list[date] = []

    @due_job(name="cycles_opened", order=10)
    def open_(today: date, dry_run: bool) -> int:
        days.append(today)
        return 2

    @due_job(name="cycles_closed", order=20)
    def close(today: date, dry_run: bool) -> int:
        return 0

    @finder()
    def find(today: date, subject: str = "") -> Iterator[DueReminder]:
        if today >= date(2026, 3, 1):
            yield DueReminder("note", "note:1", JAN, "1", {"title": "Hi"})
            yield DueReminder("note", "note:2", JAN, "1", {"title": "Hi"})

    return days


def test_command_runs_jobs_reminders_and_delivery(due: list[date], mailoutbox: list) -> None:
    OutgoingMailFactory()
    OutgoingMailFactory(to_email="two\nlines@example.org")

    assert run_due_json("--today", "2026-03-01") == {
        "today": "2026-03-01",
        "dry_run": False,
        "jobs": {"cycles_opened": 2, "cycles_closed": 0},
        "reminders": 2,
        "by_kind": {"note": 2},
        "mails": {"sent": 3, "failed": 1, "waiting": 0},
    }
    assert due == [date(2026, 3, 1)]
    assert len(mailoutbox) == 3


def test_command_again_sends_nothing_again(due: list[date], mailoutbox: list) -> None:
    run_due("--today", "2026-03-01")

    report = run_due_json("--today", "2026-03-20")

    assert (report["reminders"], report["by_kind"]) == (0, {})
    assert report["mails"] == {"sent": 0, "failed": 0, "waiting": 0}
    assert len(mailoutbox) == 2


def test_command_sees_the_day_it_is_given(due: list[date]) -> None:
    assert run_due_json("--today", "2026-02-28")["reminders"] == 0
    assert due == [date(2026, 2, 28)]


@time_machine.travel("2026-03-31 22:30 +0000")
def test_command_takes_the_local_day_by_itself(due: list[date]) -> None:
    assert run_due_json()["today"] == "2026-04-01"
    assert due == [date(2026, 4, 1)]


def test_dry_run_reports_and_changes_nothing_at_all(due: list[date], mailoutbox: list) -> None:
    OutgoingMailFactory()
    before = everything()

    assert run_due_json("--today", "2026-03-01", "--dry-run") == {
        "today": "2026-03-01",
        "dry_run": True,
        "jobs": {"cycles_opened": 2, "cycles_closed": 0},
        "reminders": 2,
        "by_kind": {"note": 2},
        "mails": {"sent": 0, "failed": 0, "waiting": 3},
    }
    assert everything() == before
    assert mailoutbox == []


def everything() -> dict[str, list[Any]]:
    """Return every row of every table, and the state of every sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows: dict[str, list[Any]] = {}
        for table in tables:
            cursor.execute(f'SELECT row::text FROM "{table}" AS row ORDER BY 1')
            rows[table] = cursor.fetchall()
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
        return {**rows, "sequences": cursor.fetchall()}


def test_text_report_has_a_line_for_each_thing(due: list[date]) -> None:
    assert run_due("--today", "2026-03-01").splitlines() == [
        "2026-03-01",
        "cycles opened: 2",
        "cycles closed: 0",
        "reminders: 2",
        "  note: 2",
        "mails: 2 sent, 0 failed, 0 waiting",
    ]
    assert run_due("--today", "2026-03-01", "--dry-run").splitlines()[0] == "2026-03-01 (dry run: nothing was changed)"


@pytest.mark.parametrize(
    "text",
    ["tomorrow", "2026-02-30", "01-03-2026", "20260301", "2026-W10-1", "", "2026-3-1", "0001-01-01", "9999-12-31"],
)
def test_command_refuses_what_is_no_date(due: list[date], text: str) -> None:
    with pytest.raises(CommandError, match=r"^--today: .* is not a date such as 2026-03-31$"):
        run_due(f"--today={text}")
    assert due == []
    assert not Reminder.objects.exists()


def test_command_does_the_rest_and_ends_in_error_when_something_fails(due: list[date], mailoutbox: list) -> None:
    @due_job(name="broken", order=1)
    def job(today: date, dry_run: bool) -> int:
        raise ValueError("no such round")

    with pytest.raises(CommandError, match=r"^Failed: broken: no such round$"):
        run_due("--today", "2026-03-01")
    assert OutgoingMail.objects.count() == 2
    assert len(mailoutbox) == 2
