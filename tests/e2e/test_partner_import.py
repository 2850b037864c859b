"""Files into the registry and out again, in the browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from imports.models import FileImport
from partners.models import Contact, Organisation
from tests.data.registry_file import RegistryFile
from tests.e2e import axe
from tests.e2e.people import fill, let_in, send
from tests.factories.accounts import CoordinatorFactory
from tests.factories.partners import OrganisationFactory
from tests.imports.files import xlsx

pytestmark = pytest.mark.usefixtures("transactional_db")
NewPage = Callable[..., Page]

BAD_ROWS = """name;city;country;e-mail;kvk
Noord;Assen;NL;info@noord.example;12345678
;Breda;NL;;
Zuid;Breda;Atlantis;;
West;Ede;NL;no address;
Oost;Ede;NL;;12
Noord;Assen;NL;;
Midden;Ede
"Open;Ede;NL;;
"""


@pytest.fixture
def desk(new_page: NewPage) -> Page:
    """Open a page as the coordinator."""
    page = new_page(locale="en-GB")
    let_in(page, CoordinatorFactory(language="en"))
    return page


def upload(page: Page, data: bytes, name: str = "partners.csv") -> None:
    page.goto(reverse("imports:import-create"))
    page.locator("[name=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    send(page, "Go on to the columns")
    expect(page.get_by_role("heading", level=1)).to_have_text("What are these columns?")


def preview(page: Page) -> None:
    send(page, "Show what it would do")
    expect(page.get_by_role("heading", name="This is what the file would do")).to_be_visible()


def confirm(page: Page) -> None:
    send(page, "Import this file")
    expect(page.get_by_role("heading", name="The file is imported")).to_be_visible()


def counts(page: Page) -> list[str]:
    """Return the number of rows, new, changed, the same, refused."""
    return page.locator("dl.facts").first.locator("dd").all_inner_texts()


def test_a_published_list_goes_in_and_out(desk: Page, published_list: RegistryFile) -> None:
    upload(desk, published_list.data, published_list.name)
    preview(desk)
    assert counts(desk) == [f"{published_list.rows:,}", f"{published_list.imported:,}", "0", "0", "1"]
    desk.get_by_role("link", name=re.compile("^Refused")).click()
    expect(desk.locator("#results tbody tr")).to_have_count(1)
    expect(desk.locator("#results")).to_contain_text("orgId is empty")
    assert axe.violations(desk) == []
    confirm(desk)
    assert Organisation.objects.count() == published_list.imported

    desk.get_by_role("link", name="Take back this import").click()
    expect(desk.locator("main form")).to_contain_text(f"{published_list.imported:,} organisations go.")
    send(desk, "Take back")
    expect(desk.get_by_role("heading", name="The import is taken back")).to_be_visible()
    assert not Organisation.objects.exists()


def test_semicolons_and_windows_1252_as_excel_writes_them(desk: Page) -> None:
    text = "Naam;Plaats;Contactpersoon;Functie\r\nCafé “Zuid”;Ede;André;chef\r\nCafé “Zuid”;Ede;Zoë;\r\n"
    upload(desk, text.encode("cp1252"))
    expect(desk.locator("main")).to_contain_text("it is read as Windows-1252")
    expect(desk.get_by_label("Naam")).to_have_value("name")
    expect(desk.get_by_label("Functie")).to_have_value("contact_position")
    assert axe.violations(desk) == []
    preview(desk)
    confirm(desk)

    assert Organisation.objects.get().name == "Café “Zuid”"
    assert list(Contact.objects.values_list("name", "position")) == [("André", "chef"), ("Zoë", "")]


def test_spreadsheet_whose_columns_are_matched_by_hand_and_remembered(desk: Page) -> None:
    sheet = xlsx(["Wie", "Waar", "Sinds"], ["Noord", "Assen", 2019.0], ["Zuid", "Breda", 2020.0])
    upload(desk, sheet, "partners.xlsx")
    expect(desk.get_by_label("Wie")).to_have_value("")
    send(desk, "Show what it would do")
    expect(desk.get_by_role("alert")).to_contain_text("Say which column is the name of the organisation.")
    fill(desk, {"column0": "name", "column1": "city"})
    preview(desk)
    assert counts(desk) == ["2", "2", "0", "0", "0"]

    upload(desk, sheet, "partners.xlsx")
    expect(desk.get_by_label("Wie")).to_have_value("name")
    expect(desk.get_by_label("Waar")).to_have_value("city")
    expect(desk.get_by_label("Sinds")).to_have_value("")
    expect(desk.get_by_role("row", name=re.compile("Sinds"))).to_contain_text("2019 · 2020")


def test_row_without_a_name_stays_out_and_can_be_downloaded_and_bad_values_are_remarks(desk: Page) -> None:
    OrganisationFactory(name="Noord", city="ASSEN", email="old@noord.example")
    upload(desk, BAD_ROWS.encode())
    desk.get_by_label("Name and city").check()
    preview(desk)
    assert counts(desk) == ["8", "4", "1", "0", "3"]
    expect(desk.locator("#results tbody tr").first).to_contain_text("old@noord.example")
    for why in ("Atlantis", "no address", "“12” is not a KvK number"):
        expect(desk.locator("main")).to_contain_text(why)
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Download the refused rows").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert download.value.suggested_filename == "partners-refused.csv"
    assert [line.split(",")[0] for line in lines] == ["line", "3", "7", "9"]
    confirm(desk)
    assert Organisation.objects.get(name="Noord").email == "info@noord.example"


@pytest.mark.parametrize(("says_yes", "name"), [(True, "ESPAÑOLA"), (False, "ESPA√ëOLA")])
def test_repair_waits_for_a_yes(desk: Page, says_yes: bool, name: str) -> None:
    upload(desk, "name\nESPA√ëOLA\n".encode())
    preview(desk)
    expect(desk.get_by_label("Repair this 1 value")).not_to_be_checked()
    if says_yes:
        desk.get_by_label("Repair this 1 value").check()
        send(desk, "Show what it would do then")
        expect(desk.get_by_label("Repair this 1 value")).to_be_checked()
        expect(desk.locator("#results")).to_contain_text("ESPAÑOLA")
    confirm(desk)
    assert Organisation.objects.get().name == name


def test_taking_back_tells_what_stays(desk: Page) -> None:
    upload(desk, b"name,city\nNoord,Assen\nZuid,Breda\n")
    preview(desk)
    confirm(desk)
    desk.goto(reverse("partners:organisation-update", args=[Organisation.objects.get(name="Zuid").pk]))
    fill(desk, {"city": "Ede"})
    send(desk, "Save")
    desk.goto(reverse("imports:import-undo", args=[FileImport.objects.get().pk]))
    expect(desk.locator("main form")).to_contain_text("1 organisation goes.")
    expect(desk.locator("main form")).to_contain_text("“Zuid” stays: somebody changed it since.")
    assert axe.violations(desk) == []
    send(desk, "Take back")
    expect(desk.get_by_text("1 thing stayed")).to_be_visible()
    assert Organisation.objects.get().name == "Zuid"


def test_without_javascript_and_on_a_phone(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False, locale="en-GB", phone=True)
    let_in(page, CoordinatorFactory(language="en"))
    upload(page, b"name,city\nNoord,Assen\n")
    preview(page)
    confirm(page)
    assert Organisation.objects.get().name == "Noord"
