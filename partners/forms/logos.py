from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.logo_files import SIDE


def _what_fits() -> str:
    return _("PNG, JPEG, GIF or WebP, at most 2 MB. It is scaled down to %d pixels.") % SIDE


class LogoForm(forms.Form):
    """A picture to be made into a logo."""

    file = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=lazy(_what_fits, str)(),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
        error_messages={
            "required": gettext_lazy("Choose a picture."),
            "empty": gettext_lazy("The file is empty."),
            "missing": gettext_lazy("Choose a picture."),
        },
    )
