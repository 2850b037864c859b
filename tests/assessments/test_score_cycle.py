import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from assessments.cycle_format import dump_cycle
from assessments.disclosure import disclosed_result
from tests.assessments.cycles import INSTRUMENT, answers, cycle, data, flat

PEOPLE = {"org-1": [flat(4)] * 6, "org-2": [answers(3, 3, 2, None)] * 3}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.json"
    file.write_text(dump_cycle(cycle("confidential", PEOPLE)), encoding="utf-8")
    return file


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    raw = data("confidential", PEOPLE)
    raw["responses"][3]["answers"]["fit_know_goals"] = 7
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(raw), encoding="utf-8")
    return file


def test_score_cycle_prints_the_disclosed_result_on_one_line(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("score_cycle", str(good))
    out, err = capsys.readouterr()
    assert (out.count("\n"), err) == (1, "")
    assert json.loads(out) == disclosed_result(cycle("confidential", PEOPLE), INSTRUMENT)
    assert out.startswith('{"format": "samenspel-result/2", "respondents": 9, "invited": 18, "organisations": [')
    assert '"score": 3.3, "band": "discuss", "n": 9, "sd": 0.7, "views_differ": false, "dont_know": 0.08' in out


def test_score_cycle_scores_the_other_files_and_ends_with_two(
    good: Path, bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing, empty = tmp_path / "missing.json", tmp_path / "empty.json"
    empty.touch()
    with pytest.raises(SystemExit) as ended:
        call_command("score_cycle", str(good), str(bad), str(missing), str(empty), str(tmp_path), str(good))
    out, err = capsys.readouterr()
    assert ended.value.code == 2
    assert out.splitlines()[0] == out.splitlines()[1]
    assert len(out.splitlines()) == 2
    assert err.splitlines() == [
        f"{bad}: responses[3].answers.fit_know_goals: 7 is not 1–5",
        f"{missing}: file: No such file or directory",
        f"{empty}: file: is empty",
        f"{tmp_path}: file: Is a directory",
    ]


def changed(change: Callable[[dict[str, Any]], Any]) -> str:
    raw = data("confidential", PEOPLE)
    change(raw)
    return json.dumps(raw)


def set_answer(value: Any, item: str = "fit_know_goals") -> str:
    return changed(lambda raw: raw["responses"][3]["answers"].update({item: value}))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (set_answer(0), "responses[3].answers.fit_know_goals: 0 is not 1–5"),
        (set_answer(6), "responses[3].answers.fit_know_goals: 6 is not 1–5"),
        (set_answer(True), "responses[3].answers.fit_know_goals: true is not 1–5"),
        (set_answer(4.0), "responses[3].answers.fit_know_goals: 4.0 is not 1–5"),
        (set_answer(3.5), "responses[3].answers.fit_know_goals: 3.5 is not 1–5"),
        (set_answer("4"), 'responses[3].answers.fit_know_goals: "4" is not 1–5'),
        (set_answer(4, "fit_other"), "responses[3].answers.fit_other: is not an item of seven_factors version 1"),
        (
            changed(lambda raw: raw["responses"][0].update(organisation="org-9")),
            'responses[0].organisation: "org-9" is not an organisation of this cycle',
        ),
        (
            changed(lambda raw: raw["organisations"][1].update(key="org-1")),
            'organisations[1].key: "org-1" stands twice',
        ),
        (changed(lambda raw: raw.pop("mode")), "mode: is missing"),
        (changed(lambda raw: raw["responses"][2].pop("answers")), "responses[2].answers: is missing"),
        (changed(lambda raw: raw["organisations"][0].pop("invited")), "organisations[0].invited: is missing"),
        (changed(lambda raw: raw.update(mode="secret")), 'mode: "secret" is not confidential or open'),
        (
            changed(lambda raw: raw["instrument"].update(key="eight_factors")),
            'instrument: "eight_factors" version 1 is not known',
        ),
        (
            changed(lambda raw: raw["instrument"].update(version=99)),
            'instrument: "seven_factors" version 99 is not known',
        ),
        (
            changed(lambda raw: raw["responses"][0]["comments"].update({"low:fit_other": "x"})),
            "responses[0].comments.low:fit_other: is not a question that takes a comment",
        ),
        (changed(lambda raw: raw.update(format="samenspel-cycle/2")), 'format: "samenspel-cycle/2" is not'),
        ("{'mode'", "file: is not JSON (line 1, column 2)"),
    ],
)
def test_score_cycle_refuses_with_one_line_that_says_what_and_where(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, complaint: str
) -> None:
    file = tmp_path / "refused.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command("score_cycle", str(file), str(good))
    out, err = capsys.readouterr()
    assert ended.value.code == 2
    assert [json.loads(line)["respondents"] for line in out.splitlines()] == [9]
    (line,) = err.splitlines()
    assert line.startswith(f"{file}: {complaint}")


def test_score_cycle_prints_nothing_for_a_bad_file(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("score_cycle", str(bad))
    assert capsys.readouterr().out == ""


def test_score_cycle_keeps_to_one_line_whatever_the_comments_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    comment = "één\ntwee\u2028drie\x85vier\rvijf"
    file = tmp_path / "comments.json"
    file.write_text(dump_cycle(cycle("open", {"a": [flat(4)]}, [{"keep": comment}])), encoding="utf-8")
    call_command("score_cycle", str(file))
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["comments"] == {"keep": [comment]}
    assert "één" in line


def test_score_cycle_complains_on_one_line_whatever_the_name_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        call_command("score_cycle", f"{tmp_path}/two\nlines")
    assert capsys.readouterr().err == f"{tmp_path}/two\\nlines: file: No such file or directory\n"


def test_score_cycle_needs_no_database_and_no_utf_8_terminal(good: Path, bad: Path) -> None:
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "manage.py", "score_cycle", str(bad), str(good)],
        cwd=settings.BASE_DIR,
        env=os.environ | nowhere | {"DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
    )
    assert done.returncode == 2
    assert json.loads(done.stdout) == disclosed_result(cycle("confidential", PEOPLE), INSTRUMENT)
    assert done.stderr.decode() == f"{bad}: responses[3].answers.fit_know_goals: 7 is not 1\\u20135\n"
