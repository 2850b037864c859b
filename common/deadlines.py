"""Say in words how far a day is from today."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SOON_DAYS = 14


def due_text(day: date, today: date) -> str:
    """Return “31 days late”, “today”, “tomorrow”, “in 5 days”, “in 3 weeks”, “in 8 months” or “in 2 years”.

    Exact days when late; ahead in the unit people would use: days up to two weeks, weeks up to two months, months up to
    two years.
    """
    days = (day - today).days
    if days < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}
    if days < 2:
        return _("tomorrow") if days else _("today")
    if days <= SOON_DAYS:
        return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}
    if days < 60:
        weeks = round(days / 7)
        return ngettext("in %(count)d week", "in %(count)d weeks", weeks) % {"count": weeks}
    if days < 730:
        months = round(days / 30.44)
        return ngettext("in %(count)d month", "in %(count)d months", months) % {"count": months}
    years = round(days / 365.25)
    return ngettext("in %(count)d year", "in %(count)d years", years) % {"count": years}


def tone(day: date, today: date) -> str:
    """Return ``act`` when late, ``discuss`` within two weeks, else an empty text."""
    days = (day - today).days
    if days < 0:
        return "act"
    return "discuss" if days <= SOON_DAYS else ""
