"""A database per size, on the server in DATABASE_URL or else on the embedded one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Composable, Identifier

from config.embedded_postgres.server import EmbeddedServer

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server: its connection string, and the address of a database on it as the settings read it."""

    conninfo: str
    address: str

    def url(self, name: str) -> str:
        return self.address.format(name=name)

    def connect(self, size: int) -> psycopg.Connection:
        """Return a connection to the database of that size, for looking into it while or after it is used."""
        return psycopg.connect(make_conninfo(self.conninfo, dbname=_name(size)), autocommit=True)

    def has(self, name: str) -> bool:
        with psycopg.connect(self.conninfo) as connection:
            return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    def execute(self, statement: Composable) -> None:
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            connection.execute(statement)

    def version(self) -> str:
        with psycopg.connect(self.conninfo) as connection:
            return str(connection.info.server_version // 10_000)


def server() -> Server:
    """Return the server of the environment, or the embedded one, which stops when this process ends."""
    if url := os.environ.get("DATABASE_URL"):
        return Server(url, urlunsplit(urlsplit(url)._replace(path="/{name}")))
    folder = Path(os.environ.get("SAMENSPEL_VAR", ROOT / "var")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    place = EmbeddedServer(folder / "postgres").attach()
    conninfo = f"host='{place.host}' port={place.port} user={place.user} dbname=postgres"
    return Server(conninfo, f"postgres://{place.user}@/{place.host}/{{name}}")


@contextmanager
def database(on: Server, size: int, *, keep: bool) -> Iterator[str]:
    """Yield the address of an empty database, dropped at the end; with ``keep`` reuse and leave the kept one."""
    name = _name(size)
    drop = SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name))
    if not (keep and on.has(name)):
        on.execute(drop)
        on.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    try:
        yield on.url(name)
    finally:
        if not keep:
            on.execute(drop)


def _name(size: int) -> str:
    return f"samenspel_bench_{size}"
