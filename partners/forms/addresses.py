from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.edits import EditConflict
from common.forms import AboutOthers, EditForm
from partners.actions import AddressDetails, WebAddressDetails, stored_addresses
from partners.countries import country_choices
from partners.enums import AddressKind
from partners.forms.organisations import WebsiteField
from partners.models import Organisation

_EMPTY_ROWS = 2
_MOST_ROWS = 20


class AddressForm(AboutOthers):
    """One further address; an emptied row is deleted."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=AddressKind)
    street = forms.CharField(label=gettext_lazy("Street and number"), max_length=300, required=False)
    postal_code = forms.CharField(label=gettext_lazy("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=120, required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["country"]).choices = [("", "—"), *country_choices()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("country") and not any(cleaned.get(name) for name in ("street", "postal_code", "city")):
            self.add_error("city", _("A country alone is no address: fill in a city or a street too."))
        return cleaned

    @property
    def details(self) -> AddressDetails | None:
        values = self.cleaned_data
        return AddressDetails(**values) if any(values.get(name) for name in ("street", "postal_code", "city")) else None


class WebAddressForm(forms.Form):
    """One further web address; an emptied row is deleted."""

    label = forms.CharField(label=gettext_lazy("What it is"), max_length=60, required=False)
    url = WebsiteField(label=gettext_lazy("Web address"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("label") and not cleaned.get("url") and "url" not in self.errors:
            self.add_error("url", _("Fill in the web address too."))
        return cleaned

    @property
    def details(self) -> WebAddressDetails | None:
        return WebAddressDetails(**self.cleaned_data) if self.cleaned_data.get("url") else None


_options: dict[str, Any] = {"extra": _EMPTY_ROWS, "max_num": _MOST_ROWS, "validate_max": True}
AddressFormSet = forms.formset_factory(AddressForm, absolute_max=_MOST_ROWS * 2, **_options)
WebAddressFormSet = forms.formset_factory(WebAddressForm, absolute_max=_MOST_ROWS * 2, **_options)


class AddressesForm(EditForm):
    """The marks of both lists as the page showed them; the rows of the lists are forms of their own."""

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def shown_values(self) -> dict[str, Any]:
        return dict(stored_addresses(self.organisation))

    def told(self, conflict: EditConflict, name: str) -> str:
        """Say who replaced the same address."""
        return _("%(who)s Both addresses are below: empty the one that is wrong.") % {
            "who": super().told(conflict, name)
        }


def as_initial(rows: Mapping[str, Sequence[tuple[str, ...]]]) -> dict[str, list[dict[str, str]]]:
    """Return both lists as the initial values of their forms."""
    kinds = {"addresses": AddressDetails, "web_addresses": WebAddressDetails}
    return {name: [vars(kind(*row)) for row in rows[name]] for name, kind in kinds.items()}
