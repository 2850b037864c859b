import json
import re
from argparse import ArgumentParser
from collections import Counter
from contextlib import suppress
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from notifications.delivery import deliver_due
from notifications.enums import MailStatus
from notifications.jobs import run_due_jobs
from notifications.models import OutgoingMail
from notifications.reminders import send_due_by_kind


class Command(BaseCommand):
    """Command that does the work of beat by hand: jobs, reminders, delivery; safe to run in parallel."""

    help = "Opens and closes what is due, sends reminders and delivers mail; safe to run at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", metavar="YYYY-MM-DD", help="the day to act as if it were")
        parser.add_argument("--dry-run", action="store_true", help="change nothing, say what would happen")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, today: str | None, dry_run: bool, format: str, **options: Any) -> None:
        """Print the report; end with an error that names the failures, after all other work was done."""
        day = as_day(today)
        connection.ensure_connection()  # without a database each job would fail and tell so at length
        failures: list[str] = []
        report = run(day, dry_run, failures)
        self.stdout.write(json.dumps(report) if format == "json" else as_text(report))
        if failures:
            raise CommandError("Failed: " + "; ".join(failures))


def as_day(text: str | None) -> date:
    """Return the date written as YYYY-MM-DD, from 1900 to 2199; today for None. Refuses every other text."""
    if text is None:
        return timezone.localdate()
    if re.fullmatch(r"(19|20|21)\d{2}-\d{2}-\d{2}", text, re.ASCII):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise CommandError(f"--today: {text!r} is not a date such as 2026-03-31")


def run(today: date, dry_run: bool, failures: list[str]) -> dict[str, Any]:
    """Do the work due on ``today``, or find it in a dry run; return the report that the command prints."""
    jobs = run_due_jobs(today, dry_run, failures)
    by_kind = send_due_by_kind(today, dry_run, failures)
    outcomes = Counter[str]() if dry_run else deliver_due(today=today)
    waiting = OutgoingMail.objects.waiting().count() + (by_kind.total() if dry_run else 0)
    return {
        "today": today.isoformat(),
        "dry_run": dry_run,
        "jobs": jobs,
        "reminders": by_kind.total(),
        "by_kind": dict(sorted(by_kind.items())),
        "mails": {"sent": outcomes[MailStatus.SENT], "failed": outcomes[MailStatus.FAILED], "waiting": waiting},
    }


def as_text(report: dict[str, Any]) -> str:
    """Return the report as text, one line for each count."""
    first = f"{report['today']}{' (dry run: nothing was changed)' if report['dry_run'] else ''}"
    jobs = [f"{name.replace('_', ' ')}: {count}" for name, count in report["jobs"].items()]
    kinds = [f"  {kind}: {count}" for kind, count in report["by_kind"].items()]
    mails = ", ".join(f"{count} {outcome}" for outcome, count in report["mails"].items())
    return "\n".join([first, *jobs, f"reminders: {report['reminders']}", *kinds, f"mails: {mails}"])
