"""The day and the hour at which tests run that are alone with the database."""

from datetime import datetime, time

from django.utils import timezone

TODAY = timezone.localdate()
NOON = datetime.combine(TODAY, time(12), timezone.get_default_timezone())
