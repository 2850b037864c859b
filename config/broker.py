"""Celery's queue in a folder, for one machine: Kombu's filesystem transport, with messages that appear whole."""

import os
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps

LONGEST_LOOK = 0.5


class Channel(filesystem.Channel):
    """A message gets its name when it is written to the end: Kombu's own lets a worker read half of one, and fall."""

    # Kombu's own classes call the second argument by different names.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{round(time.time() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        unfinished = Path(self.data_folder_out) / f"{name}.{os.getpid()}"
        unfinished.write_text(dumps(payload))
        unfinished.replace(unfinished.with_name(name))


class Transport(filesystem.Transport):
    Channel = Channel
    connection_errors = (*filesystem.Transport.connection_errors, OSError)
    polling_interval = 0.25

    def establish_connection(self) -> Any:
        """A folder needs no connection, but it has to be there; Kombu's own finds that out with the first message."""
        client: Any = self.client
        folder = Path(client.transport_options["data_folder_out"])
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(f"{folder} cannot be used")
        return super().establish_connection()

    # Kombu's own classes do not agree on what this takes.
    def drain_events(self, connection: Any, timeout: float | None = None) -> None:  # type: ignore[override]
        """Between two looks a worker sees that it has to stop: Kombu's own keeps it waiting for seconds."""
        super().drain_events(connection, timeout=timeout and min(timeout, LONGEST_LOOK))
