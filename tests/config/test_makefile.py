"""How the Makefile installs, in a copy of it: what it would do, and who waits for whom."""

import fcntl
import os
import subprocess
from pathlib import Path

import pytest

from tests.processes import ROOT

INSTALLED = (".venv/uv.done", ".venv/base.done", ".venv/dev.done", "node_modules/.done")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which everything has been installed; its Python only says what it was asked to run."""
    needed = ["Makefile", "package-lock.json", *(f"requirements/{name}.txt" for name in ("uv", "node", "base", "dev"))]
    for name in (*needed, *INSTALLED, ".venv/bin/python"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    (tmp_path / ".venv/bin/python").write_text("#!/bin/sh\necho $*\n")
    (tmp_path / ".venv/bin/python").chmod(0o755)
    for moment, name in enumerate((*needed, *INSTALLED), start=1_000_000_000):
        os.utime(tmp_path / name, (moment, moment))
    return tmp_path


def make(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Make as from a terminal, also when these tests were started by make themselves."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.Popen(["make", *arguments], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def plan(folder: Path, target: str) -> str:
    """The commands that make would run for the target."""
    said, _ = make(folder, "--dry-run", target).communicate()
    return said


@pytest.mark.parametrize("target", INSTALLED)
def test_what_is_installed_is_left_alone(folder: Path, target: str) -> None:
    assert plan(folder, target) == f"make: '{target}' is up to date.\n"


@pytest.mark.parametrize("target", INSTALLED)
def test_an_installation_that_was_broken_off_starts_from_nothing(folder: Path, target: str) -> None:
    (folder / ".venv/unfinished").touch()

    assert "-m venv --clear .venv" in plan(folder, target)
    assert "-r requirements/base.txt && rm .venv/unfinished" in plan(folder, ".venv/base.done")


def test_two_that_start_together_install_one_after_the_other(folder: Path) -> None:
    with (folder / "Makefile").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = make(folder, "run")
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1)
    said, _ = second.communicate(timeout=30)

    assert said == "-m config.devserver\n"
