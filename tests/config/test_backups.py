"""A backup comes back whole in a new database, or not at all; every file that is none is refused in one line."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg.sql import SQL, Identifier

from config.backups import programs
from config.backups.making import make
from config.backups.programs import BackupError, Programs, fitting, newest
from config.backups.reading import read
from config.backups.restoring import restore
from config.versions import address, version
from tests.processes import ROOT, database_url
from tests.upgrade.dump import DATABASES

pytestmark = pytest.mark.django_db
SENDS_NOTHING = "No mail and no reminder leaves this copy until manage.py resume_mail."


def databases() -> set[str]:
    """Return the databases of these tests that are on the server."""
    with psycopg.connect(**address()) as server:
        found = server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'restored\\_%%'").fetchall()
    return {name for (name,) in found}


def execute(statement: str, name: str, database: str = "") -> None:
    with psycopg.connect(**address(database), autocommit=True) as server:
        server.execute(SQL(statement).format(Identifier(name)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def backup_file(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a backup of the migrated test database."""
    path = tmp_path_factory.mktemp("backups") / "samenspel.dump"
    with django_db_blocker.unblock():
        make(path)
    return path


@pytest.fixture
def new_name() -> Iterator[str]:
    """Give the name of a database that is not there, and drop it afterwards."""
    name = f"restored_{os.getpid()}"
    yield name
    execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture
def empty(new_name: str) -> str:
    """Give the name of a database that holds nothing."""
    execute("CREATE DATABASE {} TEMPLATE template0", new_name)
    return new_name


def start_of_last_rows(whole: bytes | bytearray) -> int:
    """Return where the last compressed rows begin: a list of contents may follow, without which all comes back."""
    return whole.rindex(b"\x78\x9c")


def dumped(name: str, path: Path) -> Path:
    """Dump a database as it is."""
    with path.open("wb") as file:
        programs.run(newest(), "pg_dump", "--format=custom", database=address(name), output=file)
    return path


def manage(*command: str, database: str, **streams: Any) -> "subprocess.CompletedProcess[bytes]":
    url = database_url().replace(connection.settings_dict["NAME"], database)
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, **streams
    )


def test_a_backup_says_what_it_holds_and_is_for_its_owner_alone(backup_file: Path) -> None:
    backup = read(backup_file)

    assert backup.version == version()
    assert ("partners", "0001_initial") in backup.migrations
    assert backup.made_at is not None
    assert backup.made_at.tzinfo is UTC
    assert backup_file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backup_file.parent.iterdir()] == ["samenspel.dump"]


def test_a_backup_comes_back_in_a_new_database_that_sends_no_mail(backup_file: Path, new_name: str) -> None:
    restored = restore(read(backup_file), new_name)

    assert (restored.database, restored.waiting) == (new_name, [])
    assert restored.counts["organisations"] == 0
    with psycopg.connect(**address(new_name)) as reading:
        assert reading.execute("SELECT count(*) FROM auth_group").fetchone() == (3,)
        assert reading.execute("SELECT backup_made_at FROM notifications_mailpause").fetchone() == (
            read(backup_file).made_at,
        )
    assert databases() == {new_name}


def test_a_backup_goes_through_pipes_into_the_empty_database_of_the_settings(empty: str, tmp_path: Path) -> None:
    path = tmp_path / "samenspel.dump"
    with path.open("wb") as file:
        made = manage(
            "backup", "-", database=connection.settings_dict["NAME"], stdout=file, stderr=subprocess.PIPE, check=True
        )
    assert f"Backup of Samenspel {version()}, on PostgreSQL" in made.stderr.decode()

    with path.open("rb") as file:
        restored = manage("restore", "-", database=empty, stdin=file, stdout=subprocess.PIPE, check=True)

    lines = restored.stdout.decode().splitlines()
    assert lines[0].startswith(f"Restored into the database {empty}, from the backup of ")
    assert lines[0].endswith(f" by Samenspel {version()}:")
    assert "  organisations: 0" in lines
    assert lines[-2:] == ["Migrations to run: none", SENDS_NOTHING]


def test_a_backup_of_an_earlier_version_sends_no_mail_either_and_says_what_waits(empty: str, tmp_path: Path) -> None:
    with psycopg.connect(**address(empty), autocommit=True) as earlier:
        earlier.execute(gzip.decompress((DATABASES / "0.1.0.sql.gz").read_bytes()))
    backup = read(dumped(empty, tmp_path / "earlier.dump"))
    execute("DROP DATABASE {}", empty)

    restored = restore(backup, empty)

    assert backup.version == ""
    assert ("partners", "0003_sort_names") in restored.waiting
    assert restored.counts["organisations"] > 0
    with psycopg.connect(**address(empty)) as reading:
        assert reading.execute("SELECT count(*) FROM notifications_mailpause").fetchone() == (1,)


@pytest.mark.parametrize(
    "content",
    [b"", b"PGDM", b"-- PostgreSQL database dump", gzip.compress(b"PGDMP")],
    ids=["empty", "beginning of one", "dump as text", "packed"],
)
def test_a_file_that_is_no_backup_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=r"is no backup; manage[.]py backup makes one"):
        call_command("restore", str(path))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file or directory"):
        call_command("restore", str(tmp_path / "none"))


@pytest.mark.parametrize("part", [0.001, 0.2, 0.9, 1])
def test_a_file_that_was_cut_off_is_refused_before_anything_is_made(
    part: float, backup_file: Path, tmp_path: Path, new_name: str
) -> None:
    whole = backup_file.read_bytes()
    path = tmp_path / "cut.dump"
    path.write_bytes(whole[: int(start_of_last_rows(whole) * part)])

    with pytest.raises(CommandError, match=r"is damaged, cut off or of a newer pg_dump \(") as refusal:
        call_command("restore", str(path), "--database", new_name)

    assert "\n" not in str(refusal.value)
    assert databases() == set()


def test_a_damaged_file_is_refused(backup_file: Path, tmp_path: Path) -> None:
    """Change bytes in the rows of a table, which are compressed."""
    damaged = bytearray(backup_file.read_bytes())
    place = start_of_last_rows(damaged) + 12
    damaged[place : place + 4] = b"\xff\xff\xff\xff"
    path = tmp_path / "damaged.dump"
    path.write_bytes(damaged)

    with pytest.raises(CommandError, match="is damaged"):
        call_command("restore", str(path))


def test_a_file_that_fails_half_way_leaves_nothing_behind(backup_file: Path, tmp_path: Path, new_name: str) -> None:
    """Restore a file that breaks off after it was read."""
    whole = backup_file.read_bytes()
    path = tmp_path / "cut.dump"
    path.write_bytes(whole[: start_of_last_rows(whole)])

    with pytest.raises(BackupError):
        restore(read(backup_file)._replace(path=path), new_name)

    assert databases() == set()


def test_a_database_that_is_no_samenspel_is_refused(empty: str, tmp_path: Path) -> None:
    execute("CREATE TABLE {} (id integer)", "django_migrations", empty)

    with pytest.raises(BackupError, match="holds a database that is not one of Samenspel"):
        read(dumped(empty, tmp_path / "other.dump"))


def test_a_backup_of_a_newer_version_is_refused_by_name(backup_file: Path, new_name: str, tmp_path: Path) -> None:
    restore(read(backup_file), new_name)
    with psycopg.connect(**address(new_name)) as newer:
        newer.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('partners', '9999_later', now())")
        newer.execute("COMMENT ON TABLE django_migrations IS 'Samenspel 99.1'")

    with pytest.raises(BackupError, match=r"newer version of Samenspel \(99.1\): partners.9999_later is not in this"):
        read(dumped(new_name, tmp_path / "newer.dump"))


def test_a_database_that_holds_anything_is_left_alone(backup_file: Path, empty: str) -> None:
    with pytest.raises(CommandError, match=f"there is a database called {empty}"):
        call_command("restore", str(backup_file), "--database", empty)
    with pytest.raises(CommandError, match="is not empty; restore into a new one"):
        call_command("restore", str(backup_file))


def test_a_database_that_others_use_is_left_alone(backup_file: Path, empty: str) -> None:
    with psycopg.connect(**address(empty)):
        result = manage("restore", str(backup_file), database=empty, stderr=subprocess.PIPE)

    assert result.returncode == 1
    said = f"CommandError: others use the database {empty}: stop web, worker and beat first\n"
    assert result.stderr.decode() == said


@pytest.mark.parametrize("command", [["backup", "-"], ["restore", "FILE"], ["restore", "FILE", "--database", "new"]])
def test_a_server_that_does_not_answer_gives_one_line(command: list[str], backup_file: Path) -> None:
    arguments = [str(backup_file) if part == "FILE" else part for part in command]
    environment = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    result = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert result.returncode == 1
    assert result.stderr.startswith("CommandError: connection failed")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["Samenspel", "1st", "a b", "a" * 41, "x;y", "é"])
def test_an_odd_name_is_refused(name: str, backup_file: Path) -> None:
    with pytest.raises(CommandError, match="a name of a database has small letters"):
        call_command("restore", str(backup_file), "--database", name)


def test_a_backup_of_a_newer_server_is_refused(backup_file: Path, new_name: str) -> None:
    with pytest.raises(BackupError, match="comes from PostgreSQL 99, and the server is PostgreSQL"):
        restore(read(backup_file)._replace(server=99), new_name)

    assert databases() == set()


def test_a_backup_takes_no_file_away(tmp_path: Path) -> None:
    path = tmp_path / "samenspel.dump"
    path.write_text("the one of yesterday")

    with pytest.raises(CommandError, match="cannot be written: there is a file of that name"):
        call_command("backup", str(path))
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        call_command("backup", str(tmp_path / "none" / "samenspel.dump"))

    assert path.read_text() == "the one of yesterday"


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> str:
        raise BackupError("No space left on device")

    monkeypatch.setattr("config.backups.making.run", fail)

    with pytest.raises(CommandError, match="No space left on device"):
        call_command("backup", str(tmp_path / "samenspel.dump"))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a machine have the programs of its own version 15, and those that we bring along."""
    here = [(15, "system", True), (16, "ours16", False), (18, "ours18", False)]
    monkeypatch.setattr(programs, "installed", lambda: [Programs(major, Path(name), tls) for major, name, tls in here])


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(("server", "reads", "chosen"), [(15, 0, 15), (16, 0, 16), (17, 0, 18), (15, 18, 18)])
def test_the_oldest_programs_that_fit_are_taken(server: int, reads: int, chosen: int) -> None:
    assert fitting(server, {}, reads=reads).major == chosen


@pytest.mark.usefixtures("found")
def test_programs_that_are_older_than_the_server_are_refused_by_name() -> None:
    with pytest.raises(BackupError, match="server is PostgreSQL 19, and the newest pg_dump here is 18: install the"):
        fitting(19, {})
    with pytest.raises(BackupError, match="pg_dump here is 15 that can use TLS, which the connection asks for"):
        fitting(16, {"sslmode": "require"})


def test_a_machine_without_any_programs_but_ours_can_do_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "INSTALLED", Path("/nowhere"))
    monkeypatch.setenv("PATH", "/nowhere")

    assert [found.major for found in programs.installed()] == [16, 18]


def test_the_password_is_not_in_the_list_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def note(command: list[str], **options: Any) -> "subprocess.CompletedProcess[bytes]":
        seen.append((command, options["env"]["PGPASSWORD"]))
        return subprocess.CompletedProcess(command, 0, b"", b"")

    monkeypatch.setattr(subprocess, "run", note)
    programs.run(Programs(18, Path("bin"), True), "pg_dump", database={"host": "h", "password": "secret"})

    assert seen == [(["bin/pg_dump", "--dbname=host=h"], "secret")]


def test_the_moment_of_a_backup_is_that_of_the_world(backup_file: Path) -> None:
    """Compare with the clock of the machine: the programs of PostgreSQL know no other."""
    made_at = read(backup_file).made_at

    assert made_at is not None
    assert abs(made_at.timestamp() - backup_file.stat().st_mtime) < 600
