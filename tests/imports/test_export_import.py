"""A file that the list gave can be read back, and says what is there already."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from imports import actions
from imports.enums import RowOutcome
from imports.mapping.fields import guessed, usual_key
from imports.models import FileImport
from imports.reading.opening import read_preview
from imports.reports.report import ImportReport
from partners.lists.columns import COLUMNS
from partners.models import Organisation
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.partners import OrganisationFactory, TagFactory, ThemeFactory
from tests.imports.test_rows import imported, outcomes, reasons

pytestmark = pytest.mark.django_db


def read_back(client: Client, kind: str, language: str) -> FileImport:
    """Export the list with all columns, match them as the page proposes, and look at the preview."""
    client.cookies["django_language"] = language
    query = {"format": kind, "columns": list(COLUMNS), "status": "all"}
    data = b"".join(client.get(reverse("partners:organisation-export"), query, headers={"accept-language": language}))
    header = read_preview(data).sheet().header
    fields = guessed(header)
    assert [name for name, field in zip(header, fields, strict=True) if not field] == [header[-1]]  # when it changed
    coordinator = User.objects.get(email="coordinator@example.org")
    upload = actions.upload_import(actor=coordinator, file_name=f"partners.{kind}", data=data)
    actions.read_import(upload_id=upload.pk)
    actions.map_import(actor=coordinator, upload=upload, fields=fields, key=usual_key(fields))
    actions.check_import(upload_id=upload.pk)
    upload.refresh_from_db()
    return upload


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_everything_is_there_already(client: Client, kind: str, language: str) -> None:
    coordinator = CoordinatorFactory(email="coordinator@example.org", name="Sanne Visser", language=language)
    client.force_login(coordinator)
    gone = ManagerFactory(name="Gone Long Ago", is_active=False)
    rows: list[dict[str, Any]] = [
        {"name": "Library; North, “Old Town”", "kind": "library", "relation_owner": coordinator, "phone": "+31 50 1"},
        {"name": "=SUM(A1)", "city": "'s-Hertogenbosch", "country": "BE", "status": "former"},
        {"name": "'t Huis", "city": "", "country": "", "website": "https://huis.example/-=x", "relation_owner": gone},
        {"name": "@home", "country": "DE", "registration_number": "HRB 1234 B", "email": "info@home.example"},
        {"name": "-", "status": "archived", "kind": "higher_education", "registration_number": "01234567"},
    ]
    for row in rows:
        OrganisationFactory(**row)
    first = Organisation.objects.get(kind="library")
    first.tags.add(TagFactory(name="taal"), TagFactory(name="Jeugd & gezin"))
    first.themes.add(ThemeFactory(name="Werk"), ThemeFactory(name="Ouders"))

    with translation.override(language):
        upload = read_back(client, kind, language)

    assert reasons(upload) == {}
    assert {outcome for _line, outcome in outcomes(upload)} == {RowOutcome.UNCHANGED}
    assert len(outcomes(upload)) == len(rows)
    assert ImportReport.restored(upload.report).created == 0


def test_an_owner_is_meant_by_name_or_address() -> None:
    sanne, other = CoordinatorFactory(name="Sanne Visser"), CoordinatorFactory(name="Jan Jansen")
    CoordinatorFactory(name="jan jansen")
    text = f"name;owner\nA;sanne visser\nB;Jan Jansen\nC;{other.email.upper()}\nD;Nobody Here\nE;nobody@example.org\n"

    upload = imported(text, "name relation_owner")

    owners = {row.name: row.relation_owner for row in Organisation.objects.all()}
    assert owners == {"A": sanne, "B": None, "C": other, "D": None, "E": None}
    assert upload.report["warnings"] == [
        {"line": line, "message": f"owner: “{value}” {why} It was left out.", "column": "owner", "value": value}
        for line, value, why in (
            (3, "Jan Jansen", "can be any of 2 colleagues; write the e-mail address."),
            (5, "Nobody Here", "is not the name of a colleague."),
            (6, "nobody@example.org", "is not the address of a colleague."),
        )
    ]
