from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import EditForm
from imports.enums import RowOutcome
from imports.mapping.fields import FIELDS, KEYS, NEEDED, OF_CONTACT
from imports.reports.preview import XLSX, SheetPreview

MAX_UPLOAD = 20_000_000
MAX_LINES = 200_000


class ImportForm(forms.Form):
    """A file to be imported."""

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
        """Refuse a file that is too large for the browser; the command line takes larger ones."""
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


class ColumnsForm(EditForm):
    """The field of each column of a file, and the key by which organisations are recognised."""

    sheet = forms.CharField(widget=forms.HiddenInput, required=False)
    key = forms.ChoiceField(
        label=gettext_lazy("By what do we recognise an organisation that is here already?"),
        choices=list(KEYS.items()),
        widget=forms.RadioSelect,
    )

    def __init__(self, preview: SheetPreview, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.preview = preview
        for place, name in enumerate(preview.header):
            self.fields[f"column{place}"] = forms.ChoiceField(
                label=name or f"#{place + 1}",
                choices=[("", _("Leave out")), *((name, field.label) for name, field in FIELDS.items())],
                required=False,
            )

    @property
    def columns(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Return each column with its first values."""
        return [(self[f"column{place}"], values) for place, values in enumerate(self.preview.values)]

    @property
    def chosen(self) -> list[str]:
        """Return the field of each column, “” for those that are left out."""
        return [self.cleaned_data[f"column{place}"] for place in range(len(self.preview.header))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first: dict[str, str] = {}
        for place, header in enumerate(self.preview.header):
            field = cleaned.get(f"column{place}")
            if field in first:
                texts = {"field": FIELDS[field].label, "column": first[field]}
                self.add_error(f"column{place}", _("%(field)s is the column %(column)s already.") % texts)
            elif field:
                first[field] = header or f"#{place + 1}"
        if "name" not in first:
            self.add_error(None, _("Say which column is the name of the organisation."))
        needed = NEEDED.get(cleaned.get("key", ""), "name")
        if needed != "name" and needed not in first:
            texts = {"field": FIELDS[needed].label}
            self.add_error("key", _("No column is matched to “%(field)s”.") % texts)
        given = [field for field in OF_CONTACT if field in first]
        if given and "contact_name" not in first and "contact_email" not in first:
            self.add_error(None, _("Say which column is the name or the e-mail address of the contact."))
        return cleaned


class RowFilterForm(forms.Form):
    """The rows of a file to show, by outcome."""

    outcome = forms.ChoiceField(choices=[("", ""), *RowOutcome.choices], required=False)
