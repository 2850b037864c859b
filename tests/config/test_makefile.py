"""Installation by the Makefile, in a copy of it: the planned commands, and two runs that wait for each other."""

import fcntl
import os
import subprocess
from pathlib import Path

import pytest

from tests.processes import ROOT

INSTALLED = (".venv/uv.done", ".venv/base.done", ".venv/dev.done", "node_modules/.done")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder in which all is installed; its Python only prints its arguments."""
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
    """Run make as from a terminal, even when these tests were started by make."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.Popen(
        ["make", *arguments], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def plan(folder: Path, target: str) -> str:
    """Return the commands that make would run for the target."""
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


@pytest.mark.parametrize("name", [".venv", "node_modules"])
def test_what_another_checkout_installed_is_not_emptied(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "installed"
    (folder / name).rename(elsewhere)
    (folder / name).symlink_to(elsewhere)
    (folder / "requirements/uv.txt").touch()
    there = sorted(path.name for path in elsewhere.iterdir())

    refused = make(folder, "run")
    _, complaint = refused.communicate()

    assert refused.returncode == 2
    assert complaint.partition("*** ")[2] == (
        f"{name} is a link to another folder, which make would empty. Remove the link first: rm {name}.  Stop.\n"
    )
    assert sorted(path.name for path in elsewhere.iterdir()) == there


def test_two_that_start_together_install_one_after_the_other(folder: Path) -> None:
    with (folder / "Makefile").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = make(folder, "run")
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1)
    said, _ = second.communicate(timeout=30)

    assert said == "-m config.devserver\n"
