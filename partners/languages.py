"""Name languages by ISO 639 code, with the names of CLDR."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language

from common.text import fold

# Languages that are also known by the name that their speakers give them.
_WITH_OWN_NAME = frozenset("ar de en es fa fr fy it nl pl pt ro ru so sw ti tr uk".split())
_NOT_LANGUAGES = {"mul", "und", "zxx", "mis", "root"}


@cache
def language_names(language: str) -> dict[str, str]:
    """Return the names in ``language`` by code, sorted by name."""
    names = Locale.parse(language, sep="-").languages
    spoken = {
        code: name for code, name in names.items() if len(code) <= 3 and code.isalpha() and code not in _NOT_LANGUAGES
    }
    return dict(sorted(spoken.items(), key=lambda item: fold(item[1])))


def language_name(code: str) -> str:
    """Return the name of a language in the current language; return an unknown code itself."""
    return language_names(get_language() or "en").get(code, code)


def language_choices() -> list[tuple[str, str]]:
    return list(language_names(get_language() or "en").items())


def language_code(name: str) -> str | None:
    """Return the code for a code or a name: in the current language, in English, or in that language itself."""
    return _codes(get_language() or "en").get(fold(name.strip()))


@cache
def _codes(language: str) -> dict[str, str]:
    english, own = language_names("en"), language_names(language)
    found = {fold(code): code for code in english}
    wanted = [code for code in english if len(code) == 2 and code in _WITH_OWN_NAME]
    by_themselves = {code: name for code in wanted if (name := Locale.parse(code).get_language_name(code))}
    for names in (by_themselves, english, own):
        found.update({fold(name): code for code, name in names.items()})
    return found
