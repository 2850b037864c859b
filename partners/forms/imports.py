from typing import cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MAX_UPLOAD = 5_000_000
MAX_LINES = 50_000


class ImportForm(forms.Form):
    """A file of organisations."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "Values separated by commas, in UTF-8, with the names of the columns on the first line."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
            "missing": gettext_lazy("Choose a file."),
        },
    )

    def clean_file(self) -> UploadedFile:
        """The preview is made while somebody waits; what takes longer is for the command line."""
        file = cast(UploadedFile, self.cleaned_data["file"])
        sizes = {"size": f"{(file.size or 0) / 1e6:.1f}", "limit": f"{MAX_UPLOAD / 1e6:.0f}", "lines": MAX_LINES}
        if (file.size or 0) > MAX_UPLOAD:
            raise forms.ValidationError(
                _("The file is %(size)s MB; here at most %(limit)s MB fits. An operator can import larger files.")
                % sizes
            )
        if sum(chunk.count(b"\n") for chunk in file.chunks()) > MAX_LINES:
            raise forms.ValidationError(
                _("The file has more than %(lines)d lines. An operator can import larger files.") % sizes
            )
        file.seek(0)
        return file
