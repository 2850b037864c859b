"""Every kind of mail that any app sends."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from notifications import kinds, wanted

FOLDERS = sorted(folder for folder in (Path(settings.BASE_DIR) / "templates/emails").iterdir() if folder.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_kind_of_mail_has_a_name_a_subject_and_both_texts(folder: Path) -> None:
    assert folder.name in dict(kinds.choices())
    assert {file.name for file in folder.iterdir()} >= {"subject.txt", "body.txt", "body.html"}
    assert '{% extends "emails/base.html" %}' in (folder / "body.html").read_text()
    assert '{% extends "emails/base.txt" %}' in (folder / "body.txt").read_text()


def test_kind_of_mail_with_a_name_has_texts() -> None:
    assert sorted(kind for kind, _name in kinds.choices()) == [folder.name for folder in FOLDERS]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_kind_of_mail_is_asked_again_at_delivery(folder: Path) -> None:
    assert folder.name in wanted.checked_kinds(), "register it with notifications.wanted, in the app that owns the kind"


@pytest.mark.parametrize("name", ["body.txt", "body.html"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_forwarding_and_passing_on_are_told_in_one_place(folder: Path, name: str) -> None:
    words = (folder / name).read_text()
    assert "forward" not in words
    assert "pass it on" not in words, "include emails/link_is_yours.txt"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_colours_of_a_mail_have_a_name_for_dark(folder: Path) -> None:
    coloured = re.findall(r"<[^>]*color:#[^>]*>", (folder / "body.html").read_text())
    assert [tag for tag in coloured if 'class="m-' not in tag] == []
