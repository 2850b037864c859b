from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import AboutOthers, DayField, EditForm
from partners.enums import Consent
from partners.fields import CONTACT_FIELDS
from partners.forms.choices import LanguagesField
from partners.languages import language_name
from partners.models import Contact
from partners.validators import phone_number


class ContactForm(AboutOthers, forms.ModelForm):
    """A person at an organisation."""

    spoken_languages = LanguagesField(
        label=gettext_lazy("Speaks"),
        required=False,
        help_text=gettext_lazy("Languages separated by commas, such as Dutch, Turkish."),
    )
    consent_on = DayField(
        label=gettext_lazy("Date of consent"), required=False, help_text=gettext_lazy("Left empty it is today.")
    )

    class Meta:
        model = Contact
        fields = CONTACT_FIELDS.in_form
        help_texts = {
            "email": gettext_lazy("Invitations and reminders go to this address."),
            "language": gettext_lazy("Of the mails this person gets."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].validators.append(phone_number)
        self.fields["phone"].widget.input_type = "tel"
        self.fields["consent"].required = False

    def clean_consent(self) -> str:
        return self.cleaned_data["consent"] or Consent.UNKNOWN


class NewContactForm(ContactForm):
    """A new person at an organisation, with the first day there."""

    starts_on = DayField(
        label=gettext_lazy("Works there since"), required=False, help_text=gettext_lazy("As far as you know.")
    )


class ContactUpdateForm(EditForm, ContactForm):
    """The form of a known contact; for a colleague, name and address belong to the account."""

    class Meta(ContactForm.Meta):
        pass

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user_id and self.instance.organisation.is_host:
            for name in ("name", "email", "language"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Kept with the account, at Colleagues.")

    def stored_text(self, name: str, value: Any) -> str:
        if name == "spoken_languages":
            return ", ".join(language_name(code) for code in value)
        return super().stored_text(name, value)
