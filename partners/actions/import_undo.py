"""Taking back what the last import did."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.locking import lock
from common.progress import tell
from partners.actions.import_writing import write_contacts, write_organisations
from partners.actions.imports import wait_for_other_imports
from partners.enums import ImportStatus
from partners.importer.report import ImportReport
from partners.importer.undoing import Step, Undoing, taken_off
from partners.models import WORD_LINKS, Contact, Organisation, OrganisationImport


def undo_import(*, actor: User, upload: OrganisationImport) -> None:
    """Have the last import taken back by the next job. Refuses any other import. Twice is once."""
    require(actor, "partners.import_organisations")
    with recording(actor, "partners.import_undone"):
        current = lock(upload)
        if current.status in (ImportStatus.UNDOING, ImportStatus.UNDONE):
            return
        if current != OrganisationImport.objects.last_finished():
            raise ActionRefused(_("Only the last import can be taken back."))
        current.status, current.owner = ImportStatus.UNDOING, actor
        current.save(update_fields=["status", "owner"])
    upload.refresh_from_db(fields=["status"])


def run_undo(*, upload_id: int) -> bool:
    """Take back an import in one transaction; whether there was anything to do.

    What it made goes, unless somebody changed it since or something refers to it; what it changed goes back where it
    still has the imported value. The report keeps in words what stayed. Whoever comes second finds nothing to do.
    """
    waiting = OrganisationImport.objects.filter(pk=upload_id, status=ImportStatus.UNDOING)
    with transaction.atomic():
        upload = waiting.select_for_update(skip_locked=True).first()
        if upload is None:
            return False
        language = upload.owner.language if upload.owner else "nl"
        report = ImportReport.restored(upload.report)
        with override(language), recording(upload.owner, "partners.import_undone"):
            wait_for_other_imports()
            report.stayed = _taken_back(upload, report.created + report.updated)
        upload.report, upload.status = report.stored(), ImportStatus.UNDONE
        upload.save(update_fields=["report", "status"])
    return True


def _taken_back(upload: OrganisationImport, total: int) -> list[str]:
    undoing = Undoing(upload, for_update=True)
    for step in undoing.steps():
        _carry_out(step)
        tell(upload.job, undoing.done, total)
    return undoing.stayed


def _carry_out(step: Step) -> None:
    write_organisations(step.organisations.values())
    write_contacts(step.contacts.values())
    for name, (links, _to) in WORD_LINKS.items():
        links._default_manager.filter(pk__in=taken_off(step, name)).delete()
    leaving = Contact.objects.filter(pk__in=step.remove_contacts)
    left_by = set(leaving.values_list("organisation", flat=True))
    leaving.delete()
    Organisation.objects.keep_people_text(left_by)
    Organisation.objects.filter(pk__in=step.remove_organisations).delete()
