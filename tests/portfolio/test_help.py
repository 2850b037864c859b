"""Help and the accessibility statement: on every page, for everybody, with the values of the installation."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from config.statement import parse_day, parse_status
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory
from tests.permission_table import TABLE
from tests.world import World

pytestmark = pytest.mark.django_db
HELP, STATEMENT = reverse("portfolio:help"), reverse("portfolio:accessibility")


def test_every_page_leads_to_help_and_the_statement(world: World) -> None:
    client = Client()
    client.force_login(world.users["administrator"])
    visitor = Client()
    without = []
    # A mail as it is read in a mail program is no page of ours.
    pages = {name: row for name, row in TABLE.items() if name != "assessments:cycle-preview-mail"}
    for name, row in pages.items():
        statuses = row.get.split()
        if "200" not in (statuses[0], statuses[-1]):
            continue
        browser = visitor if statuses[0] == "200" else client
        response = browser.get(reverse(name, args=row.args(world)))
        is_page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        if (
            is_page
            and "<html" in response.text
            and not all(f'href="{url}"' in response.text for url in (HELP, STATEMENT))
        ):
            without.append(name)
    assert without == []
    assert f'href="{HELP}"' in client.get("/not-there/").text


def test_help_desk_of_the_installation(settings: Any, client: Client) -> None:
    settings.HELP_NAME, settings.HELP_EMAIL = "Helga Desk", "help@samen.example"
    assert ("Helga Desk" in (page := client.get(HELP).text), 'href="mailto:help@samen.example"' in page) == (True, True)
    assert 'href="mailto:help@samen.example"' in client.get(STATEMENT).text


def test_without_a_help_desk_colleagues_see_administrators_and_visitors_nobody(client: Client) -> None:
    AdministratorFactory(name="Anne Admin", email="admin@samen.example")
    assert "admin@samen.example" not in client.get(HELP).text
    client.force_login(CoordinatorFactory())
    assert "admin@samen.example" in client.get(HELP).text


@pytest.mark.parametrize("path", [HELP, STATEMENT])
def test_few_queries(path: str, client: Client, django_assert_max_num_queries: Any) -> None:
    for _number in range(3):
        AdministratorFactory()
    client.force_login(CoordinatorFactory())
    with django_assert_max_num_queries(6):
        client.get(path)


def test_statement_of_the_installation(settings: Any, client: Client) -> None:
    settings.ACCESSIBILITY_ORGANISATION = "Gemeente Voorbeeld"
    settings.ACCESSIBILITY_STATUS, settings.ACCESSIBILITY_DATE = "B", date(2026, 11, 30)
    page = client.get(STATEMENT, headers={"Accept-Language": "nl"}).text
    assert "<bdi>Gemeente Voorbeeld</bdi> wil dat iedereen" in page
    assert "B: voldoet gedeeltelijk." in page
    assert "30 november 2026" in page


def test_values_that_cannot_be_read_stop_the_start() -> None:
    assert (parse_status(" b "), parse_status(""), parse_day("2026-11-30"), parse_day("")) == (
        "B",
        "",
        date(2026, 11, 30),
        None,
    )
    with pytest.raises(ImproperlyConfigured, match="ACCESSIBILITY_STATUS"):
        parse_status("F")
    with pytest.raises(ImproperlyConfigured, match="ACCESSIBILITY_DATE"):
        parse_day("30-11-2026")
