from typing import Any, cast

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DayField, SeenAtForm
from partners.enums import Consent
from partners.forms.choices import LanguagesField
from partners.models import Contact
from partners.validators import phone_number


class ContactForm(forms.ModelForm):
    """Somebody at an organisation."""

    spoken_languages = LanguagesField(
        label=gettext_lazy("Speaks"),
        required=False,
        help_text=gettext_lazy("Languages separated by commas, such as Dutch, Turkish."),
    )
    consent_on = DayField(
        label=gettext_lazy("Said on"), required=False, help_text=gettext_lazy("Left empty it is today.")
    )

    class Meta:
        model = Contact
        fields = [
            "name",
            "email",
            "phone",
            "position",
            "language",
            "spoken_languages",
            "consent",
            "consent_on",
        ]
        help_texts = {
            "email": gettext_lazy("Invitations and reminders go to this address."),
            "language": gettext_lazy("Of the mails this person gets."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].validators.append(phone_number)
        self.fields["consent"].required = False

    def clean_consent(self) -> str:
        return self.cleaned_data["consent"] or Consent.UNKNOWN


class NewContactForm(ContactForm):
    """The same, with since when."""

    starts_on = DayField(
        label=gettext_lazy("Works there since"), required=False, help_text=gettext_lazy("As far as you know.")
    )


class ContactUpdateForm(SeenAtForm, ContactForm):
    """The same, with the moment of the version that was looked at; a colleague's account says who a colleague is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user_id and self.instance.organisation.is_host:
            for name in ("name", "email", "language"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Kept with the account, at Colleagues.")

    def stored_text(self, row: Model, name: str) -> str:
        if name == "spoken_languages":
            return ", ".join(cast(Contact, row).spoken_language_names)
        return super().stored_text(row, name)
