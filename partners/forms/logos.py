from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import EditForm
from partners.actions.logos import SIDE
from partners.models import Organisation


def _what_fits() -> str:
    return _("PNG, JPEG, GIF or WebP, at most 2 MB. It is scaled down to %d pixels.") % SIDE


class LogoForm(EditForm):
    """A picture to make a logo of, with marks of the present logo that the page showed."""

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

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def shown_values(self) -> dict[str, Any]:
        return {"logo_at": self.organisation.logo_at}
