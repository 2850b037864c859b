"""One name, one thing: every model class stands in docs/glossary.md, and no class name means two things."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pghistory.models
import pytest
from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models import Model

GLOSSARY = settings.BASE_DIR / "docs" / "glossary.md"
# Class names that stand in several apps or modules, each with its reason.
ALLOWED = {
    "Command": "Django finds the class of a management command by this name",
    "Instrument": "the questionnaire as frozen data, and the row that stores it: one thing in two forms",
}


def own_apps() -> list[AppConfig]:
    return [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]


def own_models() -> list[type[Model]]:
    """Return the models of our apps, without event tables, which are named after the model that they record."""
    found = [model for app in own_apps() for model in app.get_models()]
    return [model for model in found if not issubclass(model, pghistory.models.Event)]


def names_by_row() -> list[list[str]]:
    """Return the class names in the last column of every row of the glossary's tables."""
    rows = [line.split("|") for line in GLOSSARY.read_text().splitlines() if line.count("|") == 5]
    return [re.findall(r"`(\w+)`", cells[4]) for cells in rows]


def places_of_classes() -> dict[str, list[str]]:
    """Return the modules in which each class of our apps is defined at the top level."""
    places = defaultdict(list)
    for app in own_apps():
        for path in sorted(Path(app.path).rglob("*.py")):
            if "migrations" not in path.parts:
                place = str(path.relative_to(settings.BASE_DIR))
                for node in ast.parse(path.read_text()).body:
                    if isinstance(node, ast.ClassDef):
                        places[node.name].append(place)
    return places


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_model_stands_in_the_glossary_once(model: type[Model]) -> None:
    times = [name for names in names_by_row() for name in names].count(model.__name__)
    assert times == 1, f"docs/glossary.md names {model.__name__} {times} times in its last columns"


def test_glossary_names_classes_that_exist() -> None:
    known = places_of_classes()
    assert [name for names in names_by_row() for name in names if name not in known] == []


def test_class_name_means_one_thing() -> None:
    twice = {name: places for name, places in places_of_classes().items() if len(places) > 1}
    assert {name: places for name, places in twice.items() if name not in ALLOWED} == {}
    assert ALLOWED.keys() - twice.keys() == set(), "no longer twice: take it off the list"
