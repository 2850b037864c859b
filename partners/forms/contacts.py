from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import AboutOthers, DayField, EditForm
from common.text import fold
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


class PersonForm(AboutOthers, forms.ModelForm):
    """One of the first people at a new partner."""

    class Meta:
        model = Contact
        fields = ["name", "position", "email", "phone", "language"]
        help_texts = ContactForm.Meta.help_texts

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].validators.append(phone_number)
        self.fields["phone"].widget.input_type = "tel"


class _People(forms.BaseFormSet):
    """Rows of people, each of which may stay empty."""

    def initial_form_count(self) -> int:
        """Return 0: given rows are shown with what was typed, and can be emptied again."""
        return 0

    def clean(self) -> None:
        """Refuse an address that two of the people have."""
        seen: set[str] = set()
        for form in self.forms:
            email = form.cleaned_data.get("email", "").lower()
            if email and email in seen:
                form.add_error("email", _("Another person above has this e-mail address."))
            seen.add(email)

    @property
    def filled(self) -> list[dict[str, Any]]:
        """Return the details of the people; an empty row is no person."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]

    @property
    def named_twice(self) -> list[str]:
        """Return the names that more than one row has."""
        names = [person["name"] for person in self.filled]
        return [name for place, name in enumerate(names) if fold(name) in map(fold, names[:place])]


FIRST_PEOPLE = 2
MOST_PEOPLE = 10
PeopleFormSet = cast(
    type[_People],
    forms.formset_factory(
        PersonForm, formset=_People, extra=FIRST_PEOPLE, max_num=MOST_PEOPLE, absolute_max=MOST_PEOPLE
    ),
)


def people_typed(data: Mapping[str, Any]) -> _People:
    """Return the typed rows of people and one empty row, without errors."""
    typed = PeopleFormSet(data, prefix="people")
    rows = [{name: data.get(form.add_prefix(name), "") for name in form.fields} for form in typed.forms]
    again = PeopleFormSet(initial=rows, prefix="people")
    again.extra = min(len(rows) + 1, MOST_PEOPLE)
    return again
