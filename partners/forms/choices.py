"""Fields in which people type a name, where a list to choose from would be too long."""

from typing import Any, cast

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from common.forms import TypedField
from common.text import fold
from partners.enums import OrganisationStatus
from partners.languages import language_code, language_name
from partners.models import Organisation

_MOST_LANGUAGES = 20
_MOST_NAMED = 3


class LanguagesField(TypedField):
    """Names of languages separated by commas; the value is a list of codes."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        names = [name for name in (part.strip() for part in (super().to_python(value) or "").split(",")) if name]
        codes = {name: language_code(name) for name in names}
        if unknown := next((name for name, code in codes.items() if code is None), None):
            raise forms.ValidationError(_("“%(name)s” is not a language we know.") % {"name": unknown})
        found = list(dict.fromkeys(cast(str, code) for code in codes.values()))
        if len(found) > _MOST_LANGUAGES:
            raise forms.ValidationError(_("At most %(number)d languages fit.") % {"number": _MOST_LANGUAGES})
        return found

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(language_name(code) for code in value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class OrganisationField(TypedField):
    """The typed name of an organisation in the registry, with suggestions by the browser.

    Where several organisations have the name, the city or the number after it distinguishes them.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        attrs = {
            "list": "organisation-options",
            "autocomplete": "off",
            "hx-get": reverse_lazy("partners:organisation-options"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#organisation-options",
        }
        self.widget.attrs.update(attrs)

    def to_python(self, value: Any) -> Organisation | None:  # type: ignore[override]
        if isinstance(value, Organisation):
            return value
        text = super().to_python(value)
        return find(text) if text else None

    def run_validators(self, value: Any) -> None:
        """Run none: the validators of a text do not fit an organisation."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = Organisation.objects.filter(pk=value).first()
        return place_and_name(value) if isinstance(value, Organisation) else value


def place_and_name(organisation: Organisation) -> str:
    return f"{organisation.name}, {organisation.city}" if organisation.city else organisation.name


def offered(text: str, most: int) -> list[Organisation]:
    """Return the first organisations, without archived ones, that match a few typed letters."""
    rows = Organisation.objects.exclude(status=OrganisationStatus.ARCHIVED).matching(text)
    return list(rows.order_by("sort_name", "pk")[:most])


def find(text: str) -> Organisation:
    """Return the one organisation that a text names; raise ValidationError when there are none or several."""
    found = list(Organisation.objects.matching(text).order_by("sort_name", "pk")[:50])
    wanted = fold(text)
    exact = [row for row in found if wanted in (fold(row.name), fold(place_and_name(row)), fold(row.short_name))]
    fitting = exact or found
    if not fitting:
        raise forms.ValidationError(_("No organisation in the registry is called “%(text)s”.") % {"text": text})
    if len(fitting) > 1:
        names = "; ".join(place_and_name(row) for row in fitting[:_MOST_NAMED])
        message = _("Several organisations fit: %(names)s. Type the whole name and the city, or a number.")
        raise forms.ValidationError(message % {"names": names})
    return fitting[0]
