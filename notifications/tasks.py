from celery import shared_task
from django.utils import timezone

from notifications import actions, delivery, jobs, reminders

# A run is short, so that heartbeat and jobs get their turn while thousands of mails leave; the next run goes on.
DELIVERY_SECONDS = 20


class JobsFailed(Exception):
    """Names what failed in a run; each has been logged by itself."""


@shared_task
def record_heartbeat() -> None:
    """Show that scheduler and worker are alive."""
    actions.record_heartbeat()


@shared_task
def deliver_mail() -> None:
    """Send what waits in the outbox; any number of these may run side by side."""
    delivery.deliver_due(seconds=DELIVERY_SECONDS)


@shared_task
def run_due() -> None:
    """Do what the day asks for and remind people; delivery has its own task."""
    today, failures = timezone.localdate(), list[str]()
    jobs.run_due_jobs(today, failures=failures)
    reminders.send_due_by_kind(today, failures=failures)
    if failures:
        raise JobsFailed("; ".join(failures))
