from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from config.embedded_postgres.server import EmbeddedServer, EmbeddedServerError


@cache
def embedded_server(data: Path, throwaway: bool) -> EmbeddedServer:
    """Return the one server object of this process for the data folder."""
    return EmbeddedServer(data, throwaway=throwaway)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL backend on the embedded server, which starts with the first connection."""

    def get_connection_params(self) -> dict[str, Any]:
        try:
            server = embedded_server(settings.EMBEDDED_POSTGRES_DIR, settings.EMBEDDED_POSTGRES_THROWAWAY)
            address = server.attach()
        except EmbeddedServerError as error:
            raise OperationalError(str(error)) from error
        self.settings_dict.update(HOST=address.host, PORT=address.port, USER=address.user)
        return super().get_connection_params()
