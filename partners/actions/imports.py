"""Bringing a file of organisations into the registry, from the command line or in the browser."""

from collections.abc import Iterable
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language, override

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.locking import lock
from partners.enums import ImportStatus
from partners.importer.mapping import columns_of, remarks_on
from partners.importer.matching import Candidate, Screening, compare
from partners.importer.reading import FileRefused, read
from partners.importer.report import ImportReport
from partners.models import Organisation, OrganisationImport

BATCH = 1000
# Any number, as long as no other lock has it: two imports wait for each other.
_IMPORT_LOCK = 7_301_642
_WRITTEN = [
    *("external_id", "name", "short_name", "kind", "street", "city", "country", "updated_at"),
    *("sort_name", "sort_city", "search_text"),
]


def import_organisations(*, actor: User | None, data: bytes, dry_run: bool = False) -> ImportReport:
    """Create and update organisations from a file: all rows that can be read, in one transaction.

    Recognises an organisation by its number in the source. Changes only what the file gives: not the fields it has no
    column for, nor those whose value is empty there. A dry run writes nothing and reports the same. Raises
    FileRefused for a file that cannot be read at all. Sends nothing.
    """
    require(actor, "partners.import_organisations")
    header, rows = read(data)
    columns = columns_of(header)
    report = ImportReport(warnings=remarks_on(header))
    candidates = Screening(columns, report).candidates(rows)
    with recording(actor, "partners.organisations_imported"):
        if not dry_run:
            _wait_for_other_imports()
        while batch := list(islice(candidates, BATCH)):
            known = _known(batch, for_update=not dry_run)
            to_write = compare(batch, known, report)
            if not dry_run:
                _write(to_write)
    report.warnings.sort(key=lambda remark: remark.line or 0)
    return report


def upload_import(*, actor: User, file_name: str, data: bytes) -> OrganisationImport:
    """Keep an uploaded file with a preview of what it would do; nothing in the registry changes.

    Replaces earlier uploads of the actor that were never confirmed. Refuses a file that cannot be read.
    """
    require(actor, "partners.import_organisations")
    try:
        report = import_organisations(actor=actor, data=data, dry_run=True)
    except FileRefused as refused:
        raise ActionRefused(str(refused), field="file") from refused
    with recording(actor, "partners.import_uploaded"):
        OrganisationImport.objects.filter(owner=actor, status=ImportStatus.PREVIEW).delete()
        return OrganisationImport.objects.create(
            owner=actor, file_name=file_name[:200], data=data, report=report.stored()
        )


def confirm_import(*, actor: User, upload: OrganisationImport) -> None:
    """Have the file imported by the next job. Twice is once; a failed one is tried again."""
    require(actor, "partners.import_organisations")
    with recording(actor, "partners.import_confirmed"):
        current = lock(upload)
        if current.status in (ImportStatus.PREVIEW, ImportStatus.FAILED):
            current.status, current.owner = ImportStatus.CONFIRMED, actor
            current.save(update_fields=["status", "owner"])


def run_import(*, upload_id: int) -> bool:
    """Import a confirmed file and keep its report instead of its bytes; whether there was anything to do.

    The report is in the language of its owner. Whoever comes second finds nothing to do. A worker that dies leaves
    the file confirmed and the registry untouched.
    """
    waiting = OrganisationImport.objects.filter(pk=upload_id, status=ImportStatus.CONFIRMED)
    with transaction.atomic():
        upload = waiting.select_for_update(skip_locked=True).first()
        if upload is None:
            return False
        with override(upload.owner.language if upload.owner else get_language()):
            report = import_organisations(actor=upload.owner, data=bytes(upload.data))
        upload.report, upload.data, upload.status = report.stored(), b"", ImportStatus.DONE
        upload.finished_at = timezone.now()
        upload.save()
    return True


def fail_import(*, upload_id: int) -> None:
    """Note that importing a file went wrong and changed nothing, so that somebody tries again."""
    OrganisationImport.objects.filter(pk=upload_id, status=ImportStatus.CONFIRMED).update(status=ImportStatus.FAILED)


def _wait_for_other_imports() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])


def _known(batch: Iterable[Candidate], for_update: bool) -> dict[str, Organisation]:
    rows = Organisation.objects.filter(external_id__in=[candidate.external_id for candidate in batch]).order_by("pk")
    return {row.external_id: row for row in (rows.select_for_update(no_key=True) if for_update else rows)}


def _write(organisations: list[Organisation]) -> None:
    new = [organisation for organisation in organisations if organisation.pk is None]
    changed = [organisation for organisation in organisations if organisation.pk is not None]
    Organisation.objects.bulk_create(new)
    # One statement for all rows; bulk_update would write a CASE per field with a branch per row.
    Organisation.objects.bulk_create(changed, update_conflicts=True, unique_fields=["pk"], update_fields=_WRITTEN)
