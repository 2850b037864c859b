"""Import a file of organisations into the registry, from the command line or in the browser."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from audit.context import recording
from common.actions import require
from common.locking import lock
from common.progress import report_progress
from imports.enums import ImportStatus, RowOutcome
from imports.mapping.columns import chosen_columns, columns_of, remarks_on
from imports.mapping.fields import EXTERNAL_ID
from imports.mapping.rows import RowParser
from imports.matching.rows import RowMatcher, count_result
from imports.models import FileImport, ImportRow
from imports.reading.opening import open_table
from imports.reports.report import ImportReport
from imports.writing.batches import BATCH, batches
from imports.writing.journal import RESULT_FIELDS, delete_rows_of_old_imports, parsed_row, set_result
from imports.writing.rows import renew_statistics, wait_for_other_imports, write
from partners.models import Contact, Organisation


def import_organisations(
    *, actor: User | None, data: bytes, key: str = EXTERNAL_ID, dry_run: bool = False
) -> ImportReport:
    """Create and update organisations from a file: all rows that can be read, in one transaction.

    Recognises an organisation by ``key``, usually its number in the source. Changes only what the file gives: not the
    fields it has no column for, nor those whose value is empty there. A dry run writes nothing and reports the same.
    Raises FileRefused for a file that cannot be read at all. Sends nothing.
    """
    require(actor, "imports.import_organisations")
    table = open_table(data)
    columns = columns_of(table.header, key)
    report = ImportReport(warnings=[*table.remarks, *remarks_on(table.header, columns)])
    parsed = RowParser(columns, report).parse(table.rows)
    with recording(actor, "imports.organisations_imported"):
        if not dry_run:
            wait_for_other_imports()
        matcher = RowMatcher(columns, for_update=not dry_run)
        for batch in batches(parsed):
            results = matcher.match(batch)
            for result in results:
                count_result(result, report)
            if not dry_run:
                write(results)
        if not dry_run:
            renew_statistics(Organisation, Contact)
    report.sort()
    return report


def confirm_import(*, actor: User, upload: FileImport) -> None:
    """Mark a file to be imported by the next job; a failed one is tried again from the step that failed.

    Does nothing to a file that is on its way already, and does not wait for the job that has it.
    """
    require(actor, "imports.import_organisations")
    waiting = FileImport.objects.filter(status__in=[ImportStatus.PREVIEW, ImportStatus.FAILED])
    if not waiting.filter(pk=upload.pk).exists():
        return
    with recording(actor, "imports.import_confirmed"):
        current = lock(upload)
        if current.status in (ImportStatus.PREVIEW, ImportStatus.FAILED):
            checked = current.status == ImportStatus.PREVIEW or current.rows.exists()
            unchecked = ImportStatus.CHECKING if current.file_preview else ImportStatus.READING
            current.status = ImportStatus.CONFIRMED if checked else unchecked
            current.owner = actor
            current.save(update_fields=["status", "owner"])
    upload.refresh_from_db(fields=["status"])


def run_import(*, upload_id: int) -> bool:
    """Import the rows of a confirmed file in one transaction. Return whether there was anything to do.

    Rows are matched with the registry as it is now, and the report counts what happened, not what the preview foresaw.
    It is in the language of the owner. The bytes of the file are deleted. A second worker finds nothing to do. A worker
    that dies leaves the file confirmed and the registry untouched.
    """
    with transaction.atomic():
        waiting = FileImport.objects.filter(pk=upload_id, status=ImportStatus.CONFIRMED)
        upload = waiting.select_for_update(skip_locked=True).first()
        if upload is None:
            return False
        require(upload.owner, "imports.import_organisations")
        with override(upload.language), recording(upload.owner, "imports.organisations_imported"):
            wait_for_other_imports()
            columns = chosen_columns(upload.header, upload.fields, upload.key)
            preview = ImportReport.restored(upload.report)
            report = ImportReport(warnings=preview.warnings, repairs=preview.repairs)
            matcher, total, done = RowMatcher(columns, for_update=True), preview.rows, 0
            line = 0
            while rows := list(upload.rows.filter(line__gt=line).order_by("line")[:BATCH]):
                results = matcher.match([parsed_row(row) for row in rows])
                write(results)
                for row, result in zip(rows, results, strict=True):
                    count_result(result, report)
                    set_result(row, result)
                    row.values = {}
                    if result.outcome != RowOutcome.REFUSED:
                        row.original = []
                ImportRow.objects.bulk_create(
                    rows, update_conflicts=True, unique_fields=["pk"], update_fields=RESULT_FIELDS
                )
                line, done = rows[-1].line, done + len(rows)
                report_progress(upload.job, done, total)
            renew_statistics(Organisation, Contact, ImportRow)
            upload.report = report.stored()
        upload.data, upload.status, upload.finished_at = b"", ImportStatus.DONE, timezone.now()
        upload.save()
        delete_rows_of_old_imports()
    return True
