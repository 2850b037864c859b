from django import forms
from django.utils.translation import gettext_lazy

from common.forms import AboutOthers


class DeleteForm(AboutOthers):
    """The name of the organisation, typed to confirm that it is deleted."""

    name = forms.CharField(
        label=gettext_lazy("Type the name of the organisation"),
        max_length=300,
        help_text=gettext_lazy("So that you are sure which one you delete."),
    )
