import os
import subprocess
import sys
from pathlib import Path

import pytest


def manage(*arguments: str) -> "subprocess.CompletedProcess[str]":
    nowhere = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    return subprocess.run([sys.executable, "manage.py", *arguments], env=nowhere, capture_output=True, text=True)


@pytest.mark.parametrize(
    "command", [("run_due",), ("import_organisations", "{file}"), ("seed_demo",), ("export_cycle", "1")]
)
def test_a_database_that_does_not_answer_gives_one_line(command: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "organisations.csv"
    file.write_text("orgId,name\n1,Noord\n")

    result = manage(*(part.format(file=file) for part in command))

    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("The database does not answer: ")
    assert "127.0.0.1" in result.stderr


def test_whoever_asks_for_it_sees_where_it_went_wrong() -> None:
    assert "Traceback" in manage("run_due", "--traceback").stderr


def test_settings_of_this_machine_are_taken_when_none_are_named() -> None:
    known = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    result = subprocess.run(
        [sys.executable, "manage.py", "diffsettings"], env=known, capture_output=True, text=True, check=True
    )

    assert "SETTINGS_MODULE = 'config.settings.dev'" in result.stdout
