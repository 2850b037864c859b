import os
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, beat_init, celeryd_init, worker_init

from config.processes import end_with_parent
from config.startup import load_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("samenspel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_configure.connect
def refuse_unsafe_settings(**kwargs: Any) -> None:
    """Load the settings before Celery does; end the process with one line when they are refused."""
    load_settings()


@celeryd_init.connect
@beat_init.connect
def keep_files_private(**kwargs: Any) -> None:
    """Make the files of worker and beat (queue, schedule) readable for their own account only."""
    os.umask(0o077)


@worker_init.connect
@beat_init.connect
def refuse_old_database(**kwargs: Any) -> None:
    """End worker and beat with one line when the database waits for migrations of this version."""
    from config.versions import refuse_waiting_migrations

    refuse_waiting_migrations()


@celeryd_init.connect
def end_with_the_run(**kwargs: Any) -> None:
    """Let the worker of `make run` end with the run, also when that was killed."""
    end_with_parent()


@beat_embedded_init.connect
def end_with_the_worker(**kwargs: Any) -> None:
    """Let a beat inside a worker, which is a process of its own, end with that worker, also when that was killed."""
    end_with_parent(os.getppid())


@beat_init.connect
def first_heartbeat(**kwargs: Any) -> None:
    """Send a heartbeat when beat starts; its schedule would send the first one half a minute later."""
    from notifications.tasks import record_heartbeat

    record_heartbeat.apply_async(expires=30)
