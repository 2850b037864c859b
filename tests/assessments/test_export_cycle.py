"""An exported round scores to the figures that the page shows."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments.actions import close_cycle
from assessments.cycle_format import parse_cycle
from assessments.disclosure import disclosed_result
from assessments.instruments import load_instrument
from tests.factories.assessments import answer, closed_cycle, opened_cycle

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("mode", ["confidential", "open"])
def test_export_scores_to_what_is_on_screen(mode: str, tmp_path: Path) -> None:
    cycle = closed_cycle(host=(4, 4, 5, 3), partner=(2, 3, 3), mode=mode)
    path = tmp_path / "cycle.json"
    call_command("export_cycle", str(cycle.pk), output=path)
    exported = parse_cycle(path.read_bytes())
    assert disclosed_result(exported, load_instrument("seven_factors", 1)) == cycle.result
    assert [row["invited"] for row in json.loads(path.read_text())["organisations"]] == [4, 4]


def test_export_holds_no_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cycle = closed_cycle()
    call_command("export_cycle", str(cycle.pk))
    captured = capsys.readouterr()
    for invitation in cycle.invitations.select_related("contact"):
        assert invitation.contact.name not in captured.out
        assert invitation.contact.email not in captured.out
    assert "for administrators only" in captured.err


@pytest.mark.parametrize("mode", ["confidential", "open"])
def test_export_holds_no_words_that_were_taken_back(mode: str, capsys: pytest.CaptureFixture[str]) -> None:
    cycle = opened_cycle(mode=mode)
    item = "experience_use_lessons"
    for number, invitation in enumerate(cycle.invitations.all()):
        answer(invitation, 2, **{f"low:{item}": f"Said by {number}"})
    answer(invitation, 5, **{f"low:{item}": "Anna never answers"})
    close_cycle(actor=None, cycle=cycle)
    call_command("export_cycle", str(cycle.pk))
    exported = capsys.readouterr().out
    assert "Said by 0" in exported
    assert "Anna never answers" not in exported
    if mode == "confidential":
        assert "Anna never answers" not in str(list(cycle.responses.values_list("comments", flat=True)))


def test_export_refuses_what_is_not_there_or_not_closed() -> None:
    with pytest.raises(CommandError, match="there is no evaluation round 99999"):
        call_command("export_cycle", "99999", stdout=StringIO())
    cycle = opened_cycle()
    with pytest.raises(CommandError, match="is open: only a closed round can be exported"):
        call_command("export_cycle", str(cycle.pk), stdout=StringIO())


def test_export_to_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    cycle = closed_cycle()
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("export_cycle", str(cycle.pk), output=tmp_path / "nowhere" / "cycle.json")
