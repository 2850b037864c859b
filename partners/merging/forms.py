from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.merging.details import DUPLICATE, SURVIVOR, Difference

_PREFIX = "from-"


class MergeForm(forms.Form):
    """The side to choose for each field with two values, and the fingerprint of the preview that was read."""

    seen = forms.CharField(
        widget=forms.HiddenInput,
        max_length=64,
        error_messages={"required": gettext_lazy("Open this page again.")},
    )

    def __init__(self, *args: Any, differences: Iterable[Difference], seen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = seen
        self.differences = list(differences)
        for row in self.differences:
            self.fields[_PREFIX + row.field] = forms.ChoiceField(
                label=row.label,
                choices=[(SURVIVOR, row.survivor or "—"), (DUPLICATE, row.duplicate or "—")],
                widget=forms.RadioSelect,
                initial=row.default,
                required=False,
                error_messages={"invalid_choice": _("Choose one of the two.")},
            )

    @property
    def rows(self) -> list[tuple[Difference, forms.BoundField, str]]:
        """Return every field with its present value: the chosen side, or the default."""
        bound = ((row, self[_PREFIX + row.field]) for row in self.differences)
        return [(row, field, str(field.value() or row.default)) for row, field in bound]

    @property
    def choices(self) -> dict[str, str]:
        """Return the chosen side by field."""
        chosen = {row.field: self.cleaned_data.get(_PREFIX + row.field) for row in self.differences}
        return {name: side for name, side in chosen.items() if side}
