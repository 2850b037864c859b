"""The hours in which mail leaves, unless a person is waiting for it."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

SATURDAY = 5


def is_daytime(now: datetime) -> bool:
    """Return whether mail may leave now: within ``MAIL_HOURS`` of the installation, on a day that is not quiet."""
    local = now.astimezone(timezone.get_default_timezone())
    begin, end = settings.MAIL_HOURS
    return not _is_quiet(local) and begin <= local.hour * 60 + local.minute < end


def next_daytime(now: datetime) -> datetime:
    """Return ``now`` when it is daytime, and otherwise the moment at which the next daytime begins."""
    if is_daytime(now):
        return now
    zone = timezone.get_default_timezone()
    begin, _end = settings.MAIL_HOURS
    day = now.astimezone(zone)
    while True:
        # By the clock on the wall: on the two days on which that jumps this is no multiple of 24 hours.
        start = datetime.combine(day.date(), time(begin // 60, begin % 60), tzinfo=zone)
        if not _is_quiet(start) and start.timestamp() > now.timestamp():
            return start
        day += timedelta(days=1)


def _is_quiet(local: datetime) -> bool:
    return bool(settings.MAIL_QUIET_WEEKENDS) and local.weekday() >= SATURDAY
