"""Name countries by code: ISO 3166-1 alpha-2 and, for Kosovo, the ``XK`` that the EU and CLDR use."""

from functools import cache

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language

from common.text import fold

_NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
# Codes that differ from ISO: of the European institutions, and of the World Bank.
OTHER_CODES = {"UK": "GB", "EL": "GR", "XKX": "XK"}
# What people call a country besides its name in CLDR, folded.
OTHER_NAMES = {
    "holland": "NL",
    **dict.fromkeys(("scotland", "schotland", "wales", "northern ireland", "noord ierland", "britain"), "GB"),
    **dict.fromkeys(("vs", "u s", "u s a", "america", "amerika"), "US"),
    **dict.fromkeys(("vlaanderen", "flanders", "wallonie", "wallonia"), "BE"),
    **dict.fromkeys(("ivory coast", "cote d ivoire"), "CI"),
    **dict.fromkeys(("macedonia", "macedonie"), "MK"),
    **dict.fromkeys(("dr congo", "democratic republic of the congo", "democratische republiek congo"), "CD"),
    **dict.fromkeys(("palestine", "palestina", "palestinian territory"), "PS"),
    **dict.fromkeys(("swaziland", "eswatini"), "SZ"),
    **dict.fromkeys(("burma", "birma"), "MM"),
    **dict.fromkeys(("cape verde", "kaapverdie"), "CV"),
    **dict.fromkeys(("bosnia", "bosnie"), "BA"),
    **dict.fromkeys(("uae", "vae", "emirates"), "AE"),
    **dict.fromkeys(("vatican", "vaticaan", "holy see"), "VA"),
    **dict.fromkeys(("turkiye", "turkije"), "TR"),
    **dict.fromkeys(("trinidad tobago", "trinidad en tobago"), "TT"),
    **dict.fromkeys(("st lucia", "sint lucia"), "LC"),
    "micronesia": "FM",
    "macao": "MO",
    "brunei": "BN",
    "south korea": "KR",
    "north korea": "KP",
    "czech republic": "CZ",
    "england": "GB",
    "engeland": "GB",
    "great britain": "GB",
    "groot brittannie": "GB",
    "turkey": "TR",
    "united states of america": "US",
    "verenigde staten van amerika": "US",
}
_LANGUAGES = ("en", "nl")
# In files names are known in these languages as well.
_READ = ("it", "pt", "es", "fr", "de")


@cache
def country_names(language: str) -> dict[str, str]:
    """Return the names in ``language`` by code, sorted by folded name: Åland comes after Albania."""
    territories = Locale.parse(language, sep="-").territories
    names = {c: n for c, n in territories.items() if len(c) == 2 and c.isalpha() and c not in _NOT_COUNTRIES}
    return dict(sorted(names.items(), key=lambda item: fold(item[1])))


def country_name(code: str) -> str:
    """Return the name of a country in the current language; return an unknown code itself."""
    return country_names(get_language() or "en").get(code, code)


def country_choices() -> list[tuple[str, str]]:
    """Return every country for a form, by name in the current language."""
    return list(country_names(get_language() or "en").items())


def iso_country(code: str) -> str | None:
    """Return the two-letter code for an ISO code of two or three letters, or an EU code; None for any other text."""
    code = code.strip().upper().replace(".", "")
    code = OTHER_CODES.get(code, code)
    if len(code) == 3 and code.isalpha():
        now = get_global("territory_aliases").get(code, [])
        code = now[0] if len(now) == 1 else code
    return code if code in country_names("en") else None


def country_by_name(name: str) -> str | None:
    """Return the code of the country with this name in a language of its neighbours; None when there is none."""
    return _by_name().get(fold(name).removeprefix("the ").removeprefix("de "))


@cache
def _by_name() -> dict[str, str]:
    names = {fold(name): code for language in _READ for code, name in country_names(language).items()}
    # Names in our own languages count before those of others, and what people say before both.
    return (
        names
        | {fold(name): code for language in _LANGUAGES for code, name in country_names(language).items()}
        | OTHER_NAMES
    )
