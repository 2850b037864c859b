"""An uploaded file is kept at once and opened by a job: no page waits for it, none opens it."""

import io
import logging
import subprocess
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from accounts.models import User
from audit.timeline import events_of
from common.actions import ActionRefused
from imports import actions, tasks
from imports.actions import previews, uploads
from imports.enums import ImportStatus
from imports.models import FileImport, ImportMapping
from imports.reading.opening import MAX_NAME
from imports.reports.preview import FilePreview
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.imports import FileImportFactory
from tests.imports.files import xlsx

pytestmark = pytest.mark.django_db
CREATE = reverse("imports:import-create")
DAY = date(2026, 1, 1)
DAMAGED = "This file cannot be opened as XLSX. Open it in your spreadsheet program and save it anew."


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing takes the jobs."""
    monkeypatch.setattr(tasks.run_import, "delay", lambda upload_id: None)


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **options: Any) -> None:
        raise AssertionError("a page opened the file")

    for module in (uploads, previews):
        monkeypatch.setattr(module, "read_preview" if module is uploads else "open_table", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)


def text(response: HttpResponse) -> str:
    return " ".join(unescape(response.content.decode()).split())


def uploaded(client: Client, data: bytes, name: str = "partners.xlsx") -> FileImport:
    response = client.post(CREATE, {"file": SimpleUploadedFile(name, data)})
    kept = FileImport.objects.latest("pk")
    assert (response.status_code, response["Location"]) == (302, at("detail", kept))
    return kept


def at(name: str, kept: FileImport) -> str:
    return reverse(f"imports:import-{name}", args=[kept.pk])


def poll(client: Client, kept: FileImport) -> HttpResponse:
    return client.get(at("detail", kept), headers={"HX-Request": "true", "HX-Target": "state"})


def book(**sheets: list[list[object]]) -> bytes:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize("data", [xlsx(["name"], ["Noord"]), b"PK\x03\x04 what is this", b"name\nNoord\n", b"\x81"])
@pytest.mark.usefixtures("no_worker", "no_process")
def test_no_page_opens_the_file(client: Client, coordinator: User, data: bytes) -> None:
    kept = uploaded(client, data)

    for name in ("detail", "columns"):
        page = client.get(at(name, kept), follow=True)
        assert "<h2>Being read</h2>" in text(page)
    assert 'hx-trigger="every 1s"' in text(page)
    assert "Is it ready?" in text(page)
    assert bytes(FileImport.objects.get().data) == data


@pytest.mark.usefixtures("no_worker")
def test_columns_page_is_made_of_what_was_kept(
    client: Client, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = uploaded(client, xlsx(["name", "city"], ["Noord", "Assen"]))
    assert "<h2>Being read</h2>" in text(poll(client, kept))
    tasks.run_import(kept.pk)

    assert poll(client, kept)["HX-Refresh"] == "true"
    monkeypatch.setattr(subprocess, "Popen", None)
    page = client.get(at("detail", kept), follow=True)
    assert page.redirect_chain == [(at("columns", kept), 302)]
    assert "What are these columns?" in text(page)
    assert ">Noord<" in text(page)
    form = page.context["form"]
    response = client.post(at("columns", kept), {name: form[name].value() for name in form.fields})
    assert response["Location"] == at("detail", kept)
    kept.refresh_from_db()
    assert (kept.status, kept.sheet, kept.fields) == (ImportStatus.CHECKING, "Partners", ["name", "city"])


def test_columns_page_reads_no_bytes_and_costs_few_queries(client: Client, coordinator: User) -> None:
    kept = uploaded(client, xlsx(["name", "city"], ["Noord", "Assen"]))
    with CaptureQueriesContext(connection) as captured:
        assert client.get(at("columns", kept)).status_code == 200
    assert not [query for query in captured if '"imports_fileimport"."data"' in query["sql"]]
    assert len(captured) <= 12


def test_every_sheet_is_kept_and_the_first_that_can_be_imported_is_shown(client: Client, coordinator: User) -> None:
    wide = [[f"c{n}" for n in range(101)], list(range(101))]
    kept = uploaded(client, book(Notes=[["remember"]], Wide=wide, One=[["name"], ["Noord"]], Two=[["Naam"], ["Zuid"]]))

    page = client.get(at("columns", kept))
    assert page.context["sheet"].name == "One"
    assert page.context["preview"].names == ["Notes", "Wide", "One", "Two"]
    assert ">Zuid<" in text(client.get(at("columns", kept), {"sheet": "Two"}))
    for sheet, why in (
        ("Notes", "Notes: The file has a line with column names and no rows below it."),
        ("Wide", "Wide: The file has 101 columns; at most 100 can be matched."),
    ):
        shown = client.get(at("columns", kept), {"sheet": sheet}, follow=True)
        assert shown.redirect_chain == [(at("columns", kept), 302)]
        assert why in text(shown)
        with pytest.raises(ActionRefused, match=why.partition(": ")[2]):
            actions.map_import(actor=coordinator, upload=kept, fields=["name"], key="name_city", sheet=sheet)
    actions.map_import(actor=coordinator, upload=kept, fields=["name"], key="name_city", sheet="Two")
    actions.check_import(upload_id=kept.pk)
    assert [row.name for row in kept.rows.all()] == ["Zuid"]


@pytest.mark.parametrize(
    ("data", "english", "dutch"),
    [
        (b" \n", "The file is empty.", "Het bestand is leeg."),
        (b"orgId,name\n", "The file has a line with column names and no rows below it.", "geen regels daaronder"),
        (b"PK\x03\x04\0", DAMAGED, "Dit bestand is niet te openen als XLSX."),
        (b"orgId,n\x81me\n1,", "Line 1 is not UTF-8 (byte 0x81). Save the file as CSV (UTF-8) first.", "Regel 1"),
        (b"%PDF-1.7", "This is a PDF file. Save it as CSV (UTF-8) first.", "Dit is een PDF-bestand."),
        (b",".join([b"c"] * 101) + b"\n" + b"," * 100, "The file has 101 columns; at most 100 can be matched.", "101"),
    ],
)
def test_file_that_cannot_be_read_says_why_in_the_language_of_the_reader(
    client: Client, coordinator: User, data: bytes, english: str, dutch: str
) -> None:
    kept = uploaded(client, data)

    page = text(client.get(at("detail", kept)))
    assert "<h2>This file cannot be read</h2>" in page
    assert english in page
    assert f'href="{CREATE}">Choose another file</a>' in page
    other = Client()
    other.force_login(CoordinatorFactory(language="nl"))
    assert dutch in text(other.get(at("detail", kept)))
    kept.refresh_from_db()
    assert (kept.status, bytes(kept.data), kept.file_preview) == (ImportStatus.UNREADABLE, b"", {})
    assert client.get(at("columns", kept))["Location"] == at("detail", kept)
    assert "hx-trigger" not in page


@pytest.mark.usefixtures("no_worker")
def test_file_that_no_worker_took_is_read_by_the_regular_job_once(client: Client, coordinator: User) -> None:
    kept = uploaded(client, b"name\nNoord\n")

    assert tasks.run_left_imports(DAY, True) == 1
    assert tasks.run_left_imports(DAY, False) == 1
    assert tasks.run_left_imports(DAY, False) == 0
    assert actions.read_import(upload_id=kept.pk) is False
    kept.refresh_from_db()
    assert kept.status == ImportStatus.MAPPING
    assert FilePreview.restored(kept.file_preview).sheet().header == ["name"]


@pytest.mark.usefixtures("no_worker")
def test_file_is_stopped_and_its_bytes_are_gone(client: Client, coordinator: User) -> None:
    kept = uploaded(client, b"name\nNoord\n")
    assert f'action="{at("cancel", kept)}"' in text(client.get(at("detail", kept)))
    assert f'action="{at("cancel", kept)}"' not in text(poll(client, kept))  # a button that is swapped loses its focus

    page = client.post(at("cancel", kept), follow=True)

    assert "<h2>Stopped</h2>" in text(page)
    assert poll(client, kept)["HX-Refresh"] == "true"
    assert actions.read_import(upload_id=kept.pk) is False
    kept.refresh_from_db()
    assert (kept.status, bytes(kept.data)) == (ImportStatus.CANCELLED, b"")
    stopped = events_of(kept).filter(pgh_context__metadata__label="imports.import_cancelled")
    assert stopped.get().status == ImportStatus.CANCELLED


BUSY = (ImportStatus.READING, ImportStatus.CHECKING)


@pytest.mark.parametrize("status", [status for status in ImportStatus if status not in BUSY])
def test_only_what_is_being_read_can_be_stopped(client: Client, coordinator: User, status: ImportStatus) -> None:
    kept = FileImportFactory(status=status)

    client.post(at("cancel", kept))

    kept.refresh_from_db()
    assert (kept.status, bytes(kept.data)) == (status, b"orgId,name\n1,Aurora\n")


def test_manager_stops_nothing() -> None:
    with pytest.raises(PermissionDenied):
        actions.cancel_import(actor=ManagerFactory(), upload=FileImportFactory())


@pytest.mark.parametrize("status", [ImportStatus.READING, ImportStatus.CHECKING])
def test_what_is_stopped_while_it_is_read_stays_stopped(status: ImportStatus, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = FileImportFactory(status=status, row=None)
    job, name, module = {
        ImportStatus.READING: (actions.read_import, "read_preview", uploads),
        ImportStatus.CHECKING: (actions.check_import, "open_table", previews),
    }[status]
    read = getattr(module, name)

    def stopped_meanwhile(*args: Any) -> Any:
        actions.cancel_import(actor=CoordinatorFactory(), upload=kept)
        return read(*args)

    monkeypatch.setattr(module, name, stopped_meanwhile)
    assert job(upload_id=kept.pk) is False
    kept.refresh_from_db()
    assert not kept.rows.exists()


@pytest.mark.usefixtures("no_worker")
def test_next_upload_stops_one_that_is_being_read(client: Client, coordinator: User) -> None:
    first = uploaded(client, b"name\nNoord\n")
    second = uploaded(client, b"name\nZuid\n")

    assert list(FileImport.objects.all()) == [second]
    assert actions.read_import(upload_id=first.pk) is False


@pytest.mark.usefixtures("no_worker")
def test_own_file_is_found_again_and_that_of_others_is_not_in_the_way(client: Client, coordinator: User) -> None:
    FileImportFactory(status=ImportStatus.READING, file_name="theirs.csv")
    kept = uploaded(client, b"name\nNoord\n", "mine.csv")

    page = text(client.get(CREATE))

    assert f'<a href="{at("detail", kept)}">mine.csv</a> · Being read' in page
    assert "theirs.csv" not in page


def test_reading_that_breaks_off_can_be_tried_again(
    client: Client, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(data: bytes) -> None:
        raise OSError("no space left")

    logging.disable(logging.CRITICAL)
    with monkeypatch.context() as broken:
        broken.setattr(uploads, "read_preview", fail)
        kept = uploaded(client, b"name\nNoord\n")
    logging.disable(logging.NOTSET)

    page = text(client.get(at("detail", kept)))
    assert "You can try again" in page
    assert at("columns", kept) not in page
    client.post(at("confirm", kept))
    kept.refresh_from_db()
    assert kept.status == ImportStatus.MAPPING


def test_what_is_kept_stays_small_however_long_the_names_are(coordinator: User) -> None:
    data = b"name," + b"x" * 1_000_000 + b"\nNoord," + b"y" * 1_000_000 + b"\n"
    kept = actions.upload_import(actor=coordinator, file_name="x.csv", data=data)
    actions.read_import(upload_id=kept.pk)
    kept.refresh_from_db()

    sheet = FilePreview.restored(kept.file_preview).sheet()
    assert [len(name) for name in sheet.header] == [4, MAX_NAME]
    actions.map_import(actor=coordinator, upload=kept, fields=["name", ""], key="name_city")
    actions.check_import(upload_id=kept.pk)
    assert [row.name for row in kept.rows.all()] == ["Noord"]
    assert len(str(ImportMapping.objects.get())) < 1000
