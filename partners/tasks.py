import logging
from datetime import date

from celery import shared_task

from notifications.jobs import due_job
from partners import actions
from partners.models import OrganisationImport

logger = logging.getLogger(__name__)


@shared_task
def run_import(upload_id: int) -> None:
    """Do what a file waits for: make its preview, import it or take it back.

    Safe to run twice. What goes wrong is noted with the file and logged.
    """
    try:
        actions.check_import(upload_id=upload_id)
        actions.run_import(upload_id=upload_id)
        actions.run_undo(upload_id=upload_id)
    except Exception:
        logger.exception("Import %s failed", upload_id)
        actions.fail_import(upload_id=upload_id)


@due_job("organisations_imported", order=5)
def run_left_imports(today: date, dry_run: bool) -> int:
    """Go on with the files that no worker took, or that a worker died on."""
    left = list(OrganisationImport.objects.waiting().values_list("pk", flat=True))
    if not dry_run:
        for upload_id in left:
            run_import(upload_id)
    return len(left)
