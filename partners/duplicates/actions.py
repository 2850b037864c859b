"""Record that two similar organisations are not duplicates, and undo that."""

from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from partners.models import NotDuplicate, Organisation


def dismiss_duplicate(*, actor: User | None, one: Organisation, other: Organisation) -> None:
    """Record that two organisations are different, so that they are no longer proposed as duplicates.

    Refuses an organisation and itself. Keeps an earlier record of the same pair as it is. Sends nothing.
    """
    require(actor, "partners.change_registry")
    if one == other:
        raise ActionRefused(_("Choose two organisations."))
    first, second = sorted((one, other), key=lambda row: row.pk)
    with recording(actor, "partners.duplicate_dismissed"):
        NotDuplicate.objects.get_or_create(first=first, second=second, defaults={"said_by": actor})


def undo_dismissal(*, actor: User, not_duplicate: NotDuplicate) -> None:
    """Delete the record that two organisations are different, so that they are proposed again. Sends nothing."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.dismissal_undone"):
        NotDuplicate.objects.filter(pk=not_duplicate.pk).delete()
