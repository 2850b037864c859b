import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.devserver import make_broker_folders

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
def test_a_port_that_is_no_port_gives_one_line(tmp_path: Path, port: str) -> None:
    result = run(tmp_path / "var", port)

    assert result.returncode == 1
    assert result.stderr == f"Samenspel: PORT is a number from 1 to 65535, not “{port}”\n"
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
