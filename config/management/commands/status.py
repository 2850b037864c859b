import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config import health, versions
from config.celery import app

EXIT = {health.OK: 0, health.DEGRADED: 1, health.UNAVAILABLE: 2}


class Command(BaseCommand):
    """Command that says whether the installation is well, in figures without personal data."""

    help = "Says whether all is well; the exit code is 0 for ok, 1 for degraded, 2 for unavailable."
    # Those would ask a database that perhaps does not answer.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, format: str, **options: Any) -> None:
        """Print the status; end with its exit code."""
        report = status()
        self.stdout.write(json.dumps(report) if format == "json" else as_text(report))
        if code := EXIT[report["status"]]:
            sys.exit(code)


def status() -> dict[str, Any]:
    """Return version, status and checks, the figures of mail and queue, and the migrations that have to be run.

    A database that lacks migrations is unavailable; what cannot be asked is None.
    """
    found = health.state()
    has_database = found["checks"]["database"] == health.OK
    pending = pending_migrations() if has_database else None
    if pending:
        found["status"] = health.UNAVAILABLE
    queued = queue_length() if found["checks"]["broker"] == health.OK else None
    return {"version": versions.version(), **found, "queue": {"jobs": queued}, "pending_migrations": pending}


def pending_migrations() -> list[str]:
    """Return the migrations that this version has and the database has not, such as "collab.0003_standing"."""
    return [".".join(key) for key in versions.waiting(versions.migrations_of(versions.address()))]


def queue_length() -> int | None:
    """Return the number of jobs that wait for a worker; None for a queue that was never used."""
    try:
        with app.connection_for_read(connect_timeout=2) as broker:
            channel: Any = broker.default_channel
            declared = channel.queue_declare(queue=app.conf.task_default_queue, passive=True)
            return int(declared.message_count)
    except Exception:  # each transport has its own word for a queue that is not there
        return None


def as_text(report: dict[str, Any]) -> str:
    """Return the report as text, one line for each part."""
    mail, pending = report["mail"], report["pending_migrations"]
    lines = [f"Samenspel {report['version']}: {report['status']}"]
    lines += [f"{name}: {result}" for name, result in report["checks"].items()]
    if mail is not None:
        lines.append(f"mail: {mail['waiting']} waiting, the oldest for {mail['oldest_waiting_seconds']} seconds")
        lines.append(f"mail: {mail['failed']} failed, {mail['failed_last_day']} of them in the last day")
        lines.append(f"mail: {mail['perhaps_sent']} perhaps sent, {mail['perhaps_sent_last_day']} in the last day")
    if report["queue"]["jobs"] is not None:
        lines.append(f"queue: {report['queue']['jobs']} jobs waiting")
    if pending is not None:
        lines.append(f"migrations to run: {', '.join(pending) or 'none'}")
    return "\n".join(lines)
