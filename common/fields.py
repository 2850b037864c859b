"""Declare the fields of a model once: importer, refused rows, export, lists, forms, comparison and merge read that.

An app declares the fields of a model as ``ModelFields`` in its ``fields``. A field stands in every place (``file``,
``list``, ``form``, ``merge``), or says in ``without`` why not.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as setting
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Choices, F, Model
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.dates import EARLIEST, LATEST, read_day
from common.spreadsheets import Cell
from common.text import fold

Text = str | Promise
ModelClass = type[Model]
PLACES = frozenset({"file", "list", "form", "merge"})
_LANGUAGES = ("en", "nl")
# A spreadsheet may write 12 as 12.0 or 12,00.
_WHOLE_NUMBER = re.compile(r"([+-]?\d{1,18})(?:[.,]0{1,2})?")


class ValueRefused(Exception):
    """Refusal of a text that a field cannot hold; the message is the reason, for the user."""


class Merge(StrEnum):
    """The value that the survivor of a merge gets."""

    CHOICE = "choice"  # the one that a person chooses; else its own, or the duplicate's where it has none
    FILL = "fill"  # its own, or the duplicate's where it has none
    TOGETHER = "together"  # the values of both, each once
    RULE = "rule"  # by its own rule in partners/merging


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


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a model, with all that is known of it outside of the model.

    ``label`` is its name on pages and in files, that of the model unless another is given. ``headers`` are names of its
    column in files: folded, without spaces, the surest first. ``key`` names it in the addresses of lists, ``path`` is
    what a list reads where that is not the field itself, and ``order`` the columns by which a list is sorted by it.
    With ``is_fact`` the page of a row shows it by itself; the others have a place of their own there. ``merge`` says
    what a survivor gets. ``without`` gives the reason for each of ``PLACES`` in which the field does not stand.
    ``model`` is set by ``ModelFields``.
    """

    name: str
    type: FieldType
    label: Text = ""
    headers: tuple[str, ...] = ()
    key: str = ""
    path: str = ""
    order: tuple[str, ...] = ()
    is_fact: bool = False
    merge: Merge = Merge.CHOICE
    without: Mapping[str, str] = setting(default_factory=dict)
    model: ModelClass = Model

    @property
    def in_file(self) -> bool:
        return "file" not in self.without

    @property
    def in_list(self) -> bool:
        return "list" not in self.without

    @property
    def in_form(self) -> bool:
        return "form" not in self.without

    @property
    def in_merge(self) -> bool:
        return "merge" not in self.without

    @cached_property
    def model_field(self) -> Any:
        return self.model._meta.get_field(self.name)

    @cached_property
    def max_length(self) -> int:
        """Return the most characters that fit; 0 where there is no limit."""
        return getattr(self.model_field, "max_length", None) or 0

    def parse(self, text: str) -> Any:
        """Return the value for a text of a file, without white space around it. Raises ValueRefused."""
        if not isinstance(self.type, FileType):
            raise TypeError(f"{self.name} is not read from files")
        value = self.type.parse(text)
        if not self.type.is_empty(value):
            least, most = self.limits()
            if (least is not None and value < least) or (most is not None and value > most):
                words = self.type.for_page()
                limits = {"value": short(text), "least": words(least), "most": words(most)}
                raise ValueRefused(_("“%(value)s” is not possible: from %(least)s up to %(most)s.") % limits)
        return value

    def plain(self, row: Model) -> Any:
        """Return the value of a row as plain data."""
        return self.type.to_plain(getattr(row, self.name))

    def set_plain(self, row: Model, plain: Any) -> None:
        """Set the value of a row, without saving it."""
        setattr(row, self.name, self.type.from_plain(plain))

    def in_words(self, value: Any) -> str:
        """Return a value as people read it, “” where there is none."""
        return self.type.for_page()(value) if has_value(value) else ""

    def plain_in_words(self, plain: Any) -> str:
        """Return plain data as people read it, “” where there is none."""
        return self.in_words(self.type.from_plain(plain))

    def limits(self) -> tuple[Any, Any]:
        """Return the least and the most value, of the type or of the validators of the model; None for no limit."""
        lowest, highest = self._limiting
        least = (limit() if callable(limit) else limit for limit in lowest)
        most = (limit() if callable(limit) else limit for limit in highest)
        return max(least, default=self.type.least), min(most, default=self.type.most)

    @cached_property
    def _limiting(self) -> tuple[list[Any], list[Any]]:
        """Return the limits in the validators of the model; a limit that moves, such as this year, is a function."""
        validators = self.model_field.validators
        return (
            [validator.limit_value for validator in validators if isinstance(validator, MinValueValidator)],
            [validator.limit_value for validator in validators if isinstance(validator, MaxValueValidator)],
        )


class ModelFields(Mapping[str, Field]):
    """The declared fields of a model, by name, in the order of its form.

    ``left_out`` gives for every other field of the model the reason why it is not declared: a test compares the two
    with the model. ``without`` holds for all of the fields.
    """

    def __init__(
        self,
        model: type[Model],
        *fields: Field,
        left_out: Mapping[str, str],
        without: Mapping[str, str] | None = None,
    ) -> None:
        self.model, self.left_out = model, left_out
        self._fields = {field.name: self._of_model(field, without or {}) for field in fields}

    def __getitem__(self, name: str) -> Field:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    @property
    def in_file(self) -> list[Field]:
        return [field for field in self.values() if field.in_file]

    @property
    def in_list(self) -> list[Field]:
        return [field for field in self.values() if field.in_list]

    @property
    def in_form(self) -> list[str]:
        """Return the names of the fields that people fill in."""
        return [field.name for field in self.values() if field.in_form]

    @property
    def facts(self) -> list[Field]:
        """Return the fields that the page of a row shows by itself."""
        return [field for field in self.values() if field.is_fact]

    def order_of(self, wish: str) -> tuple[str, list[str | OrderBy]]:
        """Return the sort that an address asks for and its columns; those of the name where no field has that sort.

        Downwards reverses every column, so that the same index serves; rows without a value come last in both
        directions.
        """
        orders = {field.key: field.order for field in self.in_list if field.order}
        name, down = wish.removeprefix("-"), wish.startswith("-")
        if name not in orders:
            return "name", list(orders["name"])
        if not down:
            return wish, list(orders[name])
        leading, *others = orders[name]
        # A column for sorting only, such as a folded name, is never empty.
        may_be_empty = leading in self and self[leading].model_field.null
        first = F(leading).desc(nulls_last=True) if may_be_empty else f"-{leading}"
        return wish, [first, *(f"-{column}" for column in others)]

    def merged_by(self, merge: Merge) -> list[Field]:
        """Return the fields of which a survivor gets the value in this way."""
        return [field for field in self.values() if field.in_merge and field.merge == merge]

    def _of_model(self, field: Field, without: Mapping[str, str]) -> Field:
        """Return the field with its model, a label and a key. Refuses one without headers and without a reason."""
        without = {**without, **field.without}
        if unknown := without.keys() - PLACES:
            raise ValueError(f"{field.name}: {unknown} is not one of {PLACES}")
        if bool(field.headers) == ("file" in without):
            raise ValueError(f"{field.name}: say how files call it, or why it stands in none")
        if field.headers and not isinstance(field.type, FileType):
            raise ValueError(f"{field.name}: files cannot bring in a {type(field.type).__name__}")
        label = field.label or capfirst(self.model._meta.get_field(field.name).verbose_name)  # type: ignore[union-attr]
        return replace(field, model=self.model, label=label, key=field.key or field.name, without=without)
