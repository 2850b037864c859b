import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.reading import tables
from imports.reading.separated import read
from imports.reading.tables import BadRow, Row
from imports.reports.refusals import FileRefused

HEADER = "orgId,name,city\n"


def rows(text: str) -> list[tuple[int, list[str] | str]]:
    """Line and values, or line and reason, of every row below the usual header."""
    found = read((HEADER + text).encode()).rows
    return [(row.line, list(row.values) if isinstance(row, Row) else row.reason) for row in found]


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        list(read(data).rows)
    return str(caught.value)


def test_rows_carry_the_line_they_start_on() -> None:
    assert rows('1,Aurora,Oslo\n2,"Berg,\nDal",Bergen\n3,Cirkel,Aarhus\n') == [
        (2, ["1", "Aurora", "Oslo"]),
        (3, ["2", "Berg,\nDal", "Bergen"]),
        (5, ["3", "Cirkel", "Aarhus"]),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(end: str) -> None:
    table = read(f"orgId,name{end}1,Aurora{end}{end}2,Berg".encode())

    assert table.header == ["orgId", "name"]
    assert [(row.line, row.values) for row in table.rows if isinstance(row, Row)] == [
        (2, ["1", "Aurora"]),
        (4, ["2", "Berg"]),
    ]


def test_mark_before_the_text_is_no_part_of_the_first_name() -> None:
    assert read(b"\xef\xbb\xbforgId,name\n1,Aurora\n").header == ["orgId", "name"]


def test_empty_lines_are_no_rows() -> None:
    assert rows("\n\n1,Aurora,Oslo\n\n") == [(4, ["1", "Aurora", "Oslo"])]


def test_empty_lines_before_the_names_of_the_columns_are_passed_over() -> None:
    table = read(b"\n \norgId,name\n1,Aurora\n")

    assert table.header == ["orgId", "name"]
    assert [row.line for row in table.rows] == [4]


def test_quoted_values_hold_commas_and_quotation_marks() -> None:
    assert rows('1,"Aurora, ""the light""",Oslo\n') == [(2, ["1", 'Aurora, "the light"', "Oslo"])]


def test_row_without_its_empty_last_cells_or_with_one_more_is_read() -> None:
    assert rows("1,Aurora\n2,Berg,Bergen,\n3,Cirkel,Aarhus,,\n") == [
        (2, ["1", "Aurora", ""]),
        (3, ["2", "Berg", "Bergen"]),
        (4, ["3", "Cirkel", "Aarhus"]),
    ]


def test_row_with_a_value_beyond_the_last_column_is_refused_and_the_others_are_read() -> None:
    assert rows("2,Berg,Bergen\n3,Cirkel,Aarhus,DK\n") == [
        (2, ["2", "Berg", "Bergen"]),
        (3, "The row has too many columns: 4 instead of 3."),
    ]


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', '\ufeff"sep=;"'])
def test_line_that_names_the_separator_is_no_row(first: str) -> None:
    table = read(f"{first}\nname;city\nAurora;Oslo, NO\n".encode())
    assert (table.header, [row.values for row in table.rows]) == (["name", "city"], [["Aurora", "Oslo, NO"]])


def test_table_begins_below_its_title() -> None:
    table = read(b"Partners of 2026;;\nas of 1 November;;\nname;city;mail\nAurora;Oslo;a@b.example\n")
    assert table.header == ["name", "city", "mail"]
    assert [(row.line, row.values) for row in table.rows] == [(4, ["Aurora", "Oslo", "a@b.example"])]


def test_quotation_mark_that_is_never_closed_takes_no_other_row_along() -> None:
    assert rows('1,"Aurora,Oslo\n2,Berg,Bergen\n3,Cirkel,Aarhus\n') == [
        (2, "The quotation marks in this row do not match."),
        (3, ["2", "Berg", "Bergen"]),
        (4, ["3", "Cirkel", "Aarhus"]),
    ]


def test_quotation_mark_that_is_closed_rows_later_takes_no_other_row_along() -> None:
    assert rows('1,"Aurora,Oslo\n2,Berg,Bergen\n3,"Cirkel, de",Aarhus\n') == [
        (2, "The quotation marks in this row do not match."),
        (3, ["2", "Berg", "Bergen"]),
        (4, ["3", "Cirkel, de", "Aarhus"]),
    ]


def test_swallowed_rows_are_found_again_when_the_marks_happen_to_match() -> None:
    assert rows('1,"Aurora\n2,Berg,Bergen\n3",Cirkel,Aarhus,DK\n') == [
        (2, "The row has too many columns: 5 instead of 3."),
        (3, ["2", "Berg", "Bergen"]),
        (4, "The row has too many columns: 4 instead of 3."),
    ]


def test_row_over_several_lines_with_too_many_columns_is_one_refusal() -> None:
    assert rows('1,"Aur\nora",Oslo,NO\n2,Berg,Bergen\n') == [
        (2, "The row has too many columns: 4 instead of 3."),
        (4, ["2", "Berg", "Bergen"]),
    ]


def test_text_after_a_closing_quotation_mark_is_refused() -> None:
    assert rows('1,"Aurora" Ltd,Oslo\n') == [(2, "The quotation marks in this row do not match.")]


def test_value_of_any_length_is_a_value() -> None:
    assert rows(f"1,{'x' * 200_000},Oslo\n") == [(2, ["1", "x" * 200_000, "Oslo"])]


def test_row_with_a_byte_that_is_no_text_anywhere_is_refused_and_the_others_are_read() -> None:
    found = read(HEADER.encode() + b"1,\x81,Oslo\n2,Berg,Bergen\n").rows

    assert [row.line if isinstance(row, Row) else row.reason for row in found] == [
        "The row is not UTF-8 (byte 0x81).",
        3,
    ]


def test_value_without_end_is_refused_within_bounds() -> None:
    found = rows('1,"' + "Aurora\n" * 200)

    assert [line for line, _reason in found] == list(range(2, 202))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b" \n\r\n ", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"orgId,name\n", "The file has a line with column names and no rows below it."),
        (b"orgId,name", "The file has a line with column names and no rows below it."),
        (b"orgId,name\n\n\n", "The file has a line with column names and no rows below it."),
        (
            b"orgId,name,k\xf6nig\n" + "1,Jöckel,3\n".encode(),
            "Line 1 is not UTF-8 (byte 0xF6). Save the file as CSV (UTF-8) first.",
        ),
        (b"orgId,n\x81me\n1,\n", "Line 1 is not UTF-8 (byte 0x81). Save the file as CSV (UTF-8) first."),
        (b"\xff\xfeo", "The file says that it is UTF-16, and is not. Save it as CSV (UTF-8) first."),
        (b"\xd0\xcf\x11\xe0rest", "This is a XLS file. Save it as CSV (UTF-8) first."),
        (b"%PDF-1.7 rest", "This is a PDF file. Save it as CSV (UTF-8) first."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "Line 1 is not UTF-8 (byte 0x89). Save the file as CSV (UTF-8) first."),
        (b"\0\0\0\0", "Line 1, with the names of the columns, cannot be read."),
        (b'orgId,"name\n1,Aurora\n', "Line 1, with the names of the columns, cannot be read."),
    ],
)
def test_file_that_cannot_be_read_is_refused_with_what_and_where(data: bytes, message: str) -> None:
    assert refusal(data) == message


def test_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_BYTES", 1_000_000)

    assert refusal(b"x" * 1_200_000) == "The file is 1.2 MB; at most 1 MB can be read."


@given(st.binary(max_size=300))
def test_bytes_are_rows_or_a_refusal(data: bytes) -> None:
    try:
        table = read(data)
    except FileRefused:
        return
    lines = []
    for row in table.rows:
        lines.append(row.line)
        assert isinstance(row, BadRow) or len(row.values) == len(table.header)
    assert lines == sorted(set(lines))


@given(st.lists(st.lists(st.text(alphabet='a",\n\r é', max_size=6), min_size=2, max_size=2), min_size=1, max_size=8))
def test_what_a_program_wrote_is_read_back(values: list[list[str]]) -> None:
    """Every value quoted, as the standard has it, comes back as it was."""
    text = "".join(",".join('"' + value.replace('"', '""') + '"' for value in row) + "\n" for row in values)
    table = read(("orgId,name\n" + text).encode())

    assert [list(row.values) for row in table.rows if isinstance(row, Row)] == values
