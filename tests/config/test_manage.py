import os
import subprocess
import sys

import pytest

from tests.partners.files import REAL_FILE


def manage(*arguments: str) -> "subprocess.CompletedProcess[str]":
    nowhere = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    return subprocess.run([sys.executable, "manage.py", *arguments], env=nowhere, capture_output=True, text=True)


@pytest.mark.parametrize(
    "command", [("run_due",), ("import_organisations", str(REAL_FILE)), ("seed_demo",), ("export_cycle", "1")]
)
def test_a_database_that_does_not_answer_gives_one_line(command: tuple[str, ...]) -> None:
    result = manage(*command)

    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("The database does not answer: ")
    assert "127.0.0.1" in result.stderr


def test_whoever_asks_for_it_sees_where_it_went_wrong() -> None:
    assert "Traceback" in manage("run_due", "--traceback").stderr
