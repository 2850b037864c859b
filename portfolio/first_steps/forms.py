from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.passwords import GuessableValidator
from partners.models import Organisation


class FirstStepsForm(SetPasswordMixin, forms.Form):
    """The first administrator, and the name of our own organisation where there is none yet."""

    organisation = forms.CharField(
        label=_("Our own organisation"), max_length=300, help_text=_("You can add its address and logo later.")
    )
    name = forms.CharField(label=_("Your name"), max_length=200)
    email = forms.EmailField(label=_("Your e-mail address"), help_text=_("To sign in and to get mail."))
    password1, password2 = SetPasswordMixin.create_password_fields(
        label1=_("Password"), label2=_("The password once more")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = (MinimumLengthValidator, GuessableValidator)
        self.fields["password1"].help_text = " ".join(
            rule.get_help_text() for rule in get_default_password_validators() if isinstance(rule, said)
        )
        self.fields["password2"].help_text = ""
        if Organisation.objects.has_host():
            del self.fields["organisation"]

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ, and one that is easy to guess."""
        self.validate_passwords()
        typed = User(name=self.cleaned_data.get("name", ""), email=self.cleaned_data.get("email", ""))
        self.validate_password_for_user(typed, password_field_name="password1")
        return self.cleaned_data
