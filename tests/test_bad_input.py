"""No typed or pasted text breaks a page or is saved by halves.

Every page of the project gets absurd queries and absurd forms, from a user with every permission.
"""

import re
from datetime import timedelta
from itertools import cycle
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlencode

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from assessments.actions import open_cycle
from collab.actions import plan_next_evaluation
from config.wsgi import application
from imports.models import FileImport
from tests.edits import seen_on
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
    assert (response.status_code, bool(re.search('result-count|data-table|id="results"', response.text))) == (200, True)


@pytest.fixture(scope="module")
def asked_on() -> dict[str, set[str]]:
    """Keep the questions of every page, by its name."""
    return {}


@pytest.mark.parametrize("value", ABSURD, ids=lambda value: repr(value[:12]))
def test_no_form_breaks_and_nothing_is_half_saved(
    value: str, world: World, client: Client, asked_on: dict[str, set[str]]
) -> None:
    """Fill all fields together: most forms refuse that and change nothing at all."""
    for name, row in TABLE.items():
        url = reverse(name, args=row.args(world))
        # The pages are opened for the first value only: for the others they are the same.
        if name not in asked_on:
            asked_on[name] = fields(client, url)
        absurd = dict.fromkeys(asked_on[name] | row.data(world).keys(), value)
        before = everything()
        with undone():
            status = client.post(url, absurd).status_code
            assert status in (200, 302, 400, 403, 404, 405, 413, 422) or name == "readyz", name
            if status in (413, 422):
                assert everything() == before, name


def fields(client: Client, url: str) -> set[str]:
    """Return the questions of the forms on a page."""
    with undone():
        page = client.get(url)
        text = page.text if page.get("Content-Type", "").startswith("text/html") else ""
        names = re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', text)
    return set(names) - {"csrfmiddlewaretoken"}


def everything() -> dict[str, int]:
    """Return the number of rows in every table."""
    tables = [name for name in connection.introspection.table_names() if name != Session._meta.db_table]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables))
        return dict(cursor.fetchall())


def test_far_away_day_is_refused_before_anything_is_counted_from_it(world: World, client: Client) -> None:
    """Type a wrong year, which would stop the jobs later, when the series of evaluations leaves the calendar."""
    url = reverse("collab:evaluation-update", args=[world.taalcafe.pk])
    for day, status in (("20266-01-01", 422), ("9999-12-31", 422), ("2199-12-31", 302)):
        assert outcome(client, "post", url, {"on": day, "seen": seen_on(client, url)}) == status
    plan_next_evaluation(actor=None, collaboration=world.taalcafe, on=world.today.replace(year=2199))
    open_cycle(actor=None, cycle=world.planned_cycle, today=world.today + timedelta(days=3))
    world.taalcafe.refresh_from_db()
    assert world.taalcafe.next_evaluation_on.year >= 2199


def test_goal_longer_than_can_be_searched_is_kept_whole(world: World, client: Client) -> None:
    goal = " ".join(f"goal{number}" for number in range(200_000))
    url = reverse("collab:collaboration-update", args=[world.taalhuis.pk])
    assert client.post(url, {"name": "Long", "shared_goal": goal, "seen": seen_on(client, url)}).status_code == 302
    world.taalhuis.refresh_from_db()
    assert world.taalhuis.shared_goal == goal


REFUSED = (400, 403, 404, 405, 413, 422, 429)
FORM = "application/x-www-form-urlencoded"
# NUL, half a character as some programs write it, a byte that is no UTF-8.
NOT_STORABLE = {"NUL": b"Aurora\0", "surrogate": b"Aurora\xed\xa0\x80", "no UTF-8": b"Aurora\xff"}


# What machines ask about health reads nothing of what is sent.
ASKED_BY_MACHINES = ("healthz", "readyz")
TAKING_FORMS = [
    name for name, row in TABLE.items() if set(row.post.split()) != {"405"} and name not in ASKED_BY_MACHINES
]


@pytest.mark.parametrize("name", TAKING_FORMS)
def test_character_that_cannot_be_stored_is_refused_in_every_field(name: str, world: World, client: Client) -> None:
    """Try each field of an honest form in turn, then all of them together, in place of honest values and beside them.

    The fields take turns with the kinds, each page beginning with another one: before a view sees a form every kind has
    become the same character, wherever it stood (``common.incoming.characters``). All fields together meet every kind.
    """
    kinds = cycle([*NOT_STORABLE, *NOT_STORABLE][TAKING_FORMS.index(name) % 3 :][:3])
    with undone():
        row = TABLE[name]
        url = reverse(name, args=row.args(world))
        honest = {key: as_list(value) for key, value in row.data(world).items() if not hasattr(value, "read")}
        asked = {**{key: [] for key in fields(client, url) or ["next"]}, **honest}
        forms = [{**honest, field: alone(honest.get(field, []), next(kinds))} for field in asked]
        together = [
            {field: stand(values, kind) for field, values in asked.items()}
            for kind in NOT_STORABLE
            for stand in (alone, beside)
        ]
        before = everything()
        for form in [*forms, *together]:
            response = client.generic("POST", url, encoded(form), FORM)
            assert response.status_code in REFUSED, (name, form)
        assert everything() == before


def alone(values: list[Any], kind: str) -> list[Any]:
    return [*values[:-1], NOT_STORABLE[kind]]


def beside(values: list[Any], kind: str) -> list[Any]:
    return [*values, NOT_STORABLE[kind]]


def as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def encoded(form: dict[str, list[Any]]) -> str:
    pairs = [(name, value) for name, values in form.items() for value in values]
    return "&".join(
        f"{quote(name)}={quote_from_bytes(value) if isinstance(value, bytes) else quote(str(value))}"
        for name, value in pairs
    )


def test_refusal_stands_beside_the_field_and_keeps_what_was_typed(world: World, client: Client) -> None:
    page = client.post(reverse("partners:organisation-create"), {"name": "Aurora\0", "city": "Tromsø"})
    assert page.status_code == 422
    error = re.search(r'<[^>]*id="id_name_error"[^>]*>(.*?)</', page.text, re.DOTALL)
    assert error is not None
    assert error[1].strip().removeprefix("<p>") == "This holds a character that cannot be stored. Type it again."
    assert "Tromsø" in page.text


def test_comment_that_cannot_be_stored_is_refused_beside_its_question(world: World) -> None:
    url = reverse("assessments:answer", args=[world.token])
    field = next(name for name in sorted(fields(Client(), url)) if name.startswith("comment"))
    with undone():
        page = Client(headers={"accept-language": "en"}).post(url, {field: "Aurora\0", "later": "1"})
    assert page.status_code == 422
    assert "Aurora" in page.text


@pytest.mark.parametrize("value", ["\0", "a\0b"])
def test_no_question_breaks_a_page_that_is_asked_several_times_over(value: str, world: World, client: Client) -> None:
    """Let the pages take turns with the character sets: all are read as UTF-8 before a page is found, as told below."""
    charsets = cycle(("utf-8", "utf-16", "unicode_escape"))
    for name in [name for name, row in TABLE.items() if row.get.split()[-1] == "200"]:
        url = reverse(name, args=TABLE[name].args(world))
        query = urlencode({key: ["1", value] for key in [*QUESTIONS, "columns", "do", "to", value]}, doseq=True)
        with undone():
            content_type = f"text/html; charset={next(charsets)}"
            response = client.generic("GET", url, QUERY_STRING=query, CONTENT_TYPE=content_type)
        assert response.status_code in (200, 302, 404), name


@pytest.mark.parametrize(
    "path", ["/e/%00/", "/e/a%00b/save/", "/partners/%00/", "/%00", "/accounts/%ED%A0%80/", "/%FF"]
)
def test_address_with_such_a_character_leads_nowhere(path: str, client: Client) -> None:
    for method in ("get", "post"):
        assert getattr(client, method)(path).status_code in (403, 404)


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "django_language", "messages", "theme"])
def test_cookie_with_such_a_character_is_no_cookie(name: str, world: World) -> None:
    for url in (reverse("account_login"), "/", reverse("assessments:answer", args=[world.token])):
        response = Client().get(url, headers={"cookie": f'{name}="aaaaaaaaaaaaaaaa\\000"'})
        assert response.status_code in (200, 302)


@pytest.mark.parametrize("body", ['{"a": "\\u0000"}', '{"a": ["x", "\\ud800"]}', '{"\\udfff": 1}'])
def test_json_with_such_a_character_is_refused(body: str, client: Client) -> None:
    for url in (reverse("partners:organisation-create"), reverse("account_login")):
        assert client.post(url, body, "application/json").status_code == 422


def test_name_of_a_file_is_kept_without_them(world: World, client: Client) -> None:
    file = SimpleUploadedFile("a\0b\u202e.csv", b"name\nAurora\n")
    with undone():
        assert client.post(reverse("imports:import-create"), {"file": file}).status_code == 302
        assert FileImport.objects.order_by("pk").last().file_name.isprintable()  # type: ignore[union-attr]


@pytest.mark.parametrize("charset", ["hex", "zlib", "rot13", "utf-7", "utf-16", "unicode_escape", "no-such-charset"])
def test_request_is_read_as_utf_8_whatever_it_calls_itself(charset: str) -> None:
    """Call the application as the web server does: Django's own client makes the request object elsewhere."""
    environ = RequestFactory()._base_environ(
        PATH_INFO="/healthz", QUERY_STRING="q=%C3%A9", CONTENT_TYPE=f"text/plain; charset={charset}"
    )
    statuses: list[str] = []
    application(environ, lambda status, headers, info=None: statuses.append(status))
    assert statuses == ["200 OK"]
