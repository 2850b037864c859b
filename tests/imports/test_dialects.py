"""Files as programs write them: separators, encodings, spreadsheets; and all of them through to the registry."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from imports.actions import import_organisations
from imports.mapping.encoding import looks_broken, repaired
from imports.reading import spreadsheets
from imports.reading.opening import open_table, read_preview
from imports.reading.tables import BadRow, Row
from imports.reports.refusals import FileRefused
from partners.models import Organisation
from tests.imports.files import xlsx

TEXT = "orgId,name,city\n1,Café “Zuid”,Coevorden\n2,Ñandú,'s-Gravenhage\n"
VALUES = [["1", "Café “Zuid”", "Coevorden"], ["2", "Ñandú", "'s-Gravenhage"]]


def rows(data: bytes, sheet: str = "") -> list[tuple[int, list[str] | str]]:
    found = open_table(data, sheet).rows
    return [(row.line, list(row.values) if isinstance(row, Row) else row.reason) for row in found]


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        rows(data)
    return str(refused.value)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_dialect_reads_the_same(separator: str, encoding: str) -> None:
    table = open_table(TEXT.replace(",", separator).replace("\n", "\r\n").encode(encoding))

    assert table.header == ["orgId", "name", "city"]
    assert [row.values for row in table.rows if isinstance(row, Row)] == VALUES


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_is_known_by_its_mark_in_either_order(mark: bytes) -> None:
    order = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"

    assert [values for _line, values in rows(mark + TEXT.encode(order))] == VALUES


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_latin_letters(order: str) -> None:
    assert [values for _line, values in rows(TEXT.encode(order))] == VALUES


def test_windows_1252_is_said() -> None:
    said = [remark.message for remark in open_table(TEXT.encode("cp1252")).remarks]

    assert said == ["The file is not UTF-8; it is read as Windows-1252, as Excel writes it."]
    assert open_table(TEXT.encode()).remarks == []


def test_utf_8_with_one_wrong_byte_is_not_taken_for_windows_1252_and_only_that_row_stays_out() -> None:
    table = open_table(TEXT.encode() + b'3,J\xf6ckel,Ulm\n4,"S\xfc\ndwest",Bonn\n5,Zuid\xe9\n6,Z\xc3\xbcrich,Z\n')
    *good, wrong, two_lines, short, last = table.rows

    assert [row.values for row in good if isinstance(row, Row)] == VALUES
    assert [(row.line, row.reason, row.values) for row in (wrong, two_lines, short) if isinstance(row, BadRow)] == [
        (4, "The row is not UTF-8 (byte 0xF6).", ["3", "J\ufffdckel", "Ulm"]),
        (5, "The row is not UTF-8 (byte 0xFC).", ["4", "S\ufffd\ndwest", "Bonn"]),
        (7, "The row is not UTF-8 (byte 0xE9).", ["5", "Zuid\ufffd", ""]),
    ]
    assert last == Row(8, ["6", "Zürich", "Z"])


def test_utf_8_with_a_wrong_byte_in_the_names_of_the_columns_is_refused() -> None:
    assert refusal(b"orgId,na\xefm\n" + "1,Jöckel é\n".encode()) == (
        "Line 1 is not UTF-8 (byte 0xEF). Save the file as CSV (UTF-8) first."
    )


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("name;address\nNoord;Weg 1, Assen\nZuid;Laan 2, Breda\n", ["name", "address"]),
        ("name,remark\nNoord,a; b; c\n", ["name", "remark"]),
        ("name\ttags\nNoord\ta,b;c\n", ["name", "tags"]),
        ('"last, first";city\n"Bos, An";Assen\n', ["last, first", "city"]),
        ("sep=;\nname;city\nNoord;Assen\n", ["name", "city"]),
        ("name\nNoord, Assen\n", ["name"]),
    ],
)
def test_separator_is_the_one_that_cuts_all_rows_alike(text: str, header: list[str]) -> None:
    assert open_table(text.encode()).header == header


def test_spreadsheet_gives_what_its_cells_show() -> None:
    data = xlsx(
        ["orgId", "name", "since", "size", None],
        [12345678, "Noord", date(2026, 11, 25), 2.5],
        [],
        [7.0, True, datetime(2026, 11, 25, 13, 30), 1e20],
    )

    assert open_table(data).header == ["orgId", "name", "since", "size"]
    assert rows(data) == [
        (2, ["12345678", "Noord", "2026-11-25", "2.5"]),
        (4, ["7", "True", "2026-11-25 13:30:00", "1e+20"]),
    ]


def test_sheet_can_be_chosen() -> None:
    data = xlsx(["name"], ["Noord"])

    assert read_preview(data).names == ["Partners", "Notes"]
    assert open_table(data, "Partners").header == ["name"]
    assert refusal(data[:200]) == (
        "This file cannot be opened as XLSX. Open it in your spreadsheet program and save it anew."
    )
    with pytest.raises(FileRefused, match="no rows below it"):
        open_table(data, "Notes")


def test_first_sheet_that_holds_anything_is_read() -> None:
    book = Workbook()
    sheet = book.create_sheet("Partners")
    sheet.append(["name"])
    sheet.append(["Noord"])
    file = io.BytesIO()
    book.save(file)
    data = file.getvalue()

    assert read_preview(data).names == ["Partners"]
    assert (read_preview(data).sheet().header, rows(data)) == (["name"], [(2, ["Noord"])])


def test_formula_counts_with_the_value_that_was_computed_last() -> None:
    data = xlsx(["name", "city"], ["Noord", "=1+1"])

    assert rows(data) == [(2, ["Noord", ""])]


def test_cell_with_an_error_keeps_its_row_in() -> None:
    assert rows(xlsx(["name", "city"], ["Noord", "#N/A"], ["Zuid", "Breda"])) == [
        (2, ["Noord", "#N/A"]),
        (3, ["Zuid", "Breda"]),
    ]


@pytest.mark.parametrize("above", [[["Partners of 2026"]], [["Partners of 2026"], ["", ""], ["as of 1 November"]]])
def test_table_begins_below_its_title(above: list[list[str]]) -> None:
    table = open_table(xlsx(*above, ["name", "city"], ["Noord", "Assen"]))
    assert (table.header, [row.values for row in table.rows]) == (["name", "city"], [["Noord", "Assen"]])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"<html><table><tr><td>naam</td></tr></table></html>", "web page"),
        (b"\xef\xbb\xbf<!DOCTYPE html>\n<table>", "web page"),
    ],
)
def test_file_that_is_no_table_is_named_for_what_it_is(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_row_beyond_the_columns_is_refused() -> None:
    assert rows(xlsx(["name"], ["Noord", "what?"])) == [(2, "The row has too many columns: 2 instead of 1.")]


def test_merged_cells_are_one_value_and_empty_ones() -> None:
    book = load_workbook(io.BytesIO(xlsx(["name", "city", "tags"], ["Noord", "Assen", "a"])))
    book.active.merge_cells("A2:B2")
    file = io.BytesIO()
    book.save(file)

    assert rows(file.getvalue()) == [(2, ["Noord", "", "a"])]


def test_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_UNPACKED", 1_000_000)
    file = io.BytesIO(xlsx(["name"], ["Noord"]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/bomb.xml", b"0" * 3_000_000)

    assert len(file.getvalue()) < 100_000
    assert refusal(file.getvalue()) == "The file is 3 MB when unpacked; the limit is 1 MB."


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("ESPA√ëOLA", "ESPAÑOLA"),
        ("J√∂ckel", "Jöckel"),
        ("JÃ¶ckel", "Jöckel"),
        ("D‚ÄôAUDERGHEM", "D’AUDERGHEM"),
        ("cafÃ© ‚Äì bar", "café – bar"),
        ("voil√†", "voilà"),
    ],
)
def test_what_went_through_the_wrong_encoding_can_be_repaired(broken: str, whole: str) -> None:
    assert repaired(broken) == whole


@pytest.mark.parametrize("text", ["Jöckel", "plain", "", "a\ufffdb", "»Ökonomie«"])
def test_what_is_whole_or_lost_is_not_repaired(text: str) -> None:
    assert repaired(text) is None


@given(
    st.text(alphabet="áéíóúàèùâêîôûäëïöüñçøåßąłśćżźńőűčšž ab", max_size=12), st.sampled_from(["mac_roman", "latin_1"])
)
def test_repair_gives_back_what_there_was(text: str, encoding: str) -> None:
    broken = text.encode().decode(encoding)

    if looks_broken(broken) and repaired(broken) is not None:
        assert repaired(broken) == text


@given(st.text(max_size=40))
def test_repair_leaves_no_sign_of_a_wrong_encoding(text: str) -> None:
    whole = repaired(text)

    assert whole is None or (looks_broken(text) and not looks_broken(whole))


WHOLE = xlsx(["orgId", "name"], ["1", "Noord"], ["2", "Zuid"])


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=4), st.integers(0, len(WHOLE)))
@settings(deadline=None, max_examples=80)
def test_damaged_spreadsheet_is_rows_or_a_refusal(damage: list[tuple[int, int]], end: int) -> None:
    data = bytearray(WHOLE)
    for place, value in damage:
        data[place] = value
    try:
        table = open_table(bytes(data[:end]) if not damage else bytes(data))
        found = list(table.rows)
    except FileRefused:
        return
    for row in found:
        assert isinstance(row, BadRow) or len(row.values) == len(table.header)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        TEXT.replace(",", ";").encode("cp1252"),
        TEXT.replace(",", "\t").encode("utf-16"),
        xlsx(["orgId", "name", "city"], *VALUES),
        TEXT.replace("orgId,name,city", "Externe id,Naam,Plaats").encode(),
    ],
    ids=["windows", "utf-16", "xlsx", "dutch"],
)
def test_command_reads_them_all(data: bytes) -> None:
    report = import_organisations(actor=None, data=data)

    assert (report.created, len(report.refused)) == (2, 0)
    assert list(Organisation.objects.values_list("external_id", "name", "city")) == [tuple(row) for row in VALUES]
