import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import yaml

from config.embedded_postgres.server import Address, EmbeddedServer, EmbeddedServerError, ended, reason_in
from tests.processes import ROOT

# Another program that uses the server until its input ends.
OTHER_USER = """
import sys
import time
from pathlib import Path
from config.embedded_postgres.server import EmbeddedServer
EmbeddedServer(Path(sys.argv[1])).attach()
print("attached", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "postgres"


@pytest.fixture
def server(data: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(data)
    yield server
    server.detach()


def other_user(data: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", OTHER_USER, str(data)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def wait_until_attached(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "attached\n"


def connect(address: Address) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(host=address.host, port=address.port, user=address.user, dbname="samenspel")


def keep(address: Address) -> None:
    with connect(address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")


def ask(address: Address, question: str) -> object:
    with connect(address) as connection:
        row = connection.execute(question).fetchone()
        return row[0] if row else None


def postmaster(data: Path) -> psutil.Process:
    return psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))


def wait_until_gone(process: psutil.Process) -> None:
    while not ended(process):
        time.sleep(0.01)


def test_server_makes_its_folder_and_database(server: EmbeddedServer) -> None:
    address = server.attach()

    assert ask(address, "SELECT current_setting('server_version_num')::int / 10000") == 18
    assert ask(address, "SELECT lower('ÉÉN')") == "één"


def test_server_stops_with_its_last_user_and_keeps_the_data(server: EmbeddedServer, data: Path) -> None:
    keep(server.attach())
    first = postmaster(data)
    server.detach()

    assert ended(first)
    assert ask(server.attach(), "SELECT n FROM kept") == 7


def test_server_stays_while_another_process_uses_it(server: EmbeddedServer, data: Path) -> None:
    server.attach()
    with other_user(data) as other:
        wait_until_attached(other)
        server.detach()
        running = postmaster(data)
        assert running.is_running()

    assert ended(running)


def test_server_stops_although_another_user_was_killed(server: EmbeddedServer, data: Path) -> None:
    with other_user(data) as other:
        wait_until_attached(other)
        other.kill()
    server.attach()
    running = postmaster(data)
    server.detach()

    assert ended(running)


def test_server_comes_back_after_it_was_killed(server: EmbeddedServer, data: Path) -> None:
    keep(server.attach())
    killed = postmaster(data)
    killed.kill()
    wait_until_gone(killed)

    assert ask(server.attach(), "SELECT n FROM kept") == 7


def test_data_of_a_throwaway_server_is_kept_when_it_is_stopped_and_made_anew_when_it_was_killed(data: Path) -> None:
    server = EmbeddedServer(data, throwaway=True)
    keep(server.attach())
    server.detach()
    assert ask(server.attach(), "SELECT n FROM kept") == 7

    killed = postmaster(data)
    killed.kill()
    wait_until_gone(killed)
    assert ask(server.attach(), "SELECT to_regclass('kept')") is None
    server.detach()


@pytest.mark.parametrize(("throwaway", "waits"), [(False, "on"), (True, "off")], ids=["for good", "throwaway"])
def test_only_a_throwaway_server_does_not_wait_for_the_disk(data: Path, throwaway: bool, waits: str) -> None:
    server = EmbeddedServer(data, throwaway=throwaway)
    address = server.attach()
    found = [ask(address, f"SHOW {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")]
    server.detach()

    assert found == [waits] * 3


def test_server_whose_starter_was_killed_before_it_made_the_database_gets_one(
    server: EmbeddedServer, data: Path
) -> None:
    with other_user(data) as starter:
        wait_until_attached(starter)
        starter.kill()
    address = Address(host=str(data), port="5432")
    with psycopg.connect(host=address.host, port=address.port, user=address.user, autocommit=True) as connection:
        connection.execute("DROP DATABASE samenspel")

    assert ask(server.attach(), "SELECT 1") == 1


@pytest.mark.parametrize("left", ["", "no number\n", "\udcff\0\n", "{pid}\n/elsewhere\n1\n5432\n/tmp\n\n0 0\nready\n"])
def test_server_starts_over_a_stale_lock_file(server: EmbeddedServer, data: Path, left: str) -> None:
    server.attach()
    server.detach()
    (data / "postmaster.pid").write_text(left.format(pid=os.getpid()), errors="surrogateescape")

    assert ask(server.attach(), "SELECT 1") == 1


def test_server_moves_an_unfinished_folder_aside(server: EmbeddedServer, data: Path) -> None:
    (data / "base").mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")

    assert ask(server.attach(), "SELECT 1") == 1
    aside = next(data.parent.glob("postgres.unfinished-*"))
    assert [path.name for path in sorted(aside.iterdir())] == ["PG_VERSION", "base"]


def test_server_starts_over_a_broken_off_initialisation(server: EmbeddedServer, data: Path) -> None:
    (data.with_name("postgres.new") / "base").mkdir(parents=True)

    assert ask(server.attach(), "SELECT 1") == 1
    assert not data.with_name("postgres.new").exists()


def test_server_refuses_the_data_of_another_version(server: EmbeddedServer, data: Path) -> None:
    server.attach()
    server.detach()
    (data / "PG_VERSION").write_text("16\n")

    with pytest.raises(EmbeddedServerError) as refusal:
        server.attach()
    assert str(refusal.value) == f"{data} was made by PostgreSQL 16; this is PostgreSQL 18"


def test_server_that_cannot_start_says_why_at_once(server: EmbeddedServer, data: Path) -> None:
    server.attach()
    server.detach()
    (data / "postgresql.auto.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(EmbeddedServerError) as refusal:
        server.attach()
    assert "the embedded PostgreSQL did not start: " in str(refusal.value)
    assert "FATAL:  configuration file " in str(refusal.value)
    assert str(data.with_name("postgres.log")) in str(refusal.value)
    assert data.with_name("postgres.log").read_text().count("no_such_setting") == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (["LOG:  starting", "FATAL:  no space left", "LOG:  database system is shut down"], "FATAL:  no space left"),
        (["FATAL:  no space left", "FATAL:  the database system is starting up"], "FATAL:  no space left"),
        (["initdb: error: disk full", "initdb: removing contents"], "initdb: error: disk full"),
        (["Killed", ""], "Killed"),
    ],
)
def test_line_that_is_told_is_the_reason_and_not_the_last(said: list[str], reason: str, tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text("FATAL:  of an earlier day\n")
    before = log.stat().st_size
    with log.open("a") as more:
        more.write("\n".join(said))

    assert reason_in(log, before) == f"{reason} (see {log})"


def test_server_runs_in_a_folder_with_a_comma_in_its_name(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "work, ours" / "postgres")
    try:
        assert ask(server.attach(), "SELECT 1") == 1
    finally:
        server.detach()


def test_server_starts_once_for_processes_that_come_together(data: Path) -> None:
    users = [other_user(data) for _ in range(3)]
    for user in users:
        wait_until_attached(user)
    running = postmaster(data)
    for user in users:
        user.communicate()

    assert (data.with_name("postgres.log").read_text()).count("starting PostgreSQL") == 1
    assert ended(running)


def test_server_finds_room_for_its_socket_under_a_long_path(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("long" * 25) / "postgres")
    try:
        assert ask(server.attach(), "SELECT 1") == 1
    finally:
        server.detach()


def test_server_does_not_start_for_a_command_without_queries(tmp_path: Path) -> None:
    environment = {**os.environ, "SAMENSPEL_VAR": str(tmp_path / "var")}
    environment.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "manage.py", "check"], env=environment, check=True, capture_output=True)

    assert not (tmp_path / "var" / "postgres").exists()


def test_log_of_the_server_holds_nothing_that_was_typed(server: EmbeddedServer) -> None:
    address = server.attach()
    with connect(address) as connection:
        connection.execute("CREATE TEMPORARY TABLE typed (words text, CONSTRAINT is_short CHECK (length(words) < 9))")
        with pytest.raises(psycopg.Error) as refused:
            psycopg.ClientCursor(connection).execute("INSERT INTO typed VALUES (%s)", ["Nobody dares to say it"])
    assert "dares" in str(refused.value)
    log = server.log.read_text()
    assert "is_short" in log
    assert "dares" not in log


def test_server_of_the_compose_file_logs_as_little() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    assert services["postgres"]["command"] == "postgres -c log_min_error_statement=panic -c log_error_verbosity=terse"
