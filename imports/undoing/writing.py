"""Write what undoing an import takes back."""

from common.progress import report_progress
from imports.models import FileImport
from imports.undoing.plan import UndoPlan, taken_off
from imports.writing.rows import write_contacts, write_organisations
from partners.models import WORD_LINKS, Contact, Organisation


def write_undone(upload: FileImport, total: int) -> list[str]:
    """Undo the ``total`` rows of an import that made or changed anything; return, in words, what stays."""
    plan = UndoPlan(upload, for_update=True)
    for batch in plan.batches():
        write_organisations(batch.organisations.values())
        write_contacts(batch.contacts.values())
        for name, (links, _to) in WORD_LINKS.items():
            links._default_manager.filter(pk__in=taken_off(batch, name)).delete()
        leaving = Contact.objects.filter(pk__in=batch.remove_contacts)
        left_by = set(leaving.values_list("organisation", flat=True))
        leaving.delete()
        Organisation.objects.sync_people_text(left_by)
        Organisation.objects.filter(pk__in=batch.remove_organisations).delete()
        report_progress(upload.job, plan.done, total)
    return plan.stayed
