"""What every form shares."""

from datetime import date, datetime
from typing import Any, Self, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.forms import BaseForm
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.actions import ActionRefused

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
_UNLIKELY = gettext_lazy("Look at the year: choose a day between 1900 and 2199.")


def add_refusal(form: BaseForm, refusal: ActionRefused) -> None:
    """Show why an action refused, beside its field where it names one."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, refusal.message)


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day to reckon with: a slip such as the year 20266 or 0206 is refused before anything is counted from it."""

    widget = DayInput
    default_validators = [MinValueValidator(EARLIEST, _UNLIKELY), MaxValueValidator(LATEST, _UNLIKELY)]


class SeenAtForm(forms.ModelForm):
    """A form that knows which version of the row was looked at, so that nobody undoes what somebody else just wrote.

    Its action refuses with field ``seen_at``; ``overtaken_by`` then keeps what was typed on top of the newer version.
    """

    seen_at = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("seen_at", self.instance.updated_at.isoformat())

    def clean_seen_at(self) -> datetime:
        try:
            return datetime.fromisoformat(self.cleaned_data["seen_at"])
        except ValueError as error:
            raise forms.ValidationError(_("Open this page again.")) from error

    def differences_from(self, newer: Model) -> list[tuple[str, str]]:
        """Label and stored text of every field that now says something else than what was typed."""
        names = [name for name in self._meta.fields or () if self.cleaned_data[name] != self.stored(newer, name)]
        return [(str(self.fields[name].label), self.stored_text(newer, name) or "—") for name in names]

    def stored(self, row: Model, name: str) -> Any:
        """The value of a field as ``cleaned_data`` would hold it."""
        return getattr(row, name)

    def stored_text(self, row: Model, name: str) -> str:
        """The value of a field as people read it."""
        display = getattr(row, f"get_{name}_display", None)
        return str((display() if display else getattr(row, name)) or "")

    def overtaken_by(self, newer: Model) -> Self:
        """What was typed, on top of the newer version; saving again replaces that."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("seen_at")] = newer.updated_at.isoformat()  # type: ignore[attr-defined]
        form = type(self)(data, instance=newer)
        form.full_clean()
        return form
