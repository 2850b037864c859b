"""Names stand where people look for them, with and without ICU in PostgreSQL."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model

from common.sorting import NameOrder
from partners.models import Contact, Tag, Theme
from tests.factories.partners import ContactFactory

SORTED = "Abel Ángel anton Çelik d’Hondt Doutzen Elise Émile Erik Øyvind Özlem Pim Σοφία".split()
OURS = [model for model in apps.get_models() if (Path(settings.BASE_DIR) / model._meta.app_label).is_dir()]
ON_NAME = re.compile(r"""order_by\([^)]*?(?<!NameOrder\()["']-?(\w+__)?name["']""")


@pytest.mark.django_db
def test_accents_capitals_and_apostrophes_count_for_nothing() -> None:
    for name in sorted(SORTED, key=hash):
        ContactFactory(name=name)
    assert list(Contact.objects.values_list("name", flat=True)) == SORTED


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Tag, Theme])
def test_words_stand_as_people_do(model: type[Model]) -> None:
    model._default_manager.bulk_create(model(name=name) for name in reversed(SORTED))
    assert list(model._default_manager.values_list("name", flat=True)) == SORTED


@pytest.mark.django_db
def test_accent_that_stands_apart_from_its_letter_counts_for_nothing() -> None:
    for name in ("Emiel", "E\u0301mile", "Emir"):
        ContactFactory(name=name)
    assert list(Contact.objects.values_list("name", flat=True)) == ["Emiel", "E\u0301mile", "Emir"]


def test_no_list_stands_in_the_order_of_bytes() -> None:
    of_models = [
        model.__name__ for model in OURS for by in model._meta.ordering if str(by).rpartition("__")[2] == "name"
    ]
    of_queries = [
        f"{path.relative_to(settings.BASE_DIR)}: {found.group()}"
        for app in {model._meta.app_label for model in OURS}
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
        for found in ON_NAME.finditer(path.read_text())
    ]
    assert of_models + of_queries == [], f"sort by {NameOrder.__name__}, or a sort column"
