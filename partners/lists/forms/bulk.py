"""Ask for the one value of a change to many organisations, with the number that the page showed."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.edits import Seen
from common.forms import EditForm
from common.sorting import NameOrder
from partners.enums import OrganisationStatus
from partners.forms.organisations import TagsField
from partners.models import Tag


class BulkForm(EditForm):
    """A change of many organisations: ``expected`` is their number on the page, ``before`` their values then."""

    expected = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, before: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = before

    def shown_values(self) -> dict[str, Any]:
        return {"before": self.before}

    def saying(self, number: int) -> "BulkForm":
        """Return the same form, as filled in, with the present number."""
        data = cast(Any, self.data).copy()
        data["expected"] = str(number)
        data["seen"] = str(Seen.of(self.shown_values()))
        self.data = data
        return self


class AddTagsForm(BulkForm):
    value = TagsField(label=_("Tags to add"), help_text=_("Separated by commas. The tags they have stay."))


class RemoveTagForm(BulkForm):
    value = forms.ModelChoiceField(label=_("Tag to remove"), queryset=Tag.objects.all())


class OwnerForm(BulkForm):
    value = forms.ModelChoiceField(
        label=_("Relation owner"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        working = User.objects.colleagues().filter(is_active=True).values("pk")
        cast(Any, self.fields["value"]).queryset = User.objects.filter(pk__in=working).order_by(NameOrder("name"))


class StatusForm(BulkForm):
    value = forms.ChoiceField(label=_("Status"), choices=[("", "—"), *OrganisationStatus.choices])
