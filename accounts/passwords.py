"""Refuse passwords that are easy to guess."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Characters that must remain of a password without the parts that a guesser tries first.
FEWEST_LEFT = 5
_ROWS = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop"),
    *("abcdefghijklmnopqrstuvwxyz", "01234567890", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1234qwer", "qwer1234asdf", "741852963", "159753", "147258369"),
)
_SHORTEST_RUN = 3
_SIGNS = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "€": "e"}
)
# Four digits that can be a year, and days as people write them.
_DATES = re.compile(r"(19|20)\d\d|\d{1,2}[-/.]\d{1,2}[-/.]?")
# One sign three times, two signs three times, more signs twice; a double letter is part of a word.
_REPEATED = re.compile(r"(.)\1{2,}|(..)\2{2,}|(.{3,}?)\3+")
_AROUND = re.compile(r"^[^a-z]+|[^a-z]+$")

WordsOf = Callable[[Any], Iterable[str]]
_words_of: list[WordsOf] = []


def guessable(words_of: WordsOf) -> WordsOf:
    """Register a function that returns words which others would try as the password of an account."""
    _words_of.append(words_of)
    return words_of


class GuessableValidator:
    """Password validator that refuses combinations of common words, names, years, keyboard rows and repeats."""

    def validate(self, password: str, user: Any = None) -> None:
        texts = [str(getattr(user, "name", "")), str(getattr(user, "email", ""))]
        texts += [word for words_of in _words_of for word in words_of(user)] if user is not None else []
        parts = (part for text in texts for part in (_plain(text), *re.split(r"[\W_]+", _plain(text))))
        if left_of(password, [part for part in parts if len(part) > 2]) < FEWEST_LEFT:
            raise ValidationError(
                _(
                    "This password is easy to guess: it is made of words, names, years or rows of keys that people try "
                    "first. Take a few words that have nothing to do with each other."
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("A few words that have nothing to do with each other make a good password.")


def left_of(password: str, names: Iterable[str] = ()) -> int:
    """Return the number of different characters left after removing the parts that a guesser tries first.

    Count twice: in the password as typed, and without the digits and signs around it and with letters for the signs
    inside ("p4ssw0rd" as "password"). The smaller number is returned; below ``FEWEST_LEFT`` the password is refused.
    """
    plain = _plain(password)
    words = sorted({*_common_words(), *(_plain(name) for name in names)}, key=len, reverse=True)
    known = [word for word in words if len(word) >= 2]
    return min(_rest(plain, known), _rest(_AROUND.sub("", plain).translate(_SIGNS), known))


def _rest(text: str, words: list[str]) -> int:
    """Remove repeats, dates, keyboard rows and words, longest first; return the number of different characters left."""
    text = _DATES.sub(" ", _without_repeats(text))
    text = _without_rows(text)
    for word in words:
        # Short words only where they stand alone: else they would eat their way through any other word.
        text = text.replace(word, " ") if len(word) > 3 else re.sub(rf"(?<![a-z]){re.escape(word)}(?![a-z])", " ", text)
    return len(set(re.findall(r"[^\W_]", _without_repeats(text))))


def _without_repeats(text: str) -> str:
    return _REPEATED.sub(lambda found: next(part for part in found.groups() if part), text)


def _without_rows(text: str) -> str:
    """Remove characters that follow one another on a keyboard or in the alphabet, in either direction."""
    kept, place = "", 0
    rows = [*_ROWS, *(row[::-1] for row in _ROWS)]
    while place < len(text):
        length = 0
        while place + length < len(text) and any(text[place : place + length + 1] in row for row in rows):
            length += 1
        if length > _SHORTEST_RUN or (length == _SHORTEST_RUN and text[place : place + length].isdecimal()):
            kept, place = kept + " ", place + length
        else:
            kept, place = kept + text[place], place + 1
    return kept


@cache
def _common_words() -> frozenset[str]:
    lines = (Path(__file__).parent / "password_words.txt").read_text().splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _plain(text: str) -> str:
    """Return the text in lower case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
