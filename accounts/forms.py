from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User


class PreferencesForm(forms.ModelForm):
    """What everybody may choose for the own account."""

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


class ColleagueForm(forms.Form):
    """A colleague's account: who it is and what this person may do."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("To sign in and to get mail."))
    language = User._meta.get_field("language").formfield()
    roles = forms.MultipleChoiceField(
        label=_("What this colleague may do"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )
    is_active = forms.BooleanField(
        label=_("Can sign in"), required=False, initial=True, help_text=_("Switch this off when somebody leaves.")
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user is None:
            del self.fields["is_active"]
        else:
            del self.fields["email"]
            self.initial = {
                "name": user.name,
                "language": user.language,
                "roles": sorted(user.groups.values_list("name", flat=True)),
                "is_active": user.is_active,
            }
