"""The logo of an organisation."""

from hashlib import sha256

from accounts.models import User
from audit.context import recording
from common.actions import require
from common.locking import lock
from partners.models import Logo, Organisation
from partners.pictures import as_logo


def set_logo(*, actor: User | None, organisation: Organisation, data: bytes) -> Logo:
    """Give an organisation a logo, in place of the one it has. Refuses what is no picture (field ``file``)."""
    require(actor, "partners.change_registry")
    image = as_logo(data)
    with recording(actor, "partners.logo_changed"):
        values = {"image": image, "digest": sha256(image).hexdigest()}
        return Logo.objects.update_or_create(organisation=lock(organisation), defaults=values)[0]


def remove_logo(*, actor: User | None, organisation: Organisation) -> None:
    """Take the logo away. Twice is once."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.logo_removed"):
        for logo in Logo.objects.filter(organisation=organisation).defer("image"):
            logo.delete()
