import re
from typing import Any, cast

from django import forms
from django.core.validators import URLValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.forms import AboutOthers, EditForm, TypedField
from common.text import fold
from partners.countries import country_choices
from partners.enums import OrganisationStatus
from partners.fields import ORGANISATION_FIELDS
from partners.forms.choices import LanguagesField, OrganisationField
from partners.languages import language_name
from partners.models import Organisation, Tag
from partners.validators import normal_number, phone_number, registration_number

MAX_TAGS = 20
_WORDS = ("tags", "themes")


class WebsiteField(forms.URLField):
    """A web address, which may be typed without ``https://``."""

    default_validators = [URLValidator(schemes=["http", "https"])]
    default_error_messages = {"invalid": gettext_lazy("Write a web address such as www.example.org.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)


class TagsField(TypedField):
    """Words separated by commas."""

    too_many = gettext_lazy("At most %(number)d tags fit.")
    too_long = gettext_lazy("The tag “%(tag)s” is too long.")

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        words = [" ".join(word.split()) for word in (super().to_python(value) or "").split(",")]
        return sorted({word.lower(): word for word in words if word}.values(), key=fold)

    def validate(self, value: Any) -> None:
        super().validate(value)
        limit = cast(int, Tag._meta.get_field("name").max_length)
        if len(value) > MAX_TAGS:
            raise forms.ValidationError(self.too_many % {"number": MAX_TAGS})
        if too_long := next((word for word in value if len(word) > limit), None):
            raise forms.ValidationError(self.too_long % {"tag": too_long})

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(tag) for tag in value) if isinstance(value, list) else value


class ThemesField(TagsField):
    too_many = gettext_lazy("At most %(number)d themes fit.")
    too_long = gettext_lazy("The theme “%(tag)s” is too long.")


class OrganisationForm(AboutOthers, forms.ModelForm):
    """The details of an organisation."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    website = WebsiteField(label=gettext_lazy("Website"), max_length=300, required=False)
    parent = OrganisationField(
        label=gettext_lazy("Part of"),
        required=False,
        help_text=gettext_lazy("The organisation that this one is a branch of, as it is called in the registry."),
    )
    languages = LanguagesField(
        label=gettext_lazy("Languages"),
        required=False,
        help_text=gettext_lazy("What people there speak, separated by commas, such as Dutch, Turkish."),
    )
    themes = ThemesField(
        label=gettext_lazy("Themes"),
        required=False,
        help_text=gettext_lazy("What you could work on together, separated by commas, such as literacy, debts."),
    )
    tags = TagsField(
        label=gettext_lazy("Tags"),
        required=False,
        help_text=gettext_lazy("Your own words to group organisations by, separated by commas."),
    )

    class Meta:
        model = Organisation
        fields = ORGANISATION_FIELDS.in_form
        help_texts = {
            "registration_number": gettext_lazy("In the Netherlands: the KvK number (8 digits)."),
            "relation_owner": gettext_lazy("The colleague who keeps in touch."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = cast(dict[str, Any], self.fields)
        fields["country"].choices = [("", "—"), *country_choices()]
        # Archiving has a page of its own; restoring an archived one has not.
        hidden = {OrganisationStatus.ARCHIVED.value} - {self.instance.status}
        fields["status"].choices = [
            (value, label) for value, label in OrganisationStatus.choices if value not in hidden
        ]
        working = User.objects.colleagues().filter(is_active=True)
        owners: QuerySet[User] = User.objects.filter(
            Q(pk__in=working.values("pk")) | Q(pk=self.instance.relation_owner_id)
        )
        fields["relation_owner"].queryset = owners
        fields["relation_owner"].empty_label = "—"
        fields["phone"].validators.append(phone_number)
        fields["phone"].widget.input_type = "tel"
        fields["registration_number"].validators.append(registration_number)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        number = cleaned.get("registration_number", "")
        if cleaned.get("country") == "NL" and number:
            figures = normal_number("NL", number)
            if re.fullmatch(r"\d{8}", figures):
                cleaned["registration_number"] = figures
            else:
                self.add_error("registration_number", _("A KvK number has 8 figures."))
        # Said beside the field; the database refuses it where two people save at the same moment.
        country, number = cleaned.get("country"), cleaned.get("registration_number")
        if country is not None and number:
            probe = Organisation(
                pk=self.instance.pk, country=country, registration_number=normal_number(country, number)
            )
            if other := Organisation.objects.with_number_of(probe).first():
                message = _("%(name)s has this registration number already.") % {"name": other}
                self.add_error("registration_number", message)
        return cleaned


class OrganisationUpdateForm(EditForm, OrganisationForm):
    """The details of an organisation that is in the registry."""

    class Meta(OrganisationForm.Meta):
        pass

    def shown(self, name: str) -> Any:
        return words_of(self.instance, name) if name in _WORDS else super().shown(name)

    def stored_text(self, name: str, value: Any) -> str:
        if name == "languages":
            return ", ".join(language_name(code) for code in value)
        return ", ".join(value) if name in _WORDS else super().stored_text(name, value)


def words_of(organisation: Organisation, name: str) -> list[str]:
    """Return the names of the tags, or of the themes, of an organisation."""
    return sorted((word.name for word in getattr(organisation, name).all()), key=fold)
