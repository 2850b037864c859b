"""Country codes and their names: ISO 3166-1 alpha-2 and, for Kosovo, the ``XK`` that the EU and CLDR use."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language

from common.text import fold

_NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
# The codes of the European institutions that differ from ISO.
EU_CODES = {"UK": "GB", "EL": "GR"}


@cache
def country_names(language: str) -> dict[str, str]:
    """Code → name in ``language``, sorted by name; Åland comes after Albania, not after Zimbabwe."""
    territories = Locale.parse(language, sep="-").territories
    names = {c: n for c, n in territories.items() if len(c) == 2 and c.isalpha() and c not in _NOT_COUNTRIES}
    return dict(sorted(names.items(), key=lambda item: fold(item[1])))


def country_name(code: str) -> str:
    """The name in the current language; an unknown code stands for itself."""
    return country_names(get_language() or "en").get(code, code)


def country_choices() -> list[tuple[str, str]]:
    """For a form: every country, by name in the current language."""
    return list(country_names(get_language() or "en").items())


def iso_country(code: str) -> str | None:
    """The ISO code for an ISO or EU code, in any case; None when there is no such country."""
    code = code.strip().upper()
    code = EU_CODES.get(code, code)
    return code if code in country_names("en") else None
