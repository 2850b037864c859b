"""Undo the last import."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.locking import lock
from imports.enums import ImportStatus
from imports.models import FileImport
from imports.reports.report import ImportReport
from imports.undoing.writing import write_undone
from imports.writing.rows import wait_for_other_imports


def undo_import(*, actor: User, upload: FileImport) -> None:
    """Mark the last import to be undone by the next job. Refuses any other import.

    Does nothing to one that is undone, or about to be.
    """
    require(actor, "imports.import_organisations")
    with recording(actor, "imports.import_undone"):
        current = lock(upload)
        if current.status in (ImportStatus.UNDOING, ImportStatus.UNDONE):
            return
        if current != FileImport.objects.last_finished():
            raise ActionRefused(_("Only the last import can be taken back."))
        current.status, current.owner = ImportStatus.UNDOING, actor
        current.save(update_fields=["status", "owner"])
    upload.refresh_from_db(fields=["status"])


def run_undo(*, upload_id: int) -> bool:
    """Undo an import in one transaction. Return whether there was anything to do.

    Rows that it made are deleted, unless they were changed since or something refers to them; values that it
    changed go back where they still are as imported. The report keeps in words what stayed. A second worker finds
    nothing to do.
    """
    waiting = FileImport.objects.filter(pk=upload_id, status=ImportStatus.UNDOING)
    with transaction.atomic():
        upload = waiting.select_for_update(skip_locked=True).first()
        if upload is None:
            return False
        report = ImportReport.restored(upload.report)
        with override(upload.language), recording(upload.owner, "imports.import_undone"):
            wait_for_other_imports()
            report.stayed = write_undone(upload, report.created + report.updated)
        upload.report, upload.status = report.stored(), ImportStatus.UNDONE
        upload.save(update_fields=["report", "status"])
    return True
