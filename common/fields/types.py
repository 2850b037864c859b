"""The types of fields: how values are read from files, written to them, shown, and kept as plain data."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Choices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.dates import EARLIEST, LATEST, read_day
from common.spreadsheets import Cell
from common.text import fold

Text = str | Promise
_LANGUAGES = ("en", "nl")
# A spreadsheet may write 12 as 12.0 or 12,00.
_WHOLE_NUMBER = re.compile(r"([+-]?\d{1,18})(?:[.,]0{1,2})?")


class ValueRefused(Exception):
    """Refusal of a text that a field cannot hold; the message is the reason, for the user."""


def has_value(value: Any) -> bool:
    """Return whether there is a value to show; nought and no are values."""
    return value not in (None, "", [])


def short(text: str) -> str:
    """Return a text that fits in a sentence."""
    return Truncator(text).chars(40)


class FieldType:
    """The type of a field: reads its values from files, writes them to files, shows them, keeps them as plain data.

    ``empty`` is the value of a field of which nothing is known, ``hint`` what a file may say, in words. ``least`` and
    ``most`` limit the values; the validators of the model may limit them further.
    """

    empty: Any = None
    hint: Text = ""
    least: Any = None
    most: Any = None

    def for_file(self) -> Callable[[Any], Cell]:
        """Return the function that makes the cell of an exported file, which a ``FileType`` reads back.

        Like that of ``for_page`` it is made once for many values: labels are looked up once, in the current language.
        """
        return self.for_page()

    def for_page(self) -> Callable[[Any], str]:
        """Return the function that makes the text that people read."""
        return str

    def to_plain(self, value: Any) -> Any:
        """Return a value as plain data, as it is kept with an import."""
        return value

    def from_plain(self, plain: Any) -> Any:
        """Return the value that ``to_plain`` was given."""
        return plain

    def is_empty(self, value: Any) -> bool:
        """Return whether a value, or its plain data, says nothing."""
        return not has_value(value) or value == self.empty


class FileType(FieldType, ABC):
    """The type of a field that files bring in."""

    @abstractmethod
    def parse(self, text: str) -> Any:
        """Return the value for a text of a file, without white space around it. Raises ValueRefused."""

    def find(self, text: str) -> tuple[str, str]:
        """Return the part of a cell to parse, and the part that is left out, such as a second address."""
        return text, ""


class TextType(FileType):
    """A text. ``nothing`` are texts that people fill in where there is nothing to fill in."""

    empty = ""

    def __init__(self, nothing: Iterable[str] = ()) -> None:
        self.nothing = frozenset(nothing)

    def parse(self, text: str) -> str:
        return "" if text in self.nothing else text


class ChoiceType(FileType):
    """One of a few values, known in files by their names in Dutch and English, and by the words in ``also``."""

    def __init__(self, choices: type[Choices], *, empty: str = "", also: Mapping[str, str] | None = None) -> None:
        self.choices, self.empty, self.also = choices, empty, also or {}

    def parse(self, text: str) -> str:
        if not text:
            return str(self.empty)
        found = self._by_word.get(fold(text))
        if found is None:
            texts = {"value": short(text), "known": ", ".join(str(label) for label in self.choices.labels)}
            raise ValueRefused(_("“%(value)s” is not known here; known are %(known)s.") % texts)
        return found

    def for_page(self) -> Callable[[Any], str]:
        labels = {value: str(label) for value, label in self.choices.choices}
        return lambda value: labels.get(value, str(value))

    def to_plain(self, value: Any) -> str:
        return str(value)

    @cached_property
    def _by_word(self) -> dict[str, str]:
        words = {fold(value): str(value) for value in self.choices.values}
        for code in _LANGUAGES:
            with override(code):
                words |= {fold(str(label)): str(value) for value, label in self.choices.choices}
        return {fold(word): str(value) for word, value in self.also.items()} | words


class WholeNumberType(FileType):
    """A whole number."""

    def parse(self, text: str) -> int | None:
        if not text:
            return None
        found = _WHOLE_NUMBER.fullmatch(text)
        if found is None:
            raise ValueRefused(_("“%(value)s” is not a whole number.") % {"value": short(text)})
        return int(found[1])

    def for_file(self) -> Callable[[Any], Cell]:
        return int


class YearType(WholeNumberType):
    """A year, read from a day in it as well: a spreadsheet may keep it as one."""

    def parse(self, text: str) -> int | None:
        day = None if not text or _WHOLE_NUMBER.fullmatch(text) else read_day(text) or read_day(f"1 {text}")
        try:
            return day.year if day else super().parse(text)
        except ValueRefused as refused:
            texts = {"value": short(text)}
            raise ValueRefused(_("“%(value)s” is not a year: write four figures, such as 1987.") % texts) from refused


class DayType(FileType):
    """A day, in files 2026-11-25."""

    least, most = EARLIEST, LATEST

    def parse(self, text: str) -> date | None:
        day = read_day(text)
        if text and day is None:
            texts = {"value": short(text)}
            raise ValueRefused(_("“%(value)s” is not a day: write 2024-03-31 or 31 March 2024.") % texts)
        return day

    def for_file(self) -> Callable[[Any], Cell]:
        return lambda day: day

    def for_page(self) -> Callable[[Any], str]:
        return date_format

    def to_plain(self, value: Any) -> str | None:
        return value.isoformat() if value else None

    def from_plain(self, plain: Any) -> date | None:
        return date.fromisoformat(plain) if plain else None


class MomentType(FieldType):
    """A moment, of which files and pages give the day in our time zone; no file is read for it."""

    def for_file(self) -> Callable[[Any], Cell]:
        return lambda moment: timezone.localtime(moment).date()

    def for_page(self) -> Callable[[Any], str]:
        return lambda moment: date_format(timezone.localtime(moment))

    def to_plain(self, value: Any) -> str | None:
        return value.isoformat() if value else None

    def from_plain(self, plain: Any) -> datetime | None:
        return datetime.fromisoformat(plain) if plain else None


class YesNoType(FileType):
    """Yes or no."""

    _words = {
        **dict.fromkeys(("yes", "y", "ja", "j", "true", "waar", "1", "x"), True),
        **dict.fromkeys(("no", "n", "nee", "false", "onwaar", "0"), False),
    }

    def parse(self, text: str) -> bool | None:
        if text and fold(text) not in self._words:
            raise ValueRefused(_("“%(value)s” is neither yes nor no.") % {"value": short(text)})
        return self._words[fold(text)] if text else None

    def for_page(self) -> Callable[[Any], str]:
        yes, no = _("yes"), _("no")
        return lambda value: yes if value else no
