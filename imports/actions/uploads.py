"""Take a file in and read its beginning; nothing goes into the registry yet."""

from django.db import connection, transaction

from accounts.models import User
from audit.context import recording
from common.actions import require
from common.locking import lock
from imports.enums import ImportStatus
from imports.models import FileImport, ImportRow
from imports.reading.opening import read_preview
from imports.reports.refusals import FileRefused

# With the key of the file: any number, as long as no other lock of two numbers has it.
_READING_LOCK = 7_301_643


def upload_import(*, actor: User, file_name: str, data: bytes) -> FileImport:
    """Keep an uploaded file, unopened; nothing in the registry changes. A job reads it next.

    Replaces earlier uploads of the actor that were never confirmed.
    """
    require(actor, "imports.import_organisations")
    with recording(actor, "imports.import_uploaded"):
        earlier = FileImport.objects.filter(owner=actor)
        earlier.being_read().update(status=ImportStatus.CANCELLED, data=b"")
        # A job that still reads one holds its row; nobody waits for that, and the next upload deletes it.
        free = earlier.unconfirmed().select_for_update(skip_locked=True).values_list("pk", flat=True)
        FileImport.objects.filter(pk__in=list(free)).delete()
        return FileImport.objects.create(owner=actor, file_name=file_name[:200], data=data)


def read_import(*, upload_id: int) -> bool:
    """Read the beginning of a file and keep it for the page of the columns. Return whether there was anything to do.

    Keeps the reason when the file cannot be read, and forgets its bytes. Locks the row only to write: a file can be
    stopped or replaced meanwhile, and what was read is dropped then. A worker that dies leaves everything as it was.
    """
    with transaction.atomic():
        waiting = FileImport.objects.filter(pk=upload_id, status=ImportStatus.READING)
        upload = waiting.first() if claim_file(upload_id) else None
        if upload is None:
            return False
        try:
            preview, problem = read_preview(bytes(upload.data)).stored(), {}
        except FileRefused as refused:
            preview, problem = {}, refused.stored()
        current = waiting.select_for_update(no_key=True).first()
        if current is None:
            return False
        current.file_preview, current.problem = preview, problem
        current.status = ImportStatus.UNREADABLE if problem else ImportStatus.MAPPING
        current.data = b"" if problem else current.data
        current.save(update_fields=["file_preview", "problem", "status", "data"])
    return True


def cancel_import(*, actor: User, upload: FileImport) -> None:
    """Stop reading a file and forget its bytes; does nothing to one that is not being read. Waits for no job."""
    require(actor, "imports.import_organisations")
    with recording(actor, "imports.import_cancelled"):
        current = lock(upload)
        if current.is_being_read:
            current.status, current.data = ImportStatus.CANCELLED, b""
            current.save(update_fields=["status", "data"])
    upload.refresh_from_db(fields=["status"])


def fail_import(*, upload_id: int) -> None:
    """Note that a job went wrong and changed nothing, so that it can be tried again."""
    with transaction.atomic():
        uploads = FileImport.objects.filter(pk=upload_id)
        if uploads.being_read().update(status=ImportStatus.FAILED):
            ImportRow.objects.filter(upload=upload_id).delete()
        uploads.filter(status=ImportStatus.CONFIRMED).update(status=ImportStatus.FAILED)
        uploads.filter(status=ImportStatus.UNDOING).update(status=ImportStatus.DONE)


def claim_file(upload_id: int) -> bool:
    """Claim the reading of a file until the transaction ends; False when another worker has it. Locks no row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_READING_LOCK, upload_id % 2**31])
        claimed: bool = cursor.fetchone()[0]
    return claimed
