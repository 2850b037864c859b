import pytest

from common.fields import short
from imports.mapping.cleaning import RowRefused, broken_columns, clean
from imports.mapping.columns import columns_of
from imports.reports.report import Remark
from partners.models import Organisation

HEADER = ["orgId", "name", "shortName", "activityType", "street", "city", "country"]


def row(**values: str) -> list[str]:
    return [{"orgId": "1", "name": "Aurora", **values}.get(name, "") for name in HEADER]


def cleaned(**values: str) -> dict[str, str]:
    return clean(2, row(**values), columns_of(HEADER))[0]


def remarked(**values: str) -> list[Remark]:
    return clean(2, row(**values), columns_of(HEADER))[1]


def reason(**values: str) -> str:
    with pytest.raises(RowRefused) as refused:
        cleaned(**values)
    return str(refused.value)


def test_row_becomes_the_fields_of_an_organisation() -> None:
    values = {"shortName": "AUR", "activityType": "HES", "street": "Storgata 1", "city": "OSLO", "country": "NO"}

    assert cleaned(**values) == {
        "external_id": "1",
        "name": "Aurora",
        "short_name": "AUR",
        "kind": "higher_education",
        "street": "Storgata 1",
        "city": "OSLO",
        "country": "NO",
    }


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("PRC", "company"),
        ("REC", "research"),
        ("HES", "higher_education"),
        ("PUB", "public_body"),
        ("OTH", "other"),
        ("prc", "company"),
        ("", "other"),
    ],
)
def test_activity_type_becomes_a_kind(code: str, kind: str) -> None:
    assert cleaned(activityType=code)["kind"] == kind


@pytest.mark.parametrize(
    ("code", "country"), [("UK", "GB"), ("EL", "GR"), ("XK", "XK"), ("NL", "NL"), ("nl", "NL"), ("GB", "GB"), ("", "")]
)
def test_country_codes_of_the_european_union_become_iso(code: str, country: str) -> None:
    assert cleaned(country=code)["country"] == country


@pytest.mark.parametrize("nothing", [".", "-", " . ", ""])
def test_dot_or_dash_as_an_address_is_no_address(nothing: str) -> None:
    assert cleaned(street=nothing, city=nothing)["street"] == ""
    assert cleaned(street=nothing, city=nothing)["city"] == ""


def test_name_stays_as_the_source_wrote_it() -> None:
    assert cleaned(name="THE OPEN UNIVERSITY")["name"] == "THE OPEN UNIVERSITY"
    assert cleaned(name="Bernhard J√∂ckel")["name"] == "Bernhard J√∂ckel"
    assert cleaned(name=".")["name"] == "."


def test_white_space_is_tidied() -> None:
    assert cleaned(name="  Aurora \n Noord\t\u00a0 AS ")["name"] == "Aurora Noord AS"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": " "}, "name is empty."),
        ({"orgId": ""}, "orgId is empty; without a number the next import could not recognise this row."),
        ({"name": " \u200b\ufeff"}, "name is empty."),
        ({"name": "#REF!"}, "The cell holds the error #REF!."),
        ({"name": "x" * 301}, "301 characters are too long; at most 300 fit."),
        ({"orgId": "x" * 61}, "61 characters are too long; at most 60 fit."),
    ],
)
def test_row_without_a_name_or_a_number_is_refused_with_the_reason(values: dict[str, str], message: str) -> None:
    assert reason(**values) == message


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("country", "QQ", "“QQ” is not a country: write its name, or a code such as NL."),
        ("country", "Nowhereland", "“Nowhereland” is not a country: write its name, or a code such as NL."),
        ("activityType", "ABC", "“ABC” is not an activity type; known are PRC, REC, HES, PUB, OTH."),
        ("city", "#REF!", "The cell holds the error #REF!."),
        ("city", "x" * 121, "121 characters are too long; at most 120 fit."),
    ],
)
def test_value_that_cannot_be_read_is_left_out_with_a_remark(column: str, value: str, why: str) -> None:
    assert remarked(**{column: value}) == [Remark(2, f"{column}: {why} It was left out.", column, short(value))]
    assert cleaned(**{column: value}) == cleaned(**{column: ""})


@pytest.mark.parametrize(
    ("column", "value", "code", "kept"),
    [
        ("name", "Aur\0ra", "U+0000", "Aurra"),
        ("city", "Os\x1blo", "U+001B", "Oslo"),
    ],
)
def test_character_that_is_no_text_is_left_out_with_a_remark(column: str, value: str, code: str, kept: str) -> None:
    assert [remark.message for remark in remarked(**{column: value})] == [
        f"{column} holds a character that is no text ({code}). It was left out."
    ]
    assert kept in cleaned(**{column: value}).values()


@pytest.mark.parametrize(
    "nothing", ["-", "n.v.t.", "N.V.T.", "onbekend", "geen", "N/A", "#N/A", "NULL", "?", "nan", "–"]
)
def test_words_for_nothing_are_nothing_and_need_no_remark(nothing: str) -> None:
    values = dict.fromkeys(HEADER[2:], nothing)
    assert (cleaned(**values), remarked(**values)) == (cleaned(), [])


def test_organisation_may_be_called_a_word_for_nothing() -> None:
    assert cleaned(name="Onbekend")["name"] == "Onbekend"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Bieb\u200bA", "BiebA"),
        ("\ufeffBieb", "Bieb"),
        ("\u202bجمعية\u202c", "جمعية"),
        ("Lezen_x000D_ en schrijven", "Lezen en schrijven"),
        ("می‌خواهم", "می‌خواهم"),
    ],
    ids=["zero-width space", "byte order mark", "embedding marks", "line end of Excel", "joiner of Persian stays"],
)
def test_marks_that_are_not_seen_are_taken_out(typed: str, kept: str) -> None:
    assert (cleaned(name=typed)["name"], remarked(name=typed)) == (kept, [])


def test_longest_values_fit() -> None:
    values = {"name": "x" * 300, "shortName": "x" * 300, "street": "x" * 300, "city": "x" * 120, "orgId": "x" * 60}

    Organisation(**cleaned(**values)).clean_fields()


def test_broken_encoding_is_named_with_its_column() -> None:
    assert broken_columns(row(name="Jöckel", city="M√ºnster"), columns_of(HEADER)) == [("city", "M√ºnster")]
