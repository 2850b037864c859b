"""Administrators rename, join and remove tags and themes."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit.timeline import Source, all_events, entries_for
from common.actions import ActionRefused
from partners.history import entries_of
from partners.lists.actions import save_view
from partners.models import Organisation, SavedView, Tag, Theme
from partners.words.actions import join_words, remove_word, rename_word
from partners.words.kinds import WORD_KINDS
from tests.edits import send
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory
from tests.factories.partners import OrganisationFactory

pytestmark = pytest.mark.django_db
TAGS, THEMES = WORD_KINDS["tags"], WORD_KINDS["themes"]
LIST = reverse("partners:word-list")


def tagged(*names: str) -> Organisation:
    organisation = OrganisationFactory()
    organisation.tags.set([Tag.objects.get_or_create(name=name)[0] for name in names])
    return organisation


def names_of(organisation: Organisation) -> list[str]:
    return list(organisation.tags.values_list("name", flat=True))


def page(name: str, word: Tag | Theme) -> str:
    return reverse(f"partners:word-{name}", args=["tags" if isinstance(word, Tag) else "themes", word.pk])


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(AdministratorFactory(language="en"))
    return client


def test_word_is_renamed_everywhere_and_history_says_so(administrator: Client) -> None:
    organisation = tagged("Vip")
    tag = Tag.objects.get(name="Vip")

    assert send(administrator, page("update", tag), {"name": " Close  partner "}).status_code == 302

    assert names_of(organisation) == ["Close partner"]
    [entry] = entries_for(Source(all_events(Tag).filter(pgh_label="update")))
    assert entry.what == "Tag or theme renamed"
    assert "Close partner" in administrator.get(LIST).text


@pytest.mark.parametrize("name", ["debts", "DEBTS", "  "])
def test_name_of_another_or_none_is_refused(name: str) -> None:
    tagged("debts", "money")

    with pytest.raises(ActionRefused) as refused:
        rename_word(actor=None, kind=TAGS, word=Tag.objects.get(name="money"), name=name)

    assert refused.value.field == "name"


def test_two_are_joined_into_one(administrator: Client) -> None:
    only_old, both, other = tagged("dept"), tagged("dept", "debts"), tagged("money")
    owner = CoordinatorFactory()
    dept, debts = Tag.objects.get(name="dept"), Tag.objects.get(name="debts")
    save_view(actor=owner, name="Debts", query=f"tag={dept.pk}&sort=name")

    asked = administrator.post(page("join", dept), {"into": debts.pk})
    assert "2 organisations have it." in asked.text
    assert "1 of them has “debts” already." in asked.text
    assert "1 saved view filters by it." in asked.text
    assert Tag.objects.count() == 3
    administrator.post(page("join", dept), {"into": debts.pk, "count": "2"})

    assert [names_of(row) for row in (only_old, both, other)] == [["debts"], ["debts"], ["money"]]
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["debts", "money"]
    assert SavedView.objects.get().query == f"tag={debts.pk}&sort=name"
    joined = next(entry for entry in entries_of(only_old, 10) if entry.what == "Two tags or themes joined")
    assert {(part.name, part.event) for part in joined.parts} == {
        ("Tag “dept”", "delete"),
        ("Tag “debts”", "insert"),
    }


def test_saved_view_keeps_its_other_words_when_two_are_joined_or_one_is_removed() -> None:
    tagged("dept", "debts", "money", "youth")
    dept, debts, money, youth = (Tag.objects.get(name=name).pk for name in ("dept", "debts", "money", "youth"))
    save_view(actor=CoordinatorFactory(), name="All", query=f"tag={dept}&tag={money}&tag={debts}&tag={youth}")

    join_words(actor=None, kind=TAGS, word=Tag.objects.get(pk=dept), into=Tag.objects.get(pk=debts), count=1)
    assert SavedView.objects.get().query == f"tag={debts}&tag={money}&tag={youth}"
    remove_word(actor=None, kind=TAGS, word=Tag.objects.get(pk=money), count=1)
    assert SavedView.objects.get().query == f"tag={debts}&tag={youth}"


def test_word_is_removed_with_the_number_that_was_confirmed(administrator: Client) -> None:
    organisation = tagged("needless", "kept")
    needless = Tag.objects.get(name="needless")
    save_view(actor=CoordinatorFactory(), name="Needless", query=f"kind=library&tag={needless.pk}")
    assert "1 organisation has it." in administrator.get(page("remove", needless)).text
    tagged("needless")

    again = administrator.post(page("remove", needless), {"count": "1"})
    assert "2 organisations have it." in again.text
    assert Tag.objects.filter(name="needless").exists()
    administrator.post(page("remove", needless), {"count": "2"})

    assert names_of(organisation) == ["kept"]
    assert SavedView.objects.get().query == "kind=library"
    assert "Tag or theme removed" in administrator.get(LIST).text


def test_themes_are_kept_the_same_way() -> None:
    organisation = OrganisationFactory()
    literacy, reading = (Theme.objects.create(name=name) for name in ("Literacy", "Reading"))
    organisation.themes.add(reading)

    join_words(actor=None, kind=THEMES, word=reading, into=literacy, count=1)
    assert [theme.name for theme in organisation.themes.all()] == ["Literacy"]
    remove_word(actor=None, kind=THEMES, word=literacy, count=1)
    assert not Theme.objects.exists()


def test_other_colleagues_do_not_see_it(client: Client) -> None:
    client.force_login(CoordinatorFactory())

    assert LIST not in client.get(reverse("partners:organisation-list")).text


def test_unknown_kind_is_not_there(administrator: Client) -> None:
    assert administrator.get(LIST, {"kind": "people"}).status_code == 404


def test_queries_do_not_grow_with_words(
    administrator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts: list[Any] = []
    for number in (1, 3):
        tagged(*(f"tag {number} {place}" for place in range(number)))
        with django_assert_max_num_queries(10) as queries:
            assert administrator.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
