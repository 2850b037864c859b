"""Format figures for people, in the active language."""

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
    """Round ``value`` half up to ``places`` decimals: 3,9 in Dutch, 3.9 in English, with a real minus sign."""
    return _decimal(value, places, get_language())


@lru_cache(maxsize=1000)
def _decimal(value: Number, places: int, language: str | None) -> str:
    return number_format(_rounded(value, places), decimal_pos=places).replace("-", "−")


def whole(value: int) -> str:
    """Format a whole number: 16.592 in Dutch, 16,592 in English."""
    return number_format(value, force_grouping=True)


def in_words(number: int) -> str:
    """Return a small number of people as a word, and a larger one in digits."""
    words = {2: _("two"), 3: _("three"), 4: _("four"), 5: _("five"), 6: _("six")}
    return words.get(number) or whole(number)


def score(value: Number | None) -> str:
    """Format a score on the 1–5 scale with one decimal; a dash for none."""
    return EMPTY if value is None else decimal(value, 1)


def change(value: Number | None) -> str:
    """Format a change with its sign; one under half a point (after rounding) counts as no change."""
    if value is None:
        return EMPTY
    rounded = _rounded(value, 1)
    if abs(rounded) < ABOUT_THE_SAME:
        return _("about the same")
    return ("+" if rounded > 0 else "") + decimal(rounded, 1)


def percentage(share: Number | None) -> str:
    """Format a share between 0 and 1 in whole per cents."""
    return EMPTY if share is None else f"{_rounded(Decimal(str(share)) * 100, 0)}%"


def _rounded(value: Number, places: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
