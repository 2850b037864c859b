"""Parse values of a file that depend on another column, or on how the source writes them."""

import re

from django.utils.translation import gettext as _

from common.fields import short
from partners.fields import ACTIVITY_TYPES


class RowRefused(Exception):
    """Refusal of one row; the message is the reason, for the user."""


def activity_type(value: str) -> str:
    """Return the kind for an activity type; nothing given is “other”, which never replaces a kind that is known."""
    kind = ACTIVITY_TYPES.get(value.upper() or "OTH")
    if kind is None:
        codes = {"code": short(value), "known": ", ".join(ACTIVITY_TYPES)}
        raise RowRefused(_("“%(code)s” is not an activity type; known are %(known)s.") % codes)
    return kind


def dutch_number(value: str) -> str:
    """Return a number of the Dutch Chamber of Commerce, without the spaces and dots that people put in it."""
    figures = re.sub(r"[ .]", "", value)
    # Spreadsheets take the noughts before a number away.
    figures = figures.zfill(8) if re.fullmatch(r"[0-9]{7}", figures) else figures
    if value and not re.fullmatch(r"[0-9]{8}", figures):
        raise RowRefused(_("“%(value)s” is not a KvK number; it has 8 figures.") % {"value": short(value)})
    return figures
