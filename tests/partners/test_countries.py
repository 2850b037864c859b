import pytest
from django.utils import translation

from partners.countries import country_by_name, country_choices, country_names, iso_country


@pytest.mark.parametrize(
    ("code", "iso"),
    [
        *[("NL", "NL"), (" nl ", "NL"), ("UK", "GB"), ("el", "GR"), ("XK", "XK"), ("QQ", None), ("EU", None)],
        *[("NLD", "NL"), ("deu", "DE"), ("GBR", "GB"), ("XKX", "XK"), ("SUN", None), ("QQQ", None), ("528", None)],
    ],
)
def test_codes_of_iso_and_of_the_european_union_are_understood(code: str, iso: str | None) -> None:
    assert iso_country(code) == iso


@pytest.mark.parametrize(
    ("name", "iso"),
    [
        *[
            ("Nederland", "NL"),
            ("the netherlands", "NL"),
            ("Holland", "NL"),
            ("BELGIE", "BE"),
            ("Czech Republic", "CZ"),
        ],
        *[("Tsjechië", "CZ"), ("Atlantis", None), ("", None)],
    ],
)
def test_names_in_dutch_and_english_are_understood(name: str, iso: str | None) -> None:
    assert country_by_name(name) == iso


@pytest.mark.parametrize(
    ("language", "first"),
    [("nl", ["Afghanistan", "Åland", "Albanië"]), ("en", ["Afghanistan", "Åland Islands", "Albania"])],
)
def test_choices_are_sorted_by_name_without_accents(language: str, first: list[str]) -> None:
    with translation.override(language):
        names = [name for _code, name in country_choices()]

    assert names[:3] == first
    assert names[-1][0] == "Z"


def test_kosovo_has_a_name_and_the_european_union_is_no_country() -> None:
    assert country_names("en")["XK"] == "Kosovo"
    assert "EU" not in country_names("en")
