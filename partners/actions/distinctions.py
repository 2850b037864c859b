"""Saying that two organisations that look like one are not."""

from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from partners.models import Distinction, Organisation


def tell_apart(*, actor: User | None, one: Organisation, other: Organisation) -> None:
    """Say that two organisations are different: they are not offered as one any more.

    Refuses an organisation and itself. Said before, it stays as it was said. Sends nothing.
    """
    require(actor, "partners.change_registry")
    if one == other:
        raise ActionRefused(_("Choose two organisations."))
    first, second = sorted((one, other), key=lambda row: row.pk)
    with recording(actor, "partners.told_apart"):
        Distinction.objects.get_or_create(first=first, second=second, defaults={"said_by": actor})


def take_back_distinction(*, actor: User, distinction: Distinction) -> None:
    """Let the two be offered as one again. Sends nothing."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.no_longer_apart"):
        Distinction.objects.filter(pk=distinction.pk).delete()
