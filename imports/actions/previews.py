"""Match the columns of a file to fields, and make the preview of its rows."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.edits import Seen, merge
from common.locking import lock
from common.progress import report_progress
from imports.actions.uploads import claim_file
from imports.enums import ImportStatus
from imports.mapping.columns import chosen_columns
from imports.mapping.rows import RowParser
from imports.matching.rows import RowMatcher, count_result
from imports.models import FileImport, ImportMapping, ImportRow
from imports.querysets import shape_of
from imports.reading.opening import open_table
from imports.reports.preview import FilePreview
from imports.reports.refusals import FileRefused, in_words
from imports.reports.report import ImportReport
from imports.writing.batches import batches
from imports.writing.journal import row_of
from imports.writing.rows import renew_statistics

MAX_ROWS = 200_000
_MAY_BE_MAPPED = (ImportStatus.MAPPING, ImportStatus.PREVIEW, ImportStatus.FAILED)


def map_import(
    *,
    actor: User,
    upload: FileImport,
    fields: Sequence[str],
    key: str,
    sheet: str = "",
    seen: Seen | None = None,
) -> None:
    """Set the fields of the columns of a file; a job makes the preview.

    Remembers them for the next file with the same column names.

    ``fields`` has a field, or “”, per column. Refuses a file that is being read or was imported already, a sheet that
    cannot be imported, and a column that another person set since the page had ``seen`` it (``common.edits.merge``).
    """
    require(actor, "imports.import_organisations")
    with recording(actor, "imports.import_mapped"):
        current = lock(upload)
        if current.status not in _MAY_BE_MAPPED:
            raise ActionRefused(_("This file is being imported, or was."))
        chosen_sheet = FilePreview.restored(current.file_preview).sheet(sheet)
        if chosen_sheet.problem:
            raise ActionRefused(in_words(chosen_sheet.problem), field="sheet")
        header = chosen_sheet.header
        if current.fields and current.header == header:
            merged = merge(None, _by_column(fields, key), seen, _by_column(current.fields, current.key))
            key, fields = merged.pop("key"), list(merged.values())
        named = [field for field in fields if field]
        if len(set(named)) < len(named):
            raise ActionRefused(_("Two columns go to the same field. Look at them again."))
        current.fields, current.key, current.sheet, current.header = list(fields), key, chosen_sheet.name, header
        current.status, current.repair, current.problem = ImportStatus.CHECKING, False, {}
        current.save(update_fields=["fields", "key", "sheet", "header", "status", "repair", "problem"])
        chosen = {"fields": dict(zip(header, fields, strict=True)), "key": key}
        ImportMapping.objects.update_or_create(shape=shape_of(header), defaults=chosen)
    upload.refresh_from_db(fields=["status"])


def repair_import(*, actor: User, upload: FileImport, repair: bool) -> None:
    """Set whether broken encodings are repaired; a job makes the preview anew."""
    require(actor, "imports.import_organisations")
    with recording(actor, "imports.import_mapped"):
        current = lock(upload)
        if current.status == ImportStatus.PREVIEW and current.repair != repair:
            current.status, current.repair = ImportStatus.CHECKING, repair
            current.save(update_fields=["status", "repair"])
    upload.refresh_from_db(fields=["status"])


def check_import(*, upload_id: int) -> bool:
    """Make the preview of a file: what each row would do. Return whether there was anything to do.

    Locks the row only to write: a file can be stopped or replaced meanwhile, and its preview is dropped then. A second
    worker finds nothing to do. A worker that dies leaves everything as it was.
    """
    with transaction.atomic():
        waiting = FileImport.objects.filter(pk=upload_id, status=ImportStatus.CHECKING)
        upload = waiting.first() if claim_file(upload_id) else None
        if upload is None:
            return False
        with override(upload.language):
            try:
                with transaction.atomic():
                    report, status, problem = _checked(upload), ImportStatus.PREVIEW, {}
            except FileRefused as refused:
                report, status, problem = ImportReport(), ImportStatus.FAILED, refused.stored()
                upload.rows.all().delete()
        current = waiting.select_for_update(no_key=True).first()
        if current is None:
            transaction.set_rollback(True)
            return False
        current.report, current.status, current.problem = report.stored(), status, problem
        current.save(update_fields=["report", "status", "problem"])
    return True


def _by_column(fields: Sequence[str], key: str) -> dict[str, str]:
    """Return the fields of the columns by the names that they have in the form."""
    return {"key": key} | {f"column{place}": field for place, field in enumerate(fields)}


def _checked(upload: FileImport) -> ImportReport:
    table = open_table(bytes(upload.data), upload.sheet)
    columns = chosen_columns(table.header, upload.fields, upload.key, repair=upload.repair)
    report = ImportReport(warnings=list(table.remarks))
    upload.rows.all().delete()
    matcher, rows = RowMatcher(columns), 0
    for batch in batches(RowParser(columns, report, offers_repair=True).parse(table.rows)):
        if (rows := rows + len(batch)) > MAX_ROWS:
            raise FileRefused("rows", rows=MAX_ROWS)
        results = matcher.match(batch)
        for result in results:
            count_result(result, report)
        ImportRow.objects.bulk_create(row_of(upload, result) for result in results)
        report_progress(upload.job, batch[-1].line, table.last_line)
    renew_statistics(ImportRow)
    report.sort()
    return report
