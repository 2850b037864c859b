import os
import socket
import subprocess
import sys
from pathlib import Path

HOLD = """
import fcntl, sys
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def run(var: Path, port: int) -> "subprocess.CompletedProcess[str]":
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
        result = run(tmp_path, 0)
        first.communicate()

    assert result.returncode == 1
    assert result.stderr == f"Samenspel: already running from this folder ({tmp_path}); stop that run first\n"
