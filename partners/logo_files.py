"""Uploaded pictures, made into small ones of our own: whatever else was in the file is not kept."""

import warnings
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from common.actions import ActionRefused

MOST_BYTES = 2_000_000
MOST_PIXELS = 25_000_000
SIDE = 256
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


def as_logo(data: bytes) -> bytes:
    """The picture as a PNG of at most 256 by 256. Refuses (field ``file``) what is no picture or too large."""
    if len(data) > MOST_BYTES:
        raise ActionRefused(_("The file is too large: at most %(limit)d MB fits.") % {"limit": 2}, field="file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _scaled(Image.open(BytesIO(data), formats=FORMATS))
    except ActionRefused:
        raise
    except Exception as error:  # decoders of broken files raise nearly anything
        message = _("This is not a picture that can be read. Choose a PNG, JPEG, GIF or WebP.")
        raise ActionRefused(message, field="file") from error


def _scaled(picture: Image.Image) -> bytes:
    if picture.width * picture.height > MOST_PIXELS:
        raise ActionRefused(_("The picture has too many pixels: make it smaller first."), field="file")
    small = ImageOps.exif_transpose(picture).convert("RGBA")
    small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
