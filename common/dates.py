"""Calculate with calendar months from a fixed day, and read days as people write them."""

import re
from datetime import date
from functools import cache

from babel import Locale
from dateutil.relativedelta import relativedelta

from common.text import fold

# A day outside of these is a slip, such as the year 20266 or 0206.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
# Spreadsheets and other programs write the time behind the day.
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}")
_WITHOUT_MARKS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_OF_MONTH = re.compile(r"(\d{1,2})(?:e|de|ste|st|nd|rd|th)?")


def add_months(anchor: date, months: int) -> date:
    """Return the same day ``months`` later, or the last day of a shorter month: 31 January + 1 is 28 or 29 February."""
    return anchor + relativedelta(months=months)


def next_in_series(anchor: date, every_months: int, after: date) -> date:
    """Return the first date ``anchor + n × every_months`` (n ≥ 1) later than ``after``.

    Counts from the anchor, so that 31 January + 1 month is 28 February and + 2 is 31 March. ``every_months`` must be at
    least 1.
    """
    if every_months < 1:
        raise ValueError("every_months must be at least 1")
    elapsed = (after.year - anchor.year) * 12 + after.month - anchor.month
    steps = max(1, elapsed // every_months)
    while add_months(anchor, steps * every_months) <= after:
        steps += 1
    return add_months(anchor, steps * every_months)


def read_day(text: str) -> date | None:
    """Return the day in a text: in figures, the year or the day first, or with a Dutch or English month as a word.

    A time behind it is left out. Returns None for a year of two figures, for the month first in figures (3/31/2024),
    and for any other text.
    """
    text = " ".join(text.split())
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found[1], found[3], found[4]
    elif found := _WITHOUT_MARKS.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        year, month, day = found[4], found[3], found[1]
    else:
        return _day_in_words(text)
    return _day(int(year), int(month), int(day))


def _day_in_words(text: str) -> date | None:
    """Return the day for “1 maart 2024”, “vrijdag 1 mrt. 2024”, “March 1st, 2024”."""
    words = fold(text).split()
    if len(words) == 4 and words[0] in _names("days"):
        del words[0]
    if len(words) != 3:
        return None
    months = _names("months")
    first, second, year = words
    month, day = (months[first], second) if first in months else (months.get(second, 0), first)
    found = _DAY_OF_MONTH.fullmatch(day)
    return _day(int(year), month, int(found[1])) if found and re.fullmatch(r"\d{4}", year) else None


@cache
def _names(of: str) -> dict[str, int]:
    """Return the number of each month, or day of the week, by its Dutch and English names and their abbreviations."""
    names = {"sept": 9} if of == "months" else {}
    for language in ("nl", "en"):
        for width in ("wide", "abbreviated"):
            names |= {fold(name): number for number, name in getattr(Locale(language), of)["format"][width].items()}
    return names


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
