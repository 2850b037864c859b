"""Celery's queue in a folder, for one machine: Kombu's filesystem transport, with messages that appear whole."""

import os
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps

from config.private_files import private_folder, write_private

LONGEST_LOOK = 0.5


class Channel(filesystem.Channel):
    """Channel that gives a message its name only once it is written completely.

    Kombu's own channel writes under the final name, so that a worker can read half a message and fail.
    """

    # Kombu's own classes call the second argument by different names.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{round(time.time() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        unfinished = Path(self.data_folder_out) / f"{name}.{os.getpid()}"
        write_private(unfinished, dumps(payload).encode())
        unfinished.replace(unfinished.with_name(name))


class Transport(filesystem.Transport):
    Channel = Channel
    connection_errors = (*filesystem.Transport.connection_errors, OSError)
    polling_interval = 0.25

    def establish_connection(self) -> Any:
        """Make the folder of the queue; raise PermissionError when it cannot be used.

        A folder needs no connection, but Kombu's own transport finds a missing folder only with the first message.
        """
        client: Any = self.client
        folder = Path(client.transport_options["data_folder_out"])
        private_folder(folder)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(f"{folder} cannot be used")
        return super().establish_connection()

    # Kombu's own classes do not agree on what this takes.
    def drain_events(self, connection: Any, timeout: float | None = None) -> None:  # type: ignore[override]
        """Wait for messages for at most ``LONGEST_LOOK`` seconds, so that a worker soon sees that it has to stop.

        Kombu's own transport keeps the worker waiting for seconds.
        """
        super().drain_events(connection, timeout=timeout and min(timeout, LONGEST_LOOK))
