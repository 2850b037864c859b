from pathlib import Path

import pytest
from pytest_django import Settings

from notifications import jobs, kinds, links, recipients, reminders, wanted


@pytest.fixture(autouse=True)
def note_templates(settings: Settings) -> None:
    """Add a kind of mail called ``note``, which only tests send."""
    (engine,) = settings.TEMPLATES
    folders = [*engine["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = [{**engine, "DIRS": folders}]


@pytest.fixture(autouse=True)
def own_registers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty the registers, so that finders, jobs, links and kinds of the apps stay out of these tests."""
    monkeypatch.setattr(kinds, "_labels", {})
    monkeypatch.setattr(reminders, "_finders", [])
    monkeypatch.setattr(jobs, "_jobs", {})
    monkeypatch.setattr(links, "_minters", {})
    monkeypatch.setattr(recipients, "_resolvers", {})
    monkeypatch.setattr(wanted, "_checks", {})
