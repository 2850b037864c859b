from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.enums import RowOutcome
from partners.importer.fields import CONTACT_FIELDS, FIELDS, KEYS, NEEDED
from partners.importer.opening import Glance
from partners.importer.reading import XLSX

MAX_UPLOAD = 20_000_000
MAX_LINES = 200_000
MAX_COLUMNS = 100


class ImportForm(forms.Form):
    """A file of organisations."""

    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX file"),
        help_text=gettext_lazy(
            "With the names of the columns on the first line, as your spreadsheet program saves it."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
            "missing": gettext_lazy("Choose a file."),
        },
    )

    def clean_file(self) -> UploadedFile:
        """What is larger is for the command line."""
        file = cast(UploadedFile, self.cleaned_data["file"])
        sizes = {"size": f"{(file.size or 0) / 1e6:.1f}", "limit": f"{MAX_UPLOAD / 1e6:.0f}", "lines": MAX_LINES}
        if (file.size or 0) > MAX_UPLOAD:
            raise forms.ValidationError(
                _("The file is %(size)s MB; here at most %(limit)s MB fits. An operator can import larger files.")
                % sizes
            )
        is_text = file.read(len(XLSX)) != XLSX
        if is_text and sum(chunk.count(b"\n") for chunk in file.chunks()) > MAX_LINES:
            raise forms.ValidationError(
                _("The file has more than %(lines)d lines. An operator can import larger files.") % sizes
            )
        file.seek(0)
        return file


class ColumnsForm(forms.Form):
    """What each column of a file is, and by what an organisation is recognised."""

    sheet = forms.CharField(widget=forms.HiddenInput, required=False)
    key = forms.ChoiceField(
        label=gettext_lazy("By what do we recognise an organisation that is here already?"),
        choices=list(KEYS.items()),
        widget=forms.RadioSelect,
    )

    def __init__(self, glance: Glance, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.glance = glance
        for place, name in enumerate(glance.header):
            self.fields[f"column{place}"] = forms.ChoiceField(
                label=name or f"#{place + 1}", choices=_choices(), required=False
            )

    @property
    def columns(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Each column with its first values."""
        return [(self[f"column{place}"], values) for place, values in enumerate(self.glance.values)]

    @property
    def chosen(self) -> list[str]:
        """The field of each column, “” for those that are left out."""
        return [self.cleaned_data[f"column{place}"] for place in range(len(self.glance.header))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first: dict[str, str] = {}
        for place, header in enumerate(self.glance.header):
            field = cleaned.get(f"column{place}")
            if field in first:
                texts = {"field": FIELDS[field].label, "column": first[field]}
                self.add_error(f"column{place}", _("%(field)s is the column %(column)s already.") % texts)
            elif field:
                first[field] = header or f"#{place + 1}"
        self._refuse_missing(cleaned, first)
        return cleaned

    def _refuse_missing(self, cleaned: dict[str, Any], chosen: dict[str, str]) -> None:
        if "name" not in chosen:
            self.add_error(None, _("Say which column is the name of the organisation."))
        needed = NEEDED.get(cleaned.get("key", ""), "name")
        if needed != "name" and needed not in chosen:
            texts = {"field": FIELDS[needed].label}
            self.add_error("key", _("No column is matched to “%(field)s”.") % texts)
        given = [field for field in CONTACT_FIELDS if field in chosen]
        if given and "contact_name" not in chosen and "contact_email" not in chosen:
            self.add_error(None, _("Say which column is the name or the e-mail address of the contact."))


class RowFilterForm(forms.Form):
    """Which rows of a file are shown."""

    outcome = forms.ChoiceField(choices=[("", ""), *RowOutcome.choices], required=False)


def _choices() -> list[tuple[Any, Any]]:
    return [("", _("Leave out")), *((name, field.label) for name, field in FIELDS.items())]
