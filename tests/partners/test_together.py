"""One change to many organisations."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common.actions import ActionRefused
from partners.history import entries_of
from partners.lists import actions
from partners.lists.actions import bulk
from partners.models import Organisation, Tag
from tests.edits import send
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.partners import HostFactory, OrganisationFactory, TagFactory

pytestmark = pytest.mark.django_db
TOGETHER = reverse("partners:organisation-bulk")
LIST = reverse("partners:organisation-list")


@pytest.fixture
def three() -> list[Organisation]:
    return [OrganisationFactory(name=name, kind="library") for name in ("Noord", "Oost", "West")]


def everything() -> Any:
    return Organisation.objects.all()


def tags_of(organisation: Organisation) -> list[str]:
    return [tag.name for tag in organisation.tags.all()]


def carry_out(client: Client, do: str, value: Any, expected: int, **query: Any) -> Any:
    url = f"{TOGETHER}?{client.get(TOGETHER, {'do': do, **query}).request['QUERY_STRING']}"
    return send(client, url, {"value": value, "expected": expected}, follow=True)


# Actions


def test_tags_are_added_to_those_there_are(three: list[Organisation]) -> None:
    three[0].tags.add(TagFactory(name="Taal"))
    three[1].tags.add(TagFactory(name="Jeugd"))

    outcome = actions.tag_many(actor=CoordinatorFactory(), chosen=everything(), expected=3, tags=["taal", "Nieuw"])

    assert [tags_of(row) for row in three] == [["Nieuw", "Taal"], ["Jeugd", "Nieuw", "Taal"], ["Nieuw", "Taal"]]
    assert (outcome.changed, outcome.same) == (3, 0)


def test_tag_is_taken_off(three: list[Organisation]) -> None:
    tag = TagFactory(name="Taal")
    three[0].tags.add(tag, TagFactory(name="Jeugd"))

    outcome = actions.untag_many(actor=CoordinatorFactory(), chosen=everything(), expected=3, tag=tag)

    assert tags_of(three[0]) == ["Jeugd"]
    assert (outcome.changed, outcome.same) == (1, 2)


def test_owner_is_assigned_and_taken_away(three: list[Organisation]) -> None:
    anna = CoordinatorFactory(name="Anna")
    actions.set_owner_of_many(actor=anna, chosen=everything(), expected=3, owner=anna)
    assert set(everything().values_list("relation_owner__name", flat=True)) == {"Anna"}

    outcome = actions.set_owner_of_many(actor=anna, chosen=everything(), expected=3, owner=None)
    assert set(everything().values_list("relation_owner", flat=True)) == {None}
    assert outcome.changed == 3


def test_host_is_not_archived_and_the_others_are(three: list[Organisation]) -> None:
    HostFactory(name="Samen")

    outcome = actions.set_status_of_many(actor=CoordinatorFactory(), chosen=everything(), expected=4, status="archived")

    assert (outcome.changed, outcome.same) == (3, 0)
    assert outcome.refused == ["Samen is your own organisation and cannot be archived."]
    assert list(everything().exclude(status="archived").values_list("name", flat=True)) == ["Samen"]


def test_history_of_each_organisation_says_it_in_words(three: list[Organisation]) -> None:
    anna = CoordinatorFactory(name="Anna")
    actions.set_status_of_many(actor=anna, chosen=everything(), expected=3, status="former")
    actions.tag_many(actor=anna, chosen=everything(), expected=3, tags=["Taal"])

    for organisation in three:
        told = {entry.what: entry for entry in entries_of(organisation, 10) if entry.who == "Anna"}
        assert set(told) == {"Tag added, together with others", "Status changed, together with others"}
        (change,) = told["Status changed, together with others"].parts[0].changes
        assert (change.old, change.new) == ("Active", "Former")


def test_other_number_than_was_confirmed_changes_nothing(three: list[Organisation]) -> None:
    with pytest.raises(ActionRefused, match="there are 3 organisations now") as refused:
        actions.tag_many(actor=CoordinatorFactory(), chosen=everything(), expected=2, tags=["Taal"])

    assert refused.value.field == "expected"
    assert not Tag.objects.exists()


def test_nothing_and_too_many_are_refused(three: list[Organisation], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ActionRefused, match="no organisation"):
        actions.set_owner_of_many(actor=None, chosen=Organisation.objects.none(), expected=0, owner=None)
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    with pytest.raises(ActionRefused, match="At most 2"):
        actions.set_owner_of_many(actor=None, chosen=everything(), expected=3, owner=None)


def test_who_keeps_no_records_is_refused(three: list[Organisation]) -> None:
    with pytest.raises(PermissionDenied):
        actions.set_owner_of_many(actor=ManagerFactory(), chosen=everything(), expected=3, owner=None)


# Pages


def test_ticked_ones_change(client: Client, coordinator: User, three: list[Organisation]) -> None:
    response = carry_out(client, "tag", "Taal", 2, ids=[three[0].pk, three[2].pk], kind="library")

    assert [tags_of(row) for row in three] == [["Taal"], [], ["Taal"]]
    assert response.redirect_chain == [(f"{LIST}?kind=library", 302)]
    assert "2 organisations changed." in response.text


def test_page_says_how_many_and_which(client: Client, coordinator: User, three: list[Organisation]) -> None:
    OrganisationFactory(kind="company", name="Elsewhere")

    html = unescape(client.get(TOGETHER, {"do": "status", "all": "1", "kind": "library", "q": "t"}).text)

    assert "This is about 0" not in html
    html = " ".join(unescape(client.get(TOGETHER, {"do": "status", "all": "1", "kind": "library"}).text).split())
    assert "This is about 3 organisations." in html
    assert "Kind: Library" in html
    for name in ("Noord", "Oost", "West"):
        assert f"<li>{name}</li>" in html
    assert "Elsewhere" not in html


def test_registry_that_changed_meanwhile_is_said_and_asked_again(
    client: Client, coordinator: User, three: list[Organisation]
) -> None:
    response = carry_out(client, "status", "former", 2, all="1")

    assert response.status_code == 422
    assert "there are 3 organisations now" in response.text
    assert 'name="expected" value="3"' in response.text
    assert '<option value="former" selected>' in response.text
    assert not Organisation.objects.filter(status="former").exists()


@pytest.mark.parametrize(("do", "value"), [("tag", ""), ("untag", "0"), ("owner", "0"), ("status", "gone")])
def test_bad_value_is_said_beside_its_field(
    client: Client, coordinator: User, three: list[Organisation], do: str, value: str
) -> None:
    response = carry_out(client, do, value, 3, all="1")

    assert response.status_code == 422
    assert "value" in response.context["form"].errors


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"do": "tag"}, "Tick the organisations first."),
        ({"do": "tag", "ids": "x"}, "Tick the organisations first."),
        ({"do": "explode", "all": "1"}, "This cannot be done"),
    ],
)
def test_nothing_to_do_leads_back(
    client: Client, coordinator: User, three: list[Organisation], query: dict[str, str], message: str
) -> None:
    assert message in client.get(TOGETHER, query, follow=True).text


def test_host_is_named_in_the_result(client: Client, coordinator: User) -> None:
    HostFactory(name="Samen")
    OrganisationFactory(name="Noord")

    html = carry_out(client, "status", "archived", 2, all="1").text

    assert "1 organisation changed." in html
    assert "Samen is your own organisation and cannot be archived." in html


# Beside each other


@pytest.mark.parametrize(("to", "page"), [("compare", "identity:compare"), ("merge", "partners:merge")])
def test_two_that_are_ticked_stand_beside_each_other(
    client: Client, coordinator: User, three: list[Organisation], to: str, page: str
) -> None:
    keys = [row.pk for row in three]
    answer = client.get(reverse("partners:organisation-beside"), {"to": to, "ids": [keys[2], keys[0]]})
    assert answer.url == f"{reverse(page)}?organisation={keys[0]}&organisation={keys[2]}"


@pytest.mark.parametrize(
    ("to", "ticked", "told"),
    [("compare", 1, "Tick two to 6 organisations."), ("merge", 3, "Tick two organisations."), ("merge", 0, "Tick two")],
)
def test_fewer_or_more_than_fit_are_refused_and_stay_ticked(
    client: Client, coordinator: User, three: list[Organisation], to: str, ticked: int, told: str
) -> None:
    keys = [row.pk for row in three[:ticked]]
    page = client.get(reverse("partners:organisation-beside"), {"to": to, "ids": keys, "kind": "library"}, follow=True)
    assert told in page.text
    assert page.redirect_chain[-1][0] == "&".join([f"{LIST}?kind=library", *(f"ids={key}" for key in keys)])
    ticks = re.findall(r'name="ids"\s+value="(\d+)"[^>]* checked>', page.text)
    assert sorted(map(int, ticks)) == sorted(keys)


def test_managers_compare_too(client: Client) -> None:
    client.force_login(ManagerFactory())
    rows = OrganisationFactory.create_batch(2)
    query = {"to": "compare", "ids": [row.pk for row in rows]}
    assert client.get(reverse("partners:organisation-beside"), query, follow=True).status_code == 200
