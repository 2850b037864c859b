"""Figures as people read them, in the active language."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

Number = int | float | Decimal
EMPTY: Final = "—"
ABOUT_THE_SAME: Final = Decimal("0.5")


def decimal(value: Number, places: int) -> str:
    """``value`` rounded half up to ``places`` decimals: 3,9 in Dutch, 3.9 in English, with a real minus sign."""
    return _decimal(value, places, get_language())


@lru_cache(maxsize=1000)
def _decimal(value: Number, places: int, language: str | None) -> str:
    return number_format(_rounded(value, places), decimal_pos=places).replace("-", "−")


def whole(value: int) -> str:
    """A whole number: 16.592 in Dutch, 16,592 in English."""
    return number_format(value, force_grouping=True)


def score(value: Number | None) -> str:
    """A score on the 1–5 scale with one decimal, or a dash."""
    return EMPTY if value is None else decimal(value, 1)


def change(value: Number | None) -> str:
    """A change with its sign; under half a point (after rounding) nothing really changed."""
    if value is None:
        return EMPTY
    rounded = _rounded(value, 1)
    if abs(rounded) < ABOUT_THE_SAME:
        return _("about the same")
    return ("+" if rounded > 0 else "") + decimal(rounded, 1)


def percentage(share: Number | None) -> str:
    """A share between 0 and 1 in whole per cents."""
    return EMPTY if share is None else f"{_rounded(Decimal(str(share)) * 100, 0)}%"


def _rounded(value: Number, places: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
