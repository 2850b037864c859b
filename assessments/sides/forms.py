"""The form on which a lead chooses the people who are asked on their side."""

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.forms import PeopleForm
from assessments.models import CycleParty
from common.forms import AboutOthers, EditForm
from common.sorting import NameOrder
from partners.models import Contact


class SideForm(EditForm, PeopleForm):
    """All contacts of the organisation who can be asked, each with a tick."""

    contacts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who can best tell how the collaboration is going?"),
        queryset=Contact.objects.none(),
        required=False,
    )

    def __init__(self, *args: Any, party: CycleParty, **kwargs: Any) -> None:
        kwargs["initial"] = {"contacts": list(party.invitations.values_list("contact", flat=True))}
        super().__init__(*args, **kwargs)
        people = party.organisation.contacts.active().exclude(email="").select_related("organisation")
        self.let_choose(people.order_by(NameOrder("name"), "pk"), [party.organisation])


class NewcomerForm(AboutOthers):
    """A person who is not on the list yet; both fields, or neither."""

    is_optional_as_a_whole = True  # said once above all of them, not at each field

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name, email = cleaned.get("name"), cleaned.get("email")
        if name and not email and "email" not in self.errors:
            self.add_error("email", _("Fill in the address that the invitation goes to."))
        if email and not name and "name" not in self.errors:
            self.add_error("name", _("Fill in who this is."))
        return cleaned


Newcomers: "type[BaseFormSet[NewcomerForm]]" = formset_factory(NewcomerForm, extra=2, max_num=10, absolute_max=10)
