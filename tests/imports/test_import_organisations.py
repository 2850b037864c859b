"""The command."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import override

from partners.models import Organisation
from tests.data.registry_file import RegistryFile
from tests.imports.files import csv, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write a file with two new organisations, a refused row and remarks."""
    path = tmp_path / "partners.csv"
    path.write_bytes(csv(row(name="J√∂ckel AS"), row(orgId="2", country="QQ"), row(orgId="3", name="")))
    return path


def said(*arguments: object) -> str:
    out = StringIO()
    call_command("import_organisations", *map(str, arguments), stdout=out)
    return out.getvalue()


def report(*arguments: object) -> dict[str, Any]:
    return json.loads(said(*arguments, "--format", "json"))


REMARKS = [
    {"line": 1, "message": "Column numProjects is not imported."},
    {"line": 2, "message": "name “J√∂ckel AS” seems to have a broken encoding; it goes in as it is."},
    {"line": 3, "message": "country: “QQ” is not a country: write its name, or a code such as NL. It was left out."},
]


def test_report_as_json_has_the_agreed_keys(file: Path) -> None:
    assert report(file) == {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "refused": [{"line": 4, "reason": "name is empty."}],
        "warnings": REMARKS,
    }
    assert Organisation.objects.get(external_id="1").name == "J√∂ckel AS"


def test_report_speaks_one_language_whatever_people_see_on_screen(file: Path) -> None:
    with override("nl"):
        assert report(file)["warnings"] == REMARKS
        assert said(file, "--dry-run").splitlines()[1] == "Line 4 refused: name is empty."
        file.write_bytes(b"")
        with pytest.raises(CommandError, match="The file is empty"):
            said(file)


def test_second_run_changes_nothing(file: Path) -> None:
    said(file)

    again = report(file)

    assert (again["created"], again["updated"], again["unchanged"], len(again["refused"])) == (0, 0, 2, 1)


def test_dry_run_reports_the_same_and_writes_nothing(file: Path) -> None:
    dry = report(file, "--dry-run")

    assert not Organisation.objects.exists()
    assert dry == report(file)


def test_report_for_people_has_a_line_per_fact(file: Path) -> None:
    assert said(file, "--dry-run").splitlines() == [
        "Would have created 2, updated 0, unchanged 0, refused 1; 3 rows.",
        "Line 4 refused: name is empty.",
        "Line 1: Column numProjects is not imported.",
        "Line 2: name “J√∂ckel AS” seems to have a broken encoding; it goes in as it is.",
        "Line 3: country: “QQ” is not a country: write its name, or a code such as NL. It was left out.",
    ]


def test_long_report_for_people_says_how_many_warnings_are_left_out(
    published_list: RegistryFile, tmp_path: Path
) -> None:
    path = tmp_path / published_list.name
    path.write_bytes(published_list.data)

    lines = said(path, "--dry-run").splitlines()

    counts = f"created {published_list.imported}, updated 0, unchanged 0, refused 1; {published_list.rows} rows."
    assert lines[0] == f"Would have {counts}"
    assert len(lines) == 1 + 1 + 20 + 1
    assert lines[-1] == f"… and {published_list.remarks - 20} more warnings (all of them: --format json)"


def test_file_without_numbers_of_a_source_is_matched_in_another_way(tmp_path: Path) -> None:
    path = tmp_path / "partners.csv"
    path.write_bytes("Naam;Plaats;KvK\r\nCafé Noord;Groningen;12345678\r\nZuid;Sittard;\r\n".encode("cp1252"))

    assert json.loads(said(path, "--match-by", "name_city", "--format", "json"))["created"] == 2
    assert json.loads(said(path, "--match-by", "name_city", "--format", "json"))["unchanged"] == 2
    by_number = json.loads(said(path, "--match-by", "number", "--format", "json"))
    assert (by_number["unchanged"], [refusal["line"] for refusal in by_number["refused"]]) == (1, [3])

    path.write_text("naam\nNoord\n")
    with pytest.raises(CommandError, match=r"Line 1: these columns are missing: Registration number\.$"):
        said(path, "--match-by", "number")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file or directory"),
        (b"", "The file is empty."),
        (b"orgId,name\n", "The file has a line with column names and no rows below it."),
        (b"name,city\nAurora,Oslo\n", "Line 1: these columns are missing: orgId."),
        (
            b"orgId,name,k\xf6nig\n" + "1,Jöckel,3\n".encode(),
            "Line 1 is not UTF-8 (byte 0xF6). Save the file as CSV (UTF-8) first.",
        ),
        (
            b"PK\x03\x04\0\0",
            "This file cannot be opened as XLSX. Open it in your spreadsheet program and save it anew.",
        ),
    ],
)
def test_file_that_cannot_be_read_is_one_line_with_what_and_where(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "partners.csv"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError) as error:
        said(path)

    assert str(error.value) == f"{path}: {message}"
    assert not Organisation.objects.exists()


def test_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"^{tmp_path}: Is a directory$"):
        said(tmp_path)


def test_name_that_is_no_name_is_refused() -> None:
    with pytest.raises(CommandError, match="null byte"):
        said("a\0b")
