from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import SeenAtForm
from partners.models import Contact
from partners.validators import phone_number


class ContactForm(forms.ModelForm):
    """Somebody at an organisation."""

    class Meta:
        model = Contact
        fields = ["name", "email", "phone", "position", "language"]
        help_texts = {
            "email": gettext_lazy("Invitations and reminders go to this address."),
            "language": gettext_lazy("Of the mails this person gets."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].validators.append(phone_number)


class ContactUpdateForm(SeenAtForm, ContactForm):
    """The same, with the moment of the version that was looked at; a colleague's account says who a colleague is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user_id and self.instance.organisation.is_host:
            for name in ("name", "email", "language"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Kept with the account, at Colleagues.")
