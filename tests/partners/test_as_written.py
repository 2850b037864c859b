"""Addresses and numbers as people write them in cells, with words around them or two in one cell."""

import pytest

from partners.countries import country_by_name, iso_country
from partners.fields.as_written import email_in, phone_in, web_address_in


@pytest.mark.parametrize(
    ("cell", "number", "left_out"),
    [
        ("+31 (0)30 – 123 45 67", "+31 (0)30 - 123 45 67", ""),
        ("Tel. 030 - 123 45 67", "030 - 123 45 67", ""),
        ("T: 030-1234567", "030-1234567", ""),
        ("tel:+31301234567", "+31301234567", ""),
        ("030-1234567 (receptie)", "030-1234567", "receptie"),
        ("(030) 123 45 67 (ma-vr)", "(030) 123 45 67", "ma-vr"),
        ("030 1234567 / 06 12345678", "030 1234567", "06 12345678"),
        ("030-1234567 of 06-12345678", "030-1234567", "06-12345678"),
        ("030-1234567, 06-12345678", "030-1234567", "06-12345678"),
        ("030-1234567/68", "030-1234567/68", ""),
        ("030 123 45 67 toestel 12", "030 123 45 67 x12", ""),
        ("１２３４５６７", "1234567", ""),
        ("06•12345678", "06-12345678", ""),
        ("0900-BIEB", "0900-BIEB", ""),
        ("bel de receptie", "bel de receptie", ""),
    ],
)
def test_first_phone_number_of_a_cell(cell: str, number: str, left_out: str) -> None:
    assert phone_in(cell) == (number, left_out)


@pytest.mark.parametrize(
    ("cell", "address", "left_out"),
    [
        ("info@bieb.example.", "info@bieb.example", ""),
        ("Info Bieb <info@bieb.example>", "info@bieb.example", ""),
        ("mailto:info@bieb.example", "info@bieb.example", ""),
        ("info @bieb.example", "info@bieb.example", ""),
        ("a@bieb.example, b@bieb.example", "a@bieb.example", "b@bieb.example"),
        ("a@bieb.example / b@bieb.example", "a@bieb.example", "b@bieb.example"),
        ("o'brien@bieb.example", "o'brien@bieb.example", ""),
        ("info[at]bieb.example", "info[at]bieb.example", ""),
    ],
)
def test_first_email_address_of_a_cell(cell: str, address: str, left_out: str) -> None:
    assert email_in(cell) == (address, left_out)


@pytest.mark.parametrize(
    ("cell", "address", "left_out"),
    [
        ("www.bieb.example", "https://www.bieb.example", ""),
        ("HTTP://WWW.BIEB.EXAMPLE", "http://www.bieb.example", ""),
        ("http:/bieb.example", "http://bieb.example", ""),
        ("https//bieb.example", "https://bieb.example", ""),
        ("www.a.example, www.b.example", "https://www.a.example", "www.b.example"),
        ("www.bieb.example (in aanbouw)", "https://www.bieb.example", "in aanbouw"),
        ("bieb.example/een pad", "https://bieb.example/een%20pad", ""),
        ("Onze site", "Onze site", ""),
        ("http://[::1", "http://[::1", ""),
    ],
)
def test_first_web_address_of_a_cell(cell: str, address: str, left_out: str) -> None:
    assert web_address_in(cell) == (address, left_out)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(("VS", "US"), ("Schotland", "GB"), ("Vlaanderen", "BE"), ("Ivory Coast", "CI"), ("Zuid-Korea", "KR")),
        *(("Deutschland", "DE"), ("Belgique", "BE"), ("España", "ES"), ("Österreich", "AT"), ("Nowhereland", None)),
    ],
)
def test_country_by_the_names_that_people_write(name: str, code: str | None) -> None:
    assert country_by_name(name) == code


def test_country_code_may_have_dots() -> None:
    assert iso_country("N.L.") == "NL"
