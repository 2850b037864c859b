from typing import Any

from allauth.account.forms import RequestLoginCodeForm, ResetPasswordForm
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import guessing
from accounts.enums import Role
from accounts.models import User
from common.forms import AboutOthers, EditForm


class PreferencesForm(EditForm, forms.ModelForm):
    """Choices that each person makes for their own account."""

    class Meta:
        model = User
        fields = ["language", "appearance"]
        widgets = {"language": forms.RadioSelect, "appearance": forms.RadioSelect}
        help_texts = {"language": _("Also of the mails that you get.")}


class LanguageForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["language"]


class AppearanceForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["appearance"]


class ColleagueForm(AboutOthers):
    """A colleague's account: name, address and roles."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("To sign in and to get mail."))
    language = User._meta.get_field("language").formfield()
    roles = forms.MultipleChoiceField(
        label=_("What this colleague may do"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )
    is_active = forms.BooleanField(
        label=_("Can sign in"), required=False, initial=True, help_text=_("Switch this off when somebody leaves.")
    )


class NewColleagueForm(ColleagueForm):
    """The account of a new colleague, who can sign in immediately."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["is_active"]


class ColleagueUpdateForm(EditForm, ColleagueForm):
    """An existing account, whose address cannot be changed."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]
        self.initial = {
            "name": user.name,
            "language": user.language,
            "roles": sorted(user.groups.values_list("name", flat=True)),
            "is_active": user.is_active,
        }


class AskCodeForm(RequestLoginCodeForm):
    """Request for a code to sign in with."""

    def clean_email(self) -> str:
        """Find the account; refuse too many codes for one address, whether or not it has an account."""
        email: str = self.cleaned_data["email"]
        self._user = User.objects.filter(email=email.lower(), is_active=True).first()
        _refuse_too_many(guessing.CODE, email)
        return email


class AskLinkForm(ResetPasswordForm):
    """Request for a link to choose a new password."""

    def clean_email(self) -> str:
        """Find the account; refuse too many links for one address, whether or not it has an account."""
        email: str = self.cleaned_data["email"]
        self.users = list(User.objects.filter(email=email.lower(), is_active=True))
        _refuse_too_many(guessing.LINK, email)
        return email


def _refuse_too_many(what: str, email: str) -> None:
    if guessing.count(context.request, what, email) is None:
        raise ValidationError(
            _("This was asked several times for this address. Look in your mail, or wait ten minutes.")
        )
