"""What the list shows as a file."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.models import User
from common.spreadsheets import FORMULA_MARKS, csv_lines, guarded, write_xlsx
from partners.lists.views import exports
from tests.factories.accounts import ManagerFactory
from tests.factories.partners import OrganisationFactory, PartnerUserFactory, TagFactory, ThemeFactory

EXPORT = reverse("partners:organisation-export")
HEADINGS = ["Name", "City", "Country", "Kind", "Status", "Relation owner"]


def exported(client: Client, **query: Any) -> list[list[str]]:
    response = client.get(EXPORT, {"format": "csv", **query})
    return list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"), newline="")))


def workbook(client: Client, **query: Any) -> list[list[Any]]:
    response = client.get(EXPORT, {"format": "xlsx", **query})
    sheet = load_workbook(io.BytesIO(b"".join(response))).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def names(rows: list[list[str]]) -> list[str]:
    return [row[0] for row in rows[1:]]


@pytest.mark.django_db
def test_file_holds_what_the_list_shows(client: Client, coordinator: User) -> None:
    OrganisationFactory(name="Noord", city="Groningen", kind="library", relation_owner=coordinator)
    OrganisationFactory(name="Leeg", city="", country="", kind="other", status="archived")

    noord = ["Noord", "Groningen", "NL", "Library", "Active", "Anna"]
    assert exported(client) == [HEADINGS, noord]
    assert workbook(client) == [HEADINGS, noord]
    assert exported(client, status="all")[1] == ["Leeg", "", "", "Other", "Archived", ""]


@pytest.mark.django_db
def test_file_has_the_chosen_columns(client: Client, coordinator: User) -> None:
    organisation = OrganisationFactory(name="Noord", phone="+31 50 123", registration_number="12345678")
    organisation.tags.add(TagFactory(name="taal"), TagFactory(name="Jeugd"))
    organisation.themes.add(ThemeFactory(name="Werk"))

    rows = exported(client, columns=["tags", "themes", "phone", "number", "changed"])

    assert rows[0] == ["Name", "Tags", "Themes", "Phone", "Registration number", "Changed"]
    assert rows[1] == ["Noord", "Jeugd, taal", "Werk", "'+31 50 123", "12345678", date.today().isoformat()]
    assert workbook(client, columns=["phone"])[1] == ["Noord", "+31 50 123"]


@pytest.mark.django_db
def test_all_pages_in_the_order_of_the_list(client: Client, coordinator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_AT_ONCE", 7)
    for number in range(60):
        OrganisationFactory(name=f"Taal {number:02}", city=f"City {60 - number:02}")
    OrganisationFactory(name="Bureau Taal")

    assert names(exported(client, sort="-city", page=2))[:2] == ["Bureau Taal", "Taal 00"]
    assert len(exported(client)) == 62
    assert names(exported(client, q="taal"))[-1] == "Bureau Taal"


@pytest.mark.django_db
def test_ticked_ones_only(client: Client, coordinator: User) -> None:
    one, _two, three = (OrganisationFactory(name=name) for name in ("One", "Two", "Three"))

    assert names(exported(client, ids=[one.pk, three.pk])) == ["One", "Three"]
    assert names(exported(client, ids=[one.pk], all="1")) == ["One", "Three", "Two"]


@pytest.mark.django_db
def test_dutch_spreadsheets_expect_semicolons(client: Client, coordinator: User) -> None:
    coordinator.language = "nl"
    coordinator.save()
    OrganisationFactory(name="Noord; en Zuid")

    response = client.get(EXPORT, {"format": "csv"})
    text = b"".join(response).decode()

    assert text.startswith("\ufeff")
    assert '"Noord; en Zuid";Utrecht;NL;' in text
    assert f'{date.today().isoformat()}.csv"' in response.headers["Content-Disposition"]


@pytest.mark.django_db
def test_unknown_format_is_not_there(client: Client, coordinator: User) -> None:
    assert client.get(EXPORT, {"format": "pdf"}).status_code == 404


@pytest.mark.django_db
def test_managers_may_export(client: Client) -> None:
    client.force_login(ManagerFactory())
    OrganisationFactory(name="Noord")
    assert names(exported(client)) == ["Noord"]


@pytest.mark.django_db
def test_queries_do_not_grow_with_the_rows(client: Client, coordinator: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            exported(client, columns=["tags"])
        return len(captured)

    OrganisationFactory().tags.add(TagFactory())
    one = queries()
    for _n in range(3):
        OrganisationFactory().tags.add(TagFactory())
    assert queries() == one <= 12


@pytest.mark.parametrize("mark", FORMULA_MARKS, ids=repr)
def test_no_value_becomes_a_formula(mark: str) -> None:
    value = f"{mark}1+2"

    (_mark, line) = csv_lines([["safe", value]])
    assert next(csv.reader(io.StringIO(line.decode(), newline="")))[1] == f"'{value}"
    file = io.BytesIO()
    write_xlsx([["safe", value]], file, "Sheet")
    cell = load_workbook(file).active["B1"]
    assert cell.data_type == "s"
    assert str(cell.value).endswith("1+2")


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=5))
def test_csv_reads_back_as_it_was(rows: list[list[str]]) -> None:
    text = b"".join(csv_lines(rows, ";")).decode("utf-8-sig") if is_text(rows) else ""
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert read == ([[guarded(value) for value in row] for row in rows] if is_text(rows) else [])


def is_text(rows: list[list[str]]) -> bool:
    """Without halves of characters, which no database holds."""
    characters = "".join(value for row in rows for value in row)
    return not any("\ud800" <= character <= "\udfff" or character == "\0" for character in characters)


@pytest.mark.django_db
def test_only_colleagues_export(client: Client) -> None:
    assert client.get(EXPORT).status_code == 302
    client.force_login(PartnerUserFactory())
    assert client.get(EXPORT).status_code == 403
