import os
from typing import Any

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("samenspel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def first_heartbeat(**kwargs: Any) -> None:
    """Beat shows itself when it starts; on its schedule that would be half a minute later."""
    from notifications.tasks import record_heartbeat

    record_heartbeat.apply_async(expires=30)
