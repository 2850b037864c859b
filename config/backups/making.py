"""Write a backup: all of the database at one moment, as a file of pg_dump."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import psycopg
from psycopg.sql import SQL, Literal

from config.backups.contents import counts
from config.backups.programs import BackupError, Programs, fitting, run
from config.versions import address, migrations_of, version, waiting

# Where a backup says which version made it: the comment on the table of migrations is a part of every dump.
LABEL = "Samenspel {}"


class Made(NamedTuple):
    """What a backup holds; its version is empty where the database waits for migrations of this one."""

    counts: dict[str, int]
    version: str
    server: str


def make(target: Path | None) -> Made:
    """Write a backup to a new file, or to the standard output for None; return its contents.

    People go on working meanwhile. The file has its name only once it is whole and was read back. Raises BackupError.
    """
    database = address()
    had = migrations_of(database)
    if not had:
        raise BackupError("there is nothing to keep: the database is empty")
    with psycopg.connect(**database) as reading:
        programs = fitting(reading.info.server_version // 10_000, database)
        is_current = not waiting(had)
        if is_current:
            label = SQL("COMMENT ON TABLE django_migrations IS {}").format(Literal(LABEL.format(version())))
            reading.execute(label)
            reading.commit()
        reading.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = reading.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = f"--snapshot={row[0] if row else ''}"
        with _opened(target, programs) as output:
            run(programs, "pg_dump", "--format=custom", snapshot, database=database, output=output)
            found = counts(reading)
        server = str(reading.info.server_version // 10_000)
    return Made(found, version() if is_current else "", server)


@contextmanager
def _opened(target: Path | None, programs: Programs) -> Iterator[IO[bytes]]:
    """Open the file under another name for its owner alone; read it back and name it at the end, or remove it."""
    if target is None:
        if sys.stdout.isatty():
            raise BackupError("a backup is no text: lead the output into a file")
        yield sys.stdout.buffer
        return
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        if os.path.lexists(target):
            raise FileExistsError(17, "there is a file of that name", str(target))
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        run(programs, "pg_restore", f"--file={os.devnull}", str(unfinished))
        # Unlike renaming this takes no file away that came meanwhile.
        os.link(unfinished, target)
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
