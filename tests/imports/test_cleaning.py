import pytest

from imports.mapping.cleaning import RowRefused, broken_columns, clean
from imports.mapping.columns import columns_of
from partners.models import Organisation

HEADER = ["orgId", "name", "shortName", "activityType", "street", "city", "country"]


def row(**values: str) -> list[str]:
    return [{"orgId": "1", "name": "Aurora", **values}.get(name, "") for name in HEADER]


def cleaned(**values: str) -> dict[str, str]:
    return clean(row(**values), columns_of(HEADER))


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
        ({"country": "QQ"}, "“QQ” is not a country: write its name, or a code such as NL."),
        ({"country": "Nowhereland"}, "“Nowhereland” is not a country: write its name, or a code such as NL."),
        ({"activityType": "ABC"}, "“ABC” is not an activity type; known are PRC, REC, HES, PUB, OTH."),
        ({"name": "Aur\0ra"}, "name holds a character that is no text (U+0000)."),
        ({"city": "Os\x1blo"}, "city holds a character that is no text (U+001B)."),
        ({"city": "Os\x85lo"}, "city holds a character that is no text (U+0085)."),
        ({"name": " \u200b\ufeff"}, "name is empty."),
        ({"name": "x" * 301}, "name is too long: 301 characters, at most 300 fit."),
        ({"orgId": "x" * 61}, "orgId is too long: 61 characters, at most 60 fit."),
        ({"city": "x" * 121}, "city is too long: 121 characters, at most 120 fit."),
    ],
)
def test_row_that_cannot_go_in_is_refused_with_the_reason(values: dict[str, str], message: str) -> None:
    assert reason(**values) == message


def test_longest_values_fit() -> None:
    values = {"name": "x" * 300, "shortName": "x" * 300, "street": "x" * 300, "city": "x" * 120, "orgId": "x" * 60}

    Organisation(**cleaned(**values)).clean_fields()


def test_broken_encoding_is_named_with_its_column() -> None:
    assert broken_columns(row(name="Jöckel", city="M√ºnster"), columns_of(HEADER)) == [("city", "M√ºnster")]
