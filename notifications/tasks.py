from celery import shared_task
from django.utils import timezone

from notifications import actions, delivery, jobs, reminders

# A run is short, so that heartbeat and jobs get their turn while thousands of mails leave; the next run goes on.
DELIVERY_SECONDS = 20


class JobsFailed(Exception):
    """A run in which jobs failed, named in the message; each failure has been logged."""


@shared_task
def record_heartbeat() -> None:
    """Record that scheduler and worker are alive."""
    actions.record_heartbeat()


@shared_task
def deliver_mail() -> None:
    """Send the mails that wait in the outbox; any number of these tasks may run side by side."""
    delivery.deliver_due(seconds=DELIVERY_SECONDS)


@shared_task
def run_due() -> None:
    """Run the jobs of the day and queue reminders; delivery has a task of its own."""
    today, failures = timezone.localdate(), list[str]()
    jobs.run_due_jobs(today, failures=failures)
    reminders.send_due_by_kind(today, failures=failures)
    if failures:
        raise JobsFailed("; ".join(failures))
