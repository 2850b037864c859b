"""The logo of an organisation."""

from django.utils import timezone

from accounts.models import User
from audit.context import recording
from common.actions import require
from common.locking import lock
from partners.logo_files import as_logo
from partners.models import Logo, Organisation


def set_logo(*, actor: User | None, organisation: Organisation, data: bytes) -> None:
    """Give an organisation a logo, in place of the one it has. Refuses what is no picture (field ``file``)."""
    require(actor, "partners.change_registry")
    image = as_logo(data)
    with recording(actor, "partners.logo_changed"):
        current = lock(organisation)
        Logo.objects.update_or_create(organisation=current, defaults={"image": image})
        current.logo_at = timezone.now()
        current.save(update_fields=["logo_at", "updated_at"])


def remove_logo(*, actor: User | None, organisation: Organisation) -> None:
    """Take the logo away. Twice is once."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.logo_removed"):
        current = lock(organisation)
        Logo.objects.filter(organisation=current).delete()
        current.logo_at = None
        current.save(update_fields=["logo_at", "updated_at"])
