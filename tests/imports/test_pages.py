"""The import in the browser: upload, preview, confirm, result."""

import logging
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import User
from audit.timeline import entries_for
from imports import actions, tasks, views
from imports.enums import ImportStatus
from imports.forms import MAX_LINES, MAX_UPLOAD
from imports.models import FileImport
from partners.models import Organisation
from tests.data.registry_file import RegistryFile
from tests.factories.accounts import CoordinatorFactory, ManagerFactory
from tests.factories.collab import CollaborationFactory
from tests.factories.imports import FileImportFactory, ImportRowFactory
from tests.factories.partners import OrganisationFactory
from tests.imports.files import csv, row

pytestmark = pytest.mark.django_db
CREATE = reverse("imports:import-create")


def text(response: HttpResponse) -> str:
    return " ".join(unescape(response.content.decode()).split())


def upload(client: Client, data: bytes, name: str = "partners.csv") -> HttpResponse:
    return client.post(CREATE, {"file": SimpleUploadedFile(name, data)})


def matched(client: Client, uploaded: HttpResponse, **changes: str) -> HttpResponse:
    """Send the columns as the page proposes them."""
    page = client.get(uploaded["Location"], follow=True)
    form = page.context["form"]
    return client.post(page.request["PATH_INFO"], {**{name: form[name].value() for name in form.fields}, **changes})


def previewed(client: Client, data: bytes, name: str = "partners.csv", **changes: str) -> FileImport:
    """Return the file after its columns were matched."""
    assert matched(client, upload(client, data, name), **changes).status_code == 302
    return FileImport.objects.latest("pk")


def at(name: str, row: FileImport) -> str:
    return reverse(f"imports:{name}", args=[row.pk])


def test_page_offers_nothing_to_take_back_where_everything_stays(client: Client, coordinator: User) -> None:
    done = previewed(client, b"name;city\nNoord;Bergen\n")
    client.post(at("import-confirm", done))
    tasks.run_import(done.pk)
    url = at("import-undo", done)
    assert "Take back</button>" in text(client.get(url))

    Organisation.objects.update(city="Oslo")
    CollaborationFactory.create().participations.create(organisation=Organisation.objects.get(name="Noord"))
    page = text(client.get(url))
    assert "Nothing can be taken back." in page
    assert "Take back</button>" not in page
    assert "Back to the import</a>" in page


def test_upload_shows_what_it_would_do_and_changes_nothing(client: Client, coordinator: User) -> None:
    OrganisationFactory(external_id="1", name="AURORA AS", short_name="AUR", city="Bergen", country="NO")
    data = csv(row(), row(orgId="2", name="Berg"), row(orgId="3", name=""), row(orgId="4", name="J√∂ckel"))

    kept = previewed(client, data)
    page = text(client.get(at("import-detail", kept)))

    assert (kept.owner, kept.file_name, kept.status) == (coordinator, "partners.csv", ImportStatus.PREVIEW)
    assert bytes(kept.data) == data
    assert "Nothing has changed yet." in page
    for title, number in (("Rows", 4), ("New", 2), ("Changed", 1), ("The same", 0), ("Refused", 1)):
        assert f'<dt>{title}</dt><dd class="num">{number}</dd>' in page.replace("> <", "><")
    assert "name is empty." in page
    assert "<del>Bergen</del>" in page
    assert "<ins>OSLO</ins>" in page
    assert "Repair this 1 value" in page
    assert "<td>J√∂ckel</td><td>Jöckel</td>" in page
    assert Organisation.objects.get().city == "Bergen"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b"x" * (MAX_UPLOAD + 1), "The file is 20.0 MB; here at most 20 MB fits."),
        (b"\n" * (MAX_LINES + 1), "The file has more than 200000 lines. An operator can import larger files."),
    ],
)
def test_file_of_a_size_that_is_not_taken_is_refused_beside_the_field(
    client: Client, coordinator: User, data: bytes, message: str
) -> None:
    response = upload(client, data)

    assert response.status_code == 422
    assert message in text(response)
    assert list(response.context["form"].errors) == ["file"]
    assert not FileImport.objects.exists()


def test_no_file_is_asked_for(client: Client, coordinator: User) -> None:
    response = client.post(CREATE, {})

    assert response.status_code == 422
    assert response.context["form"].errors == {"file": ["Choose a file."]}


def test_next_upload_replaces_the_one_that_was_not_confirmed(client: Client, coordinator: User) -> None:
    somebody_elses = FileImportFactory()
    done = FileImportFactory(owner=coordinator, status=ImportStatus.DONE)
    upload(client, csv(row()), "first.csv")
    upload(client, csv(row()), "second.csv")

    second = FileImport.objects.first()
    assert second is not None
    assert second.file_name == "second.csv"
    assert set(FileImport.objects.all()) == {somebody_elses, done, second}


def test_confirmed_file_is_imported_and_the_result_stays(client: Client, coordinator: User) -> None:
    kept = previewed(client, csv(row(country="QQ"), row(orgId="2", name="")))

    response = client.post(at("import-confirm", kept))
    page = text(client.get(response["Location"]))

    assert Organisation.objects.get().name == "AURORA AS"
    kept.refresh_from_db()
    assert (kept.status, bytes(kept.data)) == (ImportStatus.DONE, b"")
    assert kept.finished_at is not None
    assert "The file is imported" in page
    assert '<dt>Rows</dt><dd class="num">2</dd>' in page.replace("> <", "><")
    assert "“QQ” is not a country: write its name, or a code such as NL. It was left out." in page
    assert "name is empty." in page
    assert "Import this file" not in page
    assert entries_for(Organisation.objects.get())[0].who == "Anna"
    assert "1 new, 0 changed, 1 refused" in text(client.get(CREATE))


def test_confirming_twice_is_confirming_once(client: Client, coordinator: User) -> None:
    kept = previewed(client, csv(row()))
    client.post(at("import-confirm", kept))
    Organisation.objects.update(name="Changed by hand since")

    response = client.post(at("import-confirm", kept))

    assert "This file was imported already." in text(client.get(response["Location"]))
    assert Organisation.objects.get().name == "Changed by hand since"


def test_looking_at_a_preview_imports_nothing(client: Client, coordinator: User) -> None:
    kept = FileImportFactory()

    assert client.get(at("import-confirm", kept)).status_code == 405
    client.get(at("import-detail", kept))
    assert not Organisation.objects.exists()


def test_result_tells_what_happened_not_what_was_foreseen(client: Client, coordinator: User) -> None:
    """Between preview and confirmation somebody else brought in the same organisation."""
    kept = previewed(client, csv(row()))
    actions.import_organisations(actor=None, data=csv(row()))

    client.post(at("import-confirm", kept))

    kept.refresh_from_db()
    assert (kept.report["created"], kept.report["unchanged"]) == (0, 1)


def test_waiting_page_asks_again_until_it_is_done(client: Client, coordinator: User) -> None:
    kept = FileImportFactory(status=ImportStatus.CONFIRMED)
    url = at("import-detail", kept)

    waiting = client.get(url, headers={"HX-Request": "true"})
    assert f'hx-get="{url}"' in text(waiting)
    assert 'hx-trigger="every 1s"' in text(waiting)
    assert "<html" not in text(waiting)
    assert "Is it ready?" in text(client.get(url))

    actions.run_import(upload_id=kept.pk)
    finished = client.get(url, headers={"HX-Request": "true", "HX-Target": "state"})
    assert finished["HX-Refresh"] == "true"
    assert "The file is imported" in text(client.get(url))
    assert "hx-trigger" not in text(client.get(url))


def test_whole_published_list_goes_through_the_browser(
    client: Client, coordinator: User, published_list: RegistryFile
) -> None:
    kept = previewed(client, published_list.data, published_list.name)
    page = text(client.get(at("import-detail", kept)))
    assert f'<dt>Rows</dt><dd class="num">{published_list.rows:,}</dd>' in page.replace("> <", "><")
    assert "1–50 of more than 1,000" in page

    client.post(at("import-confirm", kept))

    assert Organisation.objects.count() == published_list.imported


def test_import_pages_cost_the_same_for_one_and_for_many(client: Client, coordinator: User) -> None:
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    details = {"row__organisation": OrganisationFactory(), "row__outcome": "created"}
    finished = FileImportFactory(status=ImportStatus.DONE, finished_at=timezone.now(), **details)
    waiting = FileImportFactory()
    pages = [CREATE, *(at(name, finished) for name in ("import-detail", "import-undo")), at("import-columns", waiting)]
    one = [queries(page) for page in pages]
    for line in (3, 4):
        FileImportFactory(status=ImportStatus.DONE)
        for kept in (finished, waiting):
            ImportRowFactory(upload=kept, line=line, organisation=OrganisationFactory(), outcome="created")

    assert [queries(page) for page in pages] == one
    assert max(one) <= 12


# The action and the job behind it


def test_long_name_of_a_file_is_cut_off() -> None:
    kept = actions.upload_import(actor=CoordinatorFactory(), file_name="x" * 300 + ".csv", data=csv(row()))

    assert len(kept.file_name) == 200


def test_manager_neither_uploads_nor_confirms() -> None:
    manager, kept = ManagerFactory(), FileImportFactory()

    with pytest.raises(PermissionDenied):
        actions.upload_import(actor=manager, file_name="x.csv", data=csv(row()))
    with pytest.raises(PermissionDenied):
        actions.confirm_import(actor=manager, upload=kept)
    kept.refresh_from_db()
    assert kept.status == ImportStatus.PREVIEW


@pytest.mark.parametrize("status", [ImportStatus.PREVIEW, ImportStatus.DONE, ImportStatus.FAILED])
def test_only_a_confirmed_file_is_imported(status: ImportStatus) -> None:
    kept = FileImportFactory(status=status)

    assert actions.run_import(upload_id=kept.pk) is False
    assert not Organisation.objects.exists()


def test_file_is_imported_once_however_often_the_job_runs() -> None:
    kept = FileImportFactory(status=ImportStatus.CONFIRMED)

    assert [actions.run_import(upload_id=kept.pk) for _run in range(2)] == [True, False]
    assert Organisation.objects.count() == 1


def test_report_of_a_job_is_in_the_language_of_its_owner() -> None:
    owner = CoordinatorFactory(language="nl")
    fields = ["external_id", "name", "country"]
    data = b"orgId,name,country\n1,Aurora,QQ\n"
    kept = FileImportFactory(status=ImportStatus.CHECKING, owner=owner, data=data, fields=fields)

    actions.check_import(upload_id=kept.pk)

    kept.refresh_from_db()
    message = "country: “QQ” is geen land: schrijf de naam, of een code zoals NL. Dit is weggelaten."
    assert [remark["message"] for remark in kept.report["warnings"]] == [message]


def test_refused_rows_show_the_name_that_stands_in_the_file() -> None:
    data = b"orgId,name,country\n,Aurora,NL\n2,Borealis,NL,1\n3,,NL\n"
    what = {"header": ["orgId", "name", "country"], "fields": ["external_id", "name", "country"]}
    kept = FileImportFactory(status=ImportStatus.CHECKING, data=data, **what)

    actions.check_import(upload_id=kept.pk)
    assert list(kept.rows.order_by("line").values_list("line", "name")) == [(2, "Aurora"), (3, ""), (4, "")]

    actions.confirm_import(actor=CoordinatorFactory(), upload=kept)
    actions.run_import(upload_id=kept.pk)
    assert list(kept.rows.order_by("line").values_list("line", "name")) == [(2, "Aurora"), (3, ""), (4, "")]


def test_import_whose_owner_is_gone_still_goes_in() -> None:
    kept = FileImportFactory(status=ImportStatus.CONFIRMED, owner=None)

    assert actions.run_import(upload_id=kept.pk) is True


@pytest.fixture
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("quiet")
def test_import_that_goes_wrong_says_so_and_can_be_tried_again(client: Client, coordinator: User) -> None:
    kept = FileImportFactory(status=ImportStatus.CONFIRMED, owner=ManagerFactory())

    tasks.run_import(kept.pk)

    kept.refresh_from_db()
    assert kept.status == ImportStatus.FAILED
    assert not Organisation.objects.exists()
    assert "Nothing was imported. You can try again" in text(client.get(at("import-detail", kept)))

    client.post(at("import-confirm", kept))
    kept.refresh_from_db()
    assert (kept.status, kept.owner) == (ImportStatus.DONE, coordinator)


@pytest.mark.usefixtures("quiet")
def test_without_a_broker_the_regular_job_imports_it(
    client: Client, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(upload_id: int) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(views.run_import, "delay", unreachable)
    kept = FileImportFactory(owner=coordinator)

    page = text(client.get(client.post(at("import-confirm", kept))["Location"]))
    assert "<h2>Being imported</h2>" in page

    assert tasks.run_left_imports(date(2026, 1, 1), True) == 1
    assert not Organisation.objects.exists()
    assert tasks.run_left_imports(date(2026, 1, 1), False) == 1
    assert Organisation.objects.count() == 1
    assert tasks.run_left_imports(date(2026, 1, 1), False) == 0
