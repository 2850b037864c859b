"""Set and remove the logo of an organisation: a small PNG made from the uploaded picture."""

import warnings
from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.edits import Seen, refuse_unseen
from common.locking import lock
from partners.models import Logo, Organisation

MOST_BYTES = 2_000_000
MOST_PIXELS = 25_000_000
SIDE = 256
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


def set_logo(*, actor: User | None, organisation: Organisation, data: bytes, seen: Seen | None = None) -> None:
    """Give an organisation a logo, which replaces the one it has.

    Refuses a file that is no picture (field ``file``), and to replace another logo than the page had ``seen``.
    """
    require(actor, "partners.change_registry")
    image = as_logo(data)
    with recording(actor, "partners.logo_changed"):
        current = lock(organisation)
        refuse_unseen(current, ["logo_at"], seen)
        Logo.objects.update_or_create(organisation=current, defaults={"image": image})
        current.logo_at = timezone.now()
        current.save(update_fields=["logo_at"])


def remove_logo(*, actor: User | None, organisation: Organisation, seen: Seen | None = None) -> None:
    """Remove the logo, if there is one. Refuses to remove another logo than the page had ``seen``."""
    require(actor, "partners.change_registry")
    with recording(actor, "partners.logo_removed"):
        current = lock(organisation)
        if current.logo_at is not None:
            refuse_unseen(current, ["logo_at"], seen)
        Logo.objects.filter(organisation=current).delete()
        current.logo_at = None
        current.save(update_fields=["logo_at"])


def as_logo(data: bytes) -> bytes:
    """Return the picture as a PNG of at most 256 by 256 pixels, without anything else that the file held.

    Refuses (field ``file``) a file that is no picture or is too large.
    """
    if len(data) > MOST_BYTES:
        raise ActionRefused(_("The file is too large: at most %(limit)d MB fits.") % {"limit": 2}, field="file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(data), formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise ActionRefused(_("The picture has too many pixels: make it smaller first."), field="file")
            small = ImageOps.exif_transpose(picture).convert("RGBA")
            small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
            out = BytesIO()
            small.save(out, "PNG", optimize=True)
            return out.getvalue()
    except ActionRefused:
        raise
    except Exception as error:  # decoders of broken files raise nearly anything
        message = _("This is not a picture that can be read. Choose a PNG, JPEG, GIF or WebP.")
        raise ActionRefused(message, field="file") from error
