"""Files that are traps: they end the process that opens them, and no other; people read what to do instead."""

import io
import os
import resource
import zipfile

import psutil
import pytest

from imports.reading import spreadsheets
from imports.reading.opening import open_table, read_preview
from imports.reports.refusals import FileRefused

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BOOK = (
    f'<?xml version="1.0"?><workbook {MAIN} xmlns:r="{OFFICE}">'
    '<sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
TOO_MUCH = "This file takes too much memory or time to read. Save the sheet that you need as CSV (UTF-8)."
DAMAGED = "This file cannot be opened as XLSX. Open it in your spreadsheet program and save it anew."


def xlsx(rows: str, strings: str = "", before: str = "", **parts: str) -> bytes:
    """Return the smallest possible spreadsheet with this XML in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", TYPES)
        packed.writestr(
            "_rels/.rels",
            f'{RELS}<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        packed.writestr("xl/workbook.xml", BOOK)
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{RELS}<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        packed.writestr("xl/sharedStrings.xml", f'<?xml version="1.0"?>{before}<sst {MAIN}>{strings}</sst>')
        sheet = f'<?xml version="1.0"?><worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>'
        packed.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


NAME = row(1, '<c t="s"><v>0</v></c>')


def refusal(data: bytes) -> str:
    """Return the refusal of a file, the same both ways in; check that no memory was used and no child is left."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = psutil.Process(os.getpid()).children()
    said = set()
    for read in (read_preview, lambda data: list(open_table(data).rows)):
        with pytest.raises(FileRefused) as caught:
            read(data)
        said.add(str(caught.value))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000
    assert psutil.Process(os.getpid()).children() == children
    (message,) = said
    return message


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "CPU_SECONDS", 5)


def test_file_of_this_kind_that_is_no_trap_is_read() -> None:
    data = xlsx(NAME + row(2, '<c t="s"><v>1</v></c>'), "<si><t>name</t></si><si><t>Aurora</t></si>")
    assert (read_preview(data).sheet().header, read_preview(data).sheet().values) == (["name"], [["Aurora"]])


def test_file_that_unpacks_to_one_that_fills_the_memory() -> None:
    data = xlsx(NAME, "<si><t>" + "x" * 160_000_000 + "</t></si>")
    assert len(data) < 1_000_000
    assert refusal(data) == "The file is 160 MB when unpacked; the limit is 150 MB."


def test_entities_that_multiply() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    data = xlsx(NAME, "<si><t>&e11;</t></si>", before=f'<!DOCTYPE sst [<!ENTITY e0 "ha">{entities}]>')
    assert refusal(data) == DAMAGED


def test_entity_that_reads_a_file_of_the_server() -> None:
    data = xlsx(NAME, "<si><t>&e;</t></si>", before='<!DOCTYPE sst [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    assert refusal(data) == DAMAGED


def test_more_strings_than_fit_into_the_memory() -> None:
    data = xlsx(NAME, "<si><t>n</t></si>" + "<si><t/></si>" * 11_000_000)
    assert refusal(data) == TOO_MUCH


def test_one_long_text_that_a_million_cells_share() -> None:
    shared = "".join(row(n, *['<c t="s"><v>0</v></c>'] * 50) for n in range(1, 40_000))
    with pytest.raises(FileRefused, match="too much memory or time"):
        for _row in open_table(xlsx(shared, "<si><t>" + "x" * 32_000 + "</t></si>")).rows:
            pass


def test_row_with_a_number_that_no_sheet_has() -> None:
    far = NAME + row(900_000_000, '<c t="s"><v>0</v></c>')
    with pytest.raises(FileRefused, match="too much memory or time"):
        list(open_table(xlsx(far, "<si><t>name</t></si>")).rows)


def test_more_parts_than_any_program_writes() -> None:
    assert refusal(xlsx(NAME, "<si><t>n</t></si>", **{f"xl/{n}.bin": "" for n in range(10_001)})) == TOO_MUCH


def test_clock_ends_a_reading_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "WALL_SECONDS", 0)
    assert refusal(xlsx(NAME, "<si><t>n</t></si>")) == TOO_MUCH
