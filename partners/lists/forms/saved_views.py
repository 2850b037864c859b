from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import EditForm
from partners.models import SavedView


class SavedViewForm(forms.ModelForm):
    """The name of a view, its readers, and whether the list opens with it."""

    class Meta:
        model = SavedView
        fields = ["name", "is_shared", "is_default"]
        labels = {
            "is_shared": _("All colleagues see this view"),
            "is_default": _("My list of partners opens with this view"),
        }

    def __init__(self, *args: Any, is_own: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_own:
            del self.fields["is_default"]


class SavedViewUpdateForm(EditForm, SavedViewForm):
    """The details of a saved view."""

    class Meta(SavedViewForm.Meta):
        pass


class NewViewForm(SavedViewForm):
    """A new view; the name of an own view is accepted, as the new view replaces it."""

    class Meta(SavedViewForm.Meta):
        help_texts = {"name": _("A view of yours with the same name is replaced.")}
