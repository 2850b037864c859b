"""Build forms that keep text typed by two people, and show refusals of actions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, ProhibitNullCharactersValidator
from django.db.models import Model
from django.forms import BaseForm
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.actions import ActionRefused
from common.dates import EARLIEST, LATEST
from common.edits import Author, EditConflict, Seen, is_collection
from common.numbers import EMPTY

_UNLIKELY = gettext_lazy("Look at the year: choose a day between 1900 and 2199.")


def add_refusal(form: BaseForm, refusal: ActionRefused) -> None:
    """Show the reasons of a refusal, each beside its field where it names one."""
    if isinstance(refusal, EditConflict) and isinstance(form, EditForm):
        form.show_conflict(refusal)
        return
    for reason in (refusal, *refusal.also):
        form.add_error(reason.field if reason.field in form.fields else None, reason.message)


class TypedField(forms.CharField):
    """A text that stands for other values, such as names with commas between them.

    The text itself is checked before it is read; validators of the field see the values that it stands for.
    """

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        ProhibitNullCharactersValidator()(text)
        return text


class DayInput(forms.DateInput):
    """The date input of the browser."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day within a plausible range: a slip such as the year 20266 or 0206 is refused before it is used."""

    widget = DayInput
    default_validators = [MinValueValidator(EARLIEST, _UNLIKELY), MaxValueValidator(LATEST, _UNLIKELY)]


class SeenField(forms.CharField):
    """The marks of the values that a page showed, in a hidden input."""

    widget = forms.HiddenInput(attrs={"autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> Seen:
        return Seen.read(value or "")


@dataclass(frozen=True)
class StoredNow:
    """The value that another person stored in a field meanwhile; ``author`` is None where it is not known."""

    text: str
    author: Author | None
    is_long: bool


class AboutOthers(forms.Form):
    """Form with details of another person or organisation, into which a browser must not fill those of its user."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")


class EditForm(forms.Form):
    """A form that changes stored values; two people who fill it in at the same time lose no word.

    It carries marks of the values that its page showed; the action merges (``common.edits.merge``) and refuses a field
    that both changed. ``show_conflict`` then keeps the typed text, and shows the other text beside the field. Its
    ``<form>`` says ``autocomplete="off"``, so that browsers put no older values beside newer marks.
    """

    seen = SeenField()

    def shown(self, name: str) -> Any:
        """Return the stored value that the page shows in a field, as ``cleaned_data`` would hold it."""
        return _offered(self.fields[name], self.get_initial_for_field(self.fields[name], name))

    def shown_values(self) -> dict[str, Any]:
        """Return by field every stored value that the page shows."""
        return {name: self.shown(name) for name in self.fields if name != "seen"}

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == "seen":
            return str(Seen.of(self.shown_values()))
        return super().get_initial_for_field(field, field_name)

    def stored_text(self, name: str, value: Any) -> str:
        """Return a stored value as people read it."""
        field = self.fields[name]
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if is_collection(value):
            return ", ".join(self.stored_text(name, element) for element in getattr(value, "all", lambda: value)())
        if isinstance(value, date):
            return date_format(value)
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return next((str(label) for key, label in _flat(field.choices) if str(key) == str(value or "")), "")
        return "" if value is None else str(value)

    def show_conflict(self, conflict: EditConflict) -> None:
        """Keep the typed values, take over those that only the other person changed, and show those that both changed.

        Saving the form again then holds.
        """
        data = cast(QueryDict, self.data).copy()
        for name, value in conflict.merged.items():
            if name in self.fields:
                data.setlist(self.add_prefix(name), self._as_posted(name, value))
        before = Seen.read(data.get(self.add_prefix("seen"), "")).marks
        shown = {name: _offered(self.fields.get(name), value) for name, value in conflict.stored.items()}
        data[self.add_prefix("seen")] = str(Seen({**before, **Seen.of(shown).marks}))
        self.data = data
        self.full_clean()
        for name in conflict.fields:
            if name in self.fields:
                author = conflict.authors.get(name)
                text = self.stored_text(name, conflict.stored[name]) or EMPTY
                is_long = isinstance(self.fields[name].widget, forms.Textarea)
                self.fields[name].stored_now = StoredNow(text, author, is_long)  # type: ignore[attr-defined]
            self.add_error(name if name in self.fields else None, self.told(conflict, name))

    def told(self, conflict: EditConflict, name: str) -> str:
        """Say who changed a field meanwhile."""
        author = conflict.authors.get(name)
        if author is None:
            return _("Somebody else changed this while you were writing.")
        if author.is_actor:
            return _("You changed this in another window.")
        return _("%(name)s changed this while you were writing.") % {"name": author.name}

    def _as_posted(self, name: str, value: Any) -> list[str]:
        """Return a value as the browser would send it."""
        field = self.fields[name]
        shown = field.prepare_value(_offered(field, value))
        if isinstance(shown, bool):
            return ["on"] if shown else []
        if not isinstance(shown, list | tuple | set):
            shown = field.widget.format_value(shown)
        if not isinstance(shown, list | tuple | set):
            return ["" if shown is None else str(shown)]
        return [str(part) for part in shown]


class RemoveForm(EditForm):
    """The question before a ``row`` is deleted, with marks of the fields ``names`` as its page showed them."""

    def __init__(self, *args: Any, row: Model, names: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.names = row, names

    def shown_values(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in self.names}

    def told(self, conflict: EditConflict, name: str) -> str:
        """Say who changed a field meanwhile, and what it says now."""
        label = capfirst(str(type(self.row)._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
        return f"{super().told(conflict, name)} {label}: {conflict.stored[name] or EMPTY}"


def _offered(field: forms.Field | None, value: Any) -> Any:
    """Return a value as the page shows it: of a choice of many, only the values that are on offer."""
    if not isinstance(field, forms.ModelMultipleChoiceField):
        return value
    keys = {getattr(element, "pk", element) for element in getattr(value, "all", lambda: value or ())()}
    return [row for row in field.queryset or () if row.pk in keys] if keys else []


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield key, label
