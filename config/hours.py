"""Hours of the day as settings give them."""

import re

from django.core.exceptions import ImproperlyConfigured

_HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?", re.ASCII)
MINUTES_OF_A_DAY = 24 * 60


def parse_hours(text: str) -> tuple[int, int]:
    """Return begin and end in minutes after midnight of a text such as ``8-20`` or ``08:30-17:30``.

    Raises ImproperlyConfigured for any other text, and for an end that is not after the begin.
    """
    found = _HOURS.fullmatch(text.strip())
    if found:
        begin_hour, begin_minute, end_hour, end_minute = (int(part or 0) for part in found.groups())
        begin, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
        if max(begin_minute, end_minute) < 60 and begin < end <= MINUTES_OF_A_DAY:
            return begin, end
    raise ImproperlyConfigured(f"MAIL_HOURS: {text!r} is not a part of a day such as 8-20 or 08:30-17:30")
