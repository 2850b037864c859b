"""Read a backup without any database: whether it is one, is whole, and fits this version."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from config.backups.programs import BackupError, newest, run
from config.versions import Key, unknown

MAGIC = b"PGDMP"
MIGRATIONS = "django_migrations"


class Backup(NamedTuple):
    """A file that was found whole, and of this version or an earlier one."""

    path: Path
    made_at: datetime | None
    # The versions of PostgreSQL: of the server that it comes from, and of the program that made it.
    server: int
    program: int
    version: str
    migrations: set[Key]


def read(path: Path) -> Backup:
    """Return what a file says about itself; raise BackupError, in one line, for one that cannot be restored here."""
    try:
        with path.open("rb") as file:
            is_dump = file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}") from error
    if not is_dump:
        raise BackupError(f"{path} is no backup; manage.py backup makes one, and so does pg_dump --format=custom")
    programs = newest()
    try:
        # All of it, without a database: what is damaged or cut off is found before anything is touched.
        run(programs, "pg_restore", f"--file={os.devnull}", str(path))
        about = run(programs, "pg_restore", "--list", str(path))
        rows = run(programs, "pg_restore", "--data-only", f"--table={MIGRATIONS}", "--file=-", str(path))
        schema = run(programs, "pg_restore", "--schema-only", "--file=-", str(path))
    except BackupError as error:
        raise BackupError(f"{path} is damaged, cut off or of a newer pg_dump ({error})") from error
    had = {(app, name) for app, name in re.findall(r"^\d+\t(\w+)\t(\w+)\t", rows, re.MULTILINE)}
    if ("partners", "0001_initial") not in had:
        raise BackupError(f"{path} holds a database that is not one of Samenspel")
    said = re.search(rf"^COMMENT ON TABLE public\.{MIGRATIONS} IS 'Samenspel ([^']+)';$", schema, re.MULTILINE)
    version = said[1] if said else ""
    if newer := unknown(had):
        of = f" ({version})" if version else ""
        raise BackupError(
            f"{path} was made by a newer version of Samenspel{of}: {'.'.join(newer[0])} is not in this one; restore it"
            " with that version"
        )
    return Backup(
        path=path,
        made_at=_made_at(about),
        server=_major(about, "Dumped from database version"),
        program=_major(about, "Dumped by pg_dump version"),
        version=version,
        migrations=had,
    )


def _major(about: str, label: str) -> int:
    found = re.search(rf"^;\s+{label}: (\d+)", about, re.MULTILINE)
    return int(found[1]) if found else 0


def _made_at(about: str) -> datetime | None:
    found = re.search(r"^; Archive created at (\d+-\d+-\d+ \d+:\d+:\d+)", about, re.MULTILINE)
    return datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) if found else None
