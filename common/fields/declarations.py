"""Fields as an app declares them, with all that is known of them outside of the model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as setting
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Model
from django.db.models.expressions import OrderBy
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.fields.types import FieldType, FileType, Text, ValueRefused, has_value, short

ModelClass = type[Model]
PLACES = frozenset({"file", "list", "form", "merge"})


class Merge(StrEnum):
    """The value that the survivor of a merge gets."""

    CHOICE = "choice"  # the one that a person chooses; else its own, or the duplicate's where it has none
    FILL = "fill"  # its own, or the duplicate's where it has none
    TOGETHER = "together"  # the values of both, each once
    RULE = "rule"  # by its own rule in partners/merging


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
        self._fields = {}
        for field in fields:
            reasons = {**(without or {}), **field.without}
            if unknown := reasons.keys() - PLACES:
                raise ValueError(f"{field.name}: {unknown} is not one of {PLACES}")
            if bool(field.headers) == ("file" in reasons):
                raise ValueError(f"{field.name}: say how files call it, or why it stands in none")
            if field.headers and not isinstance(field.type, FileType):
                raise ValueError(f"{field.name}: files cannot bring in a {type(field.type).__name__}")
            label = field.label or capfirst(model._meta.get_field(field.name).verbose_name)  # type: ignore[union-attr]
            key = field.key or field.name
            self._fields[field.name] = replace(field, model=model, label=label, key=key, without=reasons)

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
