import logging
from datetime import date

from celery import shared_task

from imports import actions
from imports.models import FileImport
from notifications.jobs import due_job

logger = logging.getLogger(__name__)


@shared_task
def run_import(upload_id: int) -> None:
    """Run the next step of a file: read its beginning, make its preview, import it or undo it.

    Safe to run twice. An error is noted with the file and logged.
    """
    try:
        actions.read_import(upload_id=upload_id)
        actions.check_import(upload_id=upload_id)
        actions.run_import(upload_id=upload_id)
        actions.run_undo(upload_id=upload_id)
    except Exception:
        logger.exception("Import %s failed", upload_id)
        actions.fail_import(upload_id=upload_id)


@due_job("organisations_imported", order=5)
def run_left_imports(today: date, dry_run: bool) -> int:
    """Go on with the files that no worker took, or whose worker died; return their number."""
    left = list(FileImport.objects.waiting().values_list("pk", flat=True))
    if not dry_run:
        for upload_id in left:
            run_import(upload_id)
    return len(left)
