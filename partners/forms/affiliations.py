from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DayField, EditForm
from partners.forms.choices import OrganisationField
from partners.models import Affiliation, Contact

_START = gettext_lazy("Their first day there, as far as you know.")


class MoveContactForm(EditForm):
    """The new place of work of a contact, with marks of the present one that the page showed."""

    organisation = OrganisationField(label=gettext_lazy("New organisation"))
    day = DayField(label=gettext_lazy("First day there"))
    position = forms.CharField(label=gettext_lazy("Position"), max_length=120, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy("Probably a new one. Invitations and reminders go to this address."),
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact
        self.initial = {"email": contact.email}

    def shown_values(self) -> dict[str, Any]:
        return {"organisation": self.contact.organisation, "email": self.contact.email}


class PlaceForm(forms.ModelForm):
    """The details of a place of work."""

    starts_on = DayField(label=gettext_lazy("From"), required=False, help_text=_START)
    ends_on = DayField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty means: works there now.")
    )

    class Meta:
        model = Affiliation
        fields = ["position", "starts_on", "ends_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end <= start:
            self.add_error("ends_on", _("The end must be after the start."))
        return cleaned


class AffiliationUpdateForm(EditForm, PlaceForm):
    """The details of a recorded place of work."""

    class Meta(PlaceForm.Meta):
        pass


class AffiliationForm(PlaceForm):
    """The contact's new place of work beside others, with its organisation."""

    organisation = OrganisationField(label=gettext_lazy("Organisation"))
    field_order = ("organisation", "position", "starts_on", "ends_on")

    class Meta(PlaceForm.Meta):
        fields = ["organisation", "position", "starts_on", "ends_on"]
