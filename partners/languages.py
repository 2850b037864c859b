"""What people speak: ISO 639 codes, with names from CLDR."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language

from common.text import fold

# Languages that are also known by the name that their speakers give them.
_WITH_OWN_NAME = frozenset("ar de en es fa fr fy it nl pl pt ro ru so sw ti tr uk".split())
_NOT_LANGUAGES = {"mul", "und", "zxx", "mis", "root"}


@cache
def language_names(language: str) -> dict[str, str]:
    """Code → name in ``language``, sorted by name."""
    names = Locale.parse(language, sep="-").languages
    spoken = {code: name for code, name in names.items() if _is_spoken(code)}
    return dict(sorted(spoken.items(), key=lambda item: fold(item[1])))


def _is_spoken(code: str) -> bool:
    return len(code) <= 3 and code.isalpha() and code not in _NOT_LANGUAGES


def language_name(code: str) -> str:
    """The name in the current language; an unknown code stands for itself."""
    return language_names(get_language() or "en").get(code, code)


def language_choices() -> list[tuple[str, str]]:
    return list(language_names(get_language() or "en").items())


def language_code(name: str) -> str | None:
    """The code for a code or a name: in the current language, in English, or as its speakers write it."""
    return _codes(get_language() or "en").get(fold(name.strip()))


@cache
def _codes(language: str) -> dict[str, str]:
    english, own = language_names("en"), language_names(language)
    found = {fold(code): code for code in english}
    for names in (_own_names(tuple(english)), english, own):
        found.update({fold(name): code for code, name in names.items()})
    return found


def _own_names(codes: tuple[str, ...]) -> dict[str, str]:
    wanted = [code for code in codes if len(code) == 2 and code in _WITH_OWN_NAME]
    return {code: name for code in wanted if (name := Locale.parse(code).get_language_name(code))}
