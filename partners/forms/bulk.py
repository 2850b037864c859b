"""What can be done to many organisations at once: one question each, and the number that was said."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partners.enums import OrganisationStatus
from partners.forms.organisations import TagsField
from partners.models import Tag


class BulkForm(forms.Form):
    """``expected`` is how many organisations the page said it would change."""

    expected = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def saying(self, number: int) -> "BulkForm":
        """The same form, as it was filled in, with the number of this moment."""
        data = cast(Any, self.data).copy()
        data["expected"] = str(number)
        self.data = data
        return self


class AddTagsForm(BulkForm):
    value = TagsField(label=_("Tags to add"), help_text=_("Separated by commas. The tags they have stay."))


class RemoveTagForm(BulkForm):
    value = forms.ModelChoiceField(label=_("Tag to take off"), queryset=Tag.objects.all())


class OwnerForm(BulkForm):
    value = forms.ModelChoiceField(
        label=_("Relation owner"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        working = User.objects.colleagues().filter(is_active=True).values("pk")
        cast(Any, self.fields["value"]).queryset = User.objects.filter(Q(pk__in=working)).order_by("name")


class StatusForm(BulkForm):
    value = forms.ChoiceField(label=_("Status"), choices=[("", "—"), *OrganisationStatus.choices])
