"""Bringing a file of organisations into the registry, from the command line or in the browser."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.locking import lock
from common.progress import tell
from partners.actions.import_writing import renew_statistics, write
from partners.enums import ImportStatus, RowOutcome
from partners.importer.fields import EXTERNAL_ID
from partners.importer.mapping import chosen_columns, columns_of, remarks_on
from partners.importer.matching import Candidate, Matching, Screening, Settled, note
from partners.importer.opening import look_at, open_table, storable
from partners.importer.reading import FileRefused
from partners.importer.report import ImportReport
from partners.models import Contact, ImportMapping, ImportRow, Organisation, OrganisationImport
from partners.models.imports import NAME_LENGTH
from partners.querysets import shape_of

T = TypeVar("T")
BATCH = 1000
MAX_ROWS = 200_000
# Of so many imports the rows are kept.
IMPORTS_WITH_ROWS = 10
# Any number, as long as no other lock has it: two imports wait for each other.
_IMPORT_LOCK = 7_301_642
_ROW = ["outcome", "reason", "changes", "values", "original", "organisation", "contact"]
_MAY_BE_MAPPED = (ImportStatus.MAPPING, ImportStatus.PREVIEW, ImportStatus.FAILED)


def import_organisations(
    *, actor: User | None, data: bytes, key: str = EXTERNAL_ID, dry_run: bool = False
) -> ImportReport:
    """Create and update organisations from a file: all rows that can be read, in one transaction.

    Recognises an organisation by ``key``, usually its number in the source. Changes only what the file gives: not the
    fields it has no column for, nor those whose value is empty there. A dry run writes nothing and reports the same.
    Raises FileRefused for a file that cannot be read at all. Sends nothing.
    """
    require(actor, "partners.import_organisations")
    table = open_table(data)
    columns = columns_of(table.header, key)
    report = ImportReport(warnings=[*table.remarks, *remarks_on(table.header, columns)])
    candidates = Screening(columns, report).candidates(table.rows)
    with recording(actor, "partners.organisations_imported"):
        if not dry_run:
            wait_for_other_imports()
        matching = Matching(columns, for_update=not dry_run)
        for batch in _batches(candidates):
            settled = matching.settle(batch)
            for row in settled:
                note(row, report)
            if not dry_run:
                write(settled)
        if not dry_run:
            renew_statistics(Organisation, Contact)
    report.sort()
    return report


def upload_import(*, actor: User, file_name: str, data: bytes) -> OrganisationImport:
    """Keep an uploaded file; nothing in the registry changes. Its columns are matched next.

    Replaces earlier uploads of the actor that were never confirmed. Refuses a file that cannot be read.
    """
    require(actor, "partners.import_organisations")
    header = _header(data, "", field="file")
    with recording(actor, "partners.import_uploaded"):
        unconfirmed = [ImportStatus.MAPPING, ImportStatus.CHECKING, ImportStatus.PREVIEW]
        OrganisationImport.objects.filter(owner=actor, status__in=unconfirmed).delete()
        return OrganisationImport.objects.create(owner=actor, file_name=file_name[:200], data=data, header=header)


def map_import(*, actor: User, upload: OrganisationImport, fields: Sequence[str], key: str, sheet: str = "") -> None:
    """Say what the columns of a file are; a job makes the preview. Remembered for files with the same columns.

    ``fields`` has a field, or “”, per column. Refuses a file that was imported already.
    """
    require(actor, "partners.import_organisations")
    header = _header(bytes(upload.data), sheet, field="sheet")
    with recording(actor, "partners.import_mapped"):
        current = lock(upload)
        if current.status not in _MAY_BE_MAPPED:
            raise ActionRefused(_("This file is being imported, or was."))
        current.fields, current.key, current.sheet, current.header = list(fields), key, sheet, header
        current.status, current.repair = ImportStatus.CHECKING, False
        current.save(update_fields=["fields", "key", "sheet", "header", "status", "repair"])
        chosen = {"fields": dict(zip(header, fields, strict=True)), "key": key}
        ImportMapping.objects.update_or_create(shape=shape_of(header), defaults=chosen)
    upload.refresh_from_db(fields=["status"])


def repair_import(*, actor: User, upload: OrganisationImport, repair: bool) -> None:
    """Say yes, or no again, to repairing broken encodings; a job makes the preview anew."""
    require(actor, "partners.import_organisations")
    with recording(actor, "partners.import_mapped"):
        current = lock(upload)
        if current.status == ImportStatus.PREVIEW and current.repair != repair:
            current.status, current.repair = ImportStatus.CHECKING, repair
            current.save(update_fields=["status", "repair"])
    upload.refresh_from_db(fields=["status"])


def check_import(*, upload_id: int) -> bool:
    """Make the preview of a file: what each row would do. Whether there was anything to do.

    Whoever comes second finds nothing to do. A worker that dies leaves everything as it was.
    """
    with transaction.atomic():
        upload = _claimed(upload_id, ImportStatus.CHECKING)
        if upload is None:
            return False
        with _language_of(upload):
            try:
                with transaction.atomic():
                    report, upload.status = _checked(upload), ImportStatus.PREVIEW
            except FileRefused as refused:
                report, upload.status = ImportReport(problem=str(refused)), ImportStatus.FAILED
                upload.rows.all().delete()
        upload.report = report.stored()
        upload.save(update_fields=["report", "status"])
    return True


def confirm_import(*, actor: User, upload: OrganisationImport) -> None:
    """Have the file imported by the next job. Twice is once; a failed one is tried again."""
    require(actor, "partners.import_organisations")
    with recording(actor, "partners.import_confirmed"):
        current = lock(upload)
        if current.status in (ImportStatus.PREVIEW, ImportStatus.FAILED):
            checked = current.status == ImportStatus.PREVIEW or current.rows.exists()
            current.status = ImportStatus.CONFIRMED if checked else ImportStatus.CHECKING
            current.owner = actor
            current.save(update_fields=["status", "owner"])
    upload.refresh_from_db(fields=["status"])


def run_import(*, upload_id: int) -> bool:
    """Import the rows of a confirmed file in one transaction, and forget its bytes; whether there was anything to do.

    Rows are laid beside the registry as it is now: what happened counts, not what the preview foresaw. The report is
    in the language of its owner. Whoever comes second finds nothing to do. A worker that dies leaves the file
    confirmed and the registry untouched.
    """
    with transaction.atomic():
        upload = _claimed(upload_id, ImportStatus.CONFIRMED)
        if upload is None:
            return False
        require(upload.owner, "partners.import_organisations")
        with _language_of(upload), recording(upload.owner, "partners.organisations_imported"):
            wait_for_other_imports()
            upload.report = _imported(upload).stored()
        upload.data, upload.status, upload.finished_at = b"", ImportStatus.DONE, timezone.now()
        upload.save()
        _forget_rows_of_old_imports()
    return True


def fail_import(*, upload_id: int) -> None:
    """Note that a job went wrong and changed nothing, so that somebody tries again."""
    with transaction.atomic():
        uploads = OrganisationImport.objects.filter(pk=upload_id)
        if uploads.filter(status=ImportStatus.CHECKING).update(status=ImportStatus.FAILED):
            ImportRow.objects.filter(upload=upload_id).delete()
        uploads.filter(status=ImportStatus.CONFIRMED).update(status=ImportStatus.FAILED)
        uploads.filter(status=ImportStatus.UNDOING).update(status=ImportStatus.DONE)


def wait_for_other_imports() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])


def _header(data: bytes, sheet: str, *, field: str) -> list[str]:
    try:
        return look_at(data, sheet).header
    except FileRefused as refused:
        raise ActionRefused(str(refused), field=field) from refused


def _claimed(upload_id: int, status: ImportStatus) -> OrganisationImport | None:
    waiting = OrganisationImport.objects.filter(pk=upload_id, status=status)
    return waiting.select_for_update(skip_locked=True).first()


def _language_of(upload: OrganisationImport) -> override:
    return override(upload.owner.language if upload.owner else get_language())


def _checked(upload: OrganisationImport) -> ImportReport:
    table = open_table(bytes(upload.data), upload.sheet)
    columns = chosen_columns(table.header, upload.fields, upload.key, repair=upload.repair)
    report = ImportReport(warnings=list(table.remarks))
    upload.rows.all().delete()
    matching, rows = Matching(columns), 0
    for batch in _batches(Screening(columns, report, offers_repair=True).candidates(table.rows)):
        if (rows := rows + len(batch)) > MAX_ROWS:
            raise FileRefused(_("The file has more than %(rows)d rows.") % {"rows": MAX_ROWS})
        settled = matching.settle(batch)
        for row in settled:
            note(row, report)
        ImportRow.objects.bulk_create(_row(ImportRow(upload=upload, line=row.candidate.line), row) for row in settled)
        tell(upload.job, batch[-1].line, table.last_line)
    renew_statistics(ImportRow)
    report.sort()
    return report


def _imported(upload: OrganisationImport) -> ImportReport:
    columns = chosen_columns(upload.header, upload.fields, upload.key)
    preview = ImportReport.restored(upload.report)
    report = ImportReport(warnings=preview.warnings, repairs=preview.repairs)
    matching, total, done = Matching(columns, for_update=True), preview.rows, 0
    line = 0
    while rows := list(upload.rows.filter(line__gt=line).order_by("line")[:BATCH]):
        settled = matching.settle([_candidate(row) for row in rows])
        write(settled)
        for row, outcome in zip(rows, settled, strict=True):
            note(outcome, report)
            _row(row, outcome)
            row.values = {}
            if outcome.outcome != RowOutcome.REFUSED:
                row.original = []
        ImportRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=_ROW)
        line, done = rows[-1].line, done + len(rows)
        tell(upload.job, done, total)
    renew_statistics(Organisation, Contact, ImportRow)
    return report


def _candidate(row: ImportRow) -> Candidate:
    """A row that was refused before it was laid beside the registry has no values."""
    return Candidate(row.line, row.values, "" if row.values else row.reason, row.original)


def _row(row: ImportRow, settled: Settled) -> ImportRow:
    """Note with the row what becomes of it."""
    candidate = settled.candidate
    row.outcome, row.reason, row.changes = settled.outcome, settled.reason, list(settled.changes)
    row.values = candidate.values
    row.original = storable(candidate.original)
    row.name = row.name or storable([candidate.text("name") or candidate.refused_name])[0][:NAME_LENGTH]
    row.organisation_id = settled.organisation.pk if settled.organisation else None
    row.contact_id = settled.contact.pk if settled.contact else None
    return row


def _forget_rows_of_old_imports() -> None:
    finished = OrganisationImport.objects.exclude(finished_at=None).order_by("-finished_at", "-pk")
    old = list(finished.values_list("pk", flat=True)[IMPORTS_WITH_ROWS:])
    ImportRow.objects.filter(upload__in=old).delete()


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch
