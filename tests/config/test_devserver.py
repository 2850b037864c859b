import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from accounts.models import User
from collab.models import Collaboration
from config.devserver import (
    CannotRun,
    make_broker_folders,
    refuse_odd_port,
    refuse_other_version,
    seed_when_empty,
    wants_demo,
    welcome,
)
from portfolio.demo import COLLEAGUES
from tests.factories.accounts import AdministratorFactory

HOLD = """
import fcntl, sys
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def run(var: Path, port: object) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "SAMENSPEL_VAR": str(var), "PORT": str(port)}
    command = [sys.executable, "-m", "config.devserver"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def test_a_taken_port_gives_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run(tmp_path, port)

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        f"Samenspel: port {port} cannot be used (Address already in use); try: make run PORT={port + 1}\n"
    )


def test_a_second_run_in_the_same_folder_gives_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "run.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        first.stdout.readline()
        result = run(tmp_path, 8000)
        first.communicate()

    assert result.returncode == 1
    assert result.stderr == f"Samenspel: already running from this folder ({tmp_path}); stop that run first\n"


@pytest.mark.parametrize("port", ["", "0", "-1", "65536", "80a", "8e3", "８０００"])
def test_a_port_that_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(CannotRun, match=f"^PORT is a number from 1 to 65535, not “{port}”$"):
        refuse_odd_port(port)


def test_a_port_that_is_no_port_gives_one_line(tmp_path: Path) -> None:
    result = run(tmp_path / "var", "")

    assert result.returncode == 1
    assert result.stderr == "Samenspel: PORT is a number from 1 to 65535, not “”\n"
    assert not (tmp_path / "var").exists()


def test_a_folder_that_cannot_be_used_gives_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run(tmp_path / "file" / "var", 8000)

    assert result.returncode == 1
    assert result.stderr == f"Samenspel: the folder {tmp_path}/file/var cannot be used (Not a directory)\n"


def test_what_a_killed_worker_left_half_written_is_cleared(tmp_path: Path) -> None:
    control = tmp_path / "control"
    control.mkdir()
    (control / "celery.pidbox.exchange").touch()

    make_broker_folders(tmp_path)

    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == ["control", "queue"]


@pytest.mark.django_db
def test_data_of_another_version_gives_one_line() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("account", "0099_of_a_library")
    refuse_other_version()
    recorder.record_applied("partners", "0011_import_reading")

    with pytest.raises(CannotRun) as refused:
        refuse_other_version()

    assert str(refused.value) == (
        f"the data in {settings.VAR_DIR} was made by another version (partners.0011_import_reading is not in this one);"
        " run that version, or move the folder away"
    )


@pytest.mark.parametrize(("text", "wanted"), [("", True), ("yes", True), ("no", False)])
def test_demo_is_loaded_unless_it_is_not_wanted(text: str, wanted: bool) -> None:
    assert wants_demo(text) is wanted


@pytest.mark.parametrize("text", ["No", "0", "false", "none"])
def test_odd_word_about_the_demo_is_refused(text: str) -> None:
    with pytest.raises(CannotRun, match=f"^DEMO is yes or no, not “{text}”$"):
        wants_demo(text)


@pytest.mark.django_db
def test_demo_stays_out_of_a_database_that_somebody_began() -> None:
    """Begin with own data, and run again without saying so before the first collaboration."""
    AdministratorFactory()
    seed_when_empty()
    assert (User.objects.count(), Collaboration.objects.count()) == (1, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        ([], "It is empty. Open it on this machine, and it asks who you are and for which organisation;"),
        ([COLLEAGUES[0][0]], "  coordinator: coordinator@taalkracht.example"),
    ],
    ids=["empty", "demo"],
)
@override_settings(MAILS_STAY_HERE=True)
def test_run_says_how_to_begin_and_where_mails_are(accounts: list[str], said: str) -> None:
    for email in accounts:
        AdministratorFactory(email=email)
    lines = welcome().splitlines()
    assert said in lines
    assert f"Mails stay here: under Messages with their links, and as files in {settings.MAIL_DIR}." in lines


@pytest.mark.django_db
@override_settings(MAILS_STAY_HERE=False)
def test_run_on_own_data_names_no_accounts() -> None:
    AdministratorFactory(email="noor@zuid.example")
    assert welcome().splitlines() == ["", f"Samenspel runs on {settings.SITE_URL}", "Ctrl-C stops it."]
