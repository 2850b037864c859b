"""Files under var/ are for our own account alone, and links planted there are not followed."""

import os
import runpy
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage

from config.broker import Channel
from config.celery import keep_files_private
from config.embedded_postgres import place
from config.embedded_postgres.server import EmbeddedServer
from config.mail import EmlBackend
from config.private_files import open_private, private_folder, write_private

OTHER = 12345


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """Set the most open umask that an operator may have."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_folders_are_made_and_kept_private(tmp_path: Path) -> None:
    private_folder(tmp_path / "a" / "b")
    assert [mode(tmp_path / "a"), mode(tmp_path / "a" / "b")] == [0o700, 0o700]
    (tmp_path / "open").mkdir(mode=0o777)
    private_folder(tmp_path / "open")
    assert mode(tmp_path / "open") & 0o076 == 0


def test_mail_queue_and_locks_are_private(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR, settings.MAIL_DIR = tmp_path, tmp_path / "mail"
    EmlBackend().send_messages([EmailMessage("A code", "123", "a@b.example", ["c@d.example"])])
    (mail,) = (tmp_path / "mail").iterdir()
    assert (mode(mail.parent), mode(mail)) == (0o700, 0o600)

    queue = private_folder(tmp_path / "queue")
    channel = Channel.__new__(Channel)
    channel.__dict__["data_folder_out"] = str(queue)
    channel._put("celery", {"body": "x"})
    assert [mode(path) for path in queue.iterdir()] == [0o600]

    server = EmbeddedServer(private_folder(tmp_path / "var") / "postgres")
    with server._exclusive():
        pass
    assert mode(tmp_path / "var" / "postgres.lock") == 0o600


def test_worker_beat_and_web_take_what_they_make_for_themselves() -> None:
    keep_files_private()
    assert os.umask(0) == 0o077
    assert runpy.run_path("config/gunicorn.py")["umask"] == 0o077


@pytest.mark.parametrize("open_", [lambda p: open_private(p, "a"), open_private, lambda p: write_private(p, b"x")])
def test_link_is_never_followed(open_: Callable[[Path], object], tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "run.lock").symlink_to(victim)
    with pytest.raises(OSError, match=r"run\.lock"):
        open_(tmp_path / "run.lock")
    assert victim.read_text() == "precious"
    (tmp_path / "folder").symlink_to(tmp_path)
    with pytest.raises(NotADirectoryError):
        private_folder(tmp_path / "folder")


def test_folder_or_file_of_another_account_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make files by the account of this test, and open them as another account."""
    theirs = tmp_path / "var"
    theirs.mkdir()
    (theirs / "run.lock").write_text("x")
    monkeypatch.setattr(os, "geteuid", lambda: OTHER)
    with pytest.raises(PermissionError):
        open_private(theirs / "run.lock", "a+")
    with pytest.raises(PermissionError):
        private_folder(theirs)
    assert (theirs / "run.lock").read_text() == "x"


def test_run_says_in_one_line_that_its_folder_is_a_link_in_a_shared_one(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "elsewhere").touch()
    (tmp_path / "var" / "run.lock").symlink_to(tmp_path / "elsewhere")
    environment = {**os.environ, "SAMENSPEL_VAR": str(tmp_path / "var")}
    command = [sys.executable, "-m", "config.devserver"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith(f"Samenspel: the folder {tmp_path}/var cannot be used (")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("plant", ["link", "folder of all", "file"])
def test_planted_folder_for_sockets_is_refused_and_left_as_it_was(
    plant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir(mode=0o1777)
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    data = tmp_path / ("x" * 120) / "postgres"
    folder = place.socket_folder(data)
    assert mode(folder) == 0o700
    folder.rmdir()

    victim = tmp_path / "victim"
    victim.mkdir(mode=0o755)
    if plant == "link":
        folder.symlink_to(victim)
    elif plant == "file":
        folder.touch()
    else:
        folder.mkdir(mode=0o777)
    before = victim.stat()
    with pytest.raises(PermissionError, match="belongs to somebody else"):
        place.socket_folder(data)
    assert (victim.stat().st_uid, victim.stat().st_mode) == (before.st_uid, before.st_mode)
