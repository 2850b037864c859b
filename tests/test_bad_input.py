"""Whatever somebody types or pastes, no page breaks, and nothing of it is half saved.

Every page of the project is asked with absurd questions and sent absurd forms, by somebody who may do everything.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from assessments.actions import open_cycle
from collab.actions import plan_next_evaluation
from tests.permission_table import TABLE
from tests.world import World, undone

pytestmark = pytest.mark.django_db
MANY_WORDS = " ".join(f"w{number}" for number in range(40_000))
MANY_FIGURES = "9" * 5000
ABSURD = [
    "\0",
    "a\0b",
    "x" * 5000,
    MANY_WORDS,
    MANY_FIGURES,
    "99999999999999999999",
    "9999-12-31",
    "0001-01-01T00:00:00+23:59",
    "٣",
    "http://[::1",
    "%(x)s' & | !c:* (",
]
QUESTIONS = [
    "page",
    "sort",
    "q",
    "stage",
    "needs",
    "partner",
    "kind",
    "tag",
    "theme",
    "owner",
    "role",
    "contact",
    "partners",
    "organisation",
    "kept",
    "collaboration",
    "next",
]


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world.users["administrator"])
    return client


def outcome(client: Client, method: str, url: str, data: dict[str, Any]) -> int:
    with undone():
        return int(getattr(client, method)(url, data).status_code)


@pytest.mark.parametrize("value", ABSURD, ids=lambda value: repr(value[:12]))
def test_no_question_breaks_a_page(value: str, world: World, client: Client) -> None:
    for name in [name for name, row in TABLE.items() if row.get.split()[-1] == "200"]:
        url = reverse(name, args=TABLE[name].args(world))
        assert outcome(client, "get", url, dict.fromkeys(QUESTIONS, value)) in (200, 302, 404), name
    picker = {"name": "partners", "partners_search": value, "partners": value, "collaboration": value}
    assert outcome(client, "get", reverse("collab:organisation-picker"), picker) in (200, 404)


@pytest.mark.parametrize("page", ["999999999999", "-1", "0", "x", MANY_FIGURES])
@pytest.mark.parametrize("name", [name for name in TABLE if name.endswith("-list")])
def test_page_that_is_not_there_gives_one_that_is(name: str, page: str, world: World, client: Client) -> None:
    response = client.get(reverse(name), {"page": page, "sort": "nonsense"})
    assert (response.status_code, "result-count" in response.text or "data-table" in response.text) == (200, True)


@pytest.mark.parametrize("value", ABSURD, ids=lambda value: repr(value[:12]))
def test_no_form_breaks_and_nothing_is_half_saved(value: str, world: World, client: Client) -> None:
    """All fields at once: most forms refuse that and change nothing at all."""
    for name, row in TABLE.items():
        url = reverse(name, args=row.args(world))
        absurd = dict.fromkeys(fields(client, url) | row.data(world).keys(), value)
        before = everything()
        with undone():
            status = client.post(url, absurd).status_code
            assert status in (200, 302, 400, 403, 404, 405, 422), name
            if status == 422:
                assert everything() == before, name


def fields(client: Client, url: str) -> set[str]:
    """What the forms of a page ask for."""
    with undone():
        names = re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', client.get(url).text)
    return set(names) - {"csrfmiddlewaretoken"}


def everything() -> dict[str, int]:
    """How many rows every table holds."""
    tables = [name for name in connection.introspection.table_names() if name != Session._meta.db_table]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables))
        return dict(cursor.fetchall())


def test_far_away_day_is_refused_before_anything_is_counted_from_it(world: World, client: Client) -> None:
    """A slip in the year would stop the jobs much later, when the series of evaluations leaves the calendar."""
    url = reverse("collab:evaluation-update", args=[world.taalcafe.pk])
    for day, status in (("20266-01-01", 422), ("9999-12-31", 422), ("2199-12-31", 302)):
        assert outcome(client, "post", url, {"on": day}) == status
    plan_next_evaluation(actor=None, collaboration=world.taalcafe, on=world.today.replace(year=2199))
    open_cycle(actor=None, cycle=world.planned_cycle, today=world.today + timedelta(days=3))
    world.taalcafe.refresh_from_db()
    assert world.taalcafe.next_evaluation_on.year >= 2199


def test_goal_longer_than_can_be_searched_is_kept_whole(world: World, client: Client) -> None:
    goal = " ".join(f"goal{number}" for number in range(200_000))
    seen_at = world.taalhuis.updated_at.isoformat()
    url = reverse("collab:collaboration-update", args=[world.taalhuis.pk])
    assert client.post(url, {"name": "Long", "shared_goal": goal, "seen_at": seen_at}).status_code == 302
    world.taalhuis.refresh_from_db()
    assert world.taalhuis.shared_goal == goal
