"""Forms for the shortlist and the choice."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.actions import ChosenCandidate
from collab.enums import Visibility
from collab.forms import ContactField
from collab.models import Candidate, Collaboration
from common.forms import DayField, EditForm
from common.row_keys import keys_in
from partners.models import Contact, Organisation


class CandidatesForm(forms.Form):
    """Organisations to put on the shortlist."""

    partners: "forms.ModelMultipleChoiceField[Organisation]" = forms.ModelMultipleChoiceField(
        queryset=Organisation.objects.none(),
        label=gettext_lazy("Who are you considering?"),
        error_messages={"required": gettext_lazy("Choose an organisation.")},
    )

    def __init__(self, *args: Any, candidates: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partners"].queryset = candidates  # type: ignore[attr-defined]


class CandidateForm(EditForm, forms.ModelForm):
    """The host's texts about a candidate."""

    class Meta:
        model = Candidate
        fields = ["offer", "need", "notes"]
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in fields}


class ConsiderForm(forms.Form):
    """The collaboration for which an organisation is considered; the page shows the ones to choose from."""

    collaboration = forms.ModelChoiceField(
        queryset=Collaboration.objects.none(),
        label=gettext_lazy("For which collaboration?"),
        error_messages={"required": gettext_lazy("Choose a collaboration.")},
    )

    def __init__(self, *args: Any, open_to: QuerySet[Collaboration], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["collaboration"].queryset = open_to  # type: ignore[attr-defined]


class ChoiceForm(forms.Form):
    """The chosen candidates, the reason, and the person who decided.

    ``considered`` has the keys of the candidates on the page that was sent, ``shown`` of those on it now.
    """

    considered = forms.CharField(required=False)
    chosen = forms.ModelMultipleChoiceField(
        queryset=Candidate.objects.none(),
        label=gettext_lazy("Who are you choosing?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They take part from now on, and see what is shared. The others are not chosen."),
        error_messages={"required": gettext_lazy("Choose at least one candidate.")},
    )
    why = forms.CharField(label=gettext_lazy("Why these?"), widget=forms.Textarea(attrs={"rows": 4}))
    decided_by = ContactField(label=gettext_lazy("Who decided this?"))
    decided_on = DayField(label=gettext_lazy("Decided on"))
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who sees the decision?"),
        choices=[
            (Visibility.INTERNAL, gettext_lazy("Only us")),
            (Visibility.SHARED, gettext_lazy("All who take part: the names of who was chosen, and the reason")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Who was considered and not chosen, partners never read."),
    )

    def __init__(self, data: Any, *, candidates: Sequence[Candidate], deciders: QuerySet[Contact]) -> None:
        keys = [candidate.pk for candidate in candidates]
        super().__init__(data, initial={"decided_on": timezone.localdate(), "visibility": Visibility.INTERNAL})
        self.shown = ",".join(map(str, keys))
        rows = Candidate.objects.filter(pk__in=keys).select_related("organisation").order_by("organisation__sort_name")
        self.fields["chosen"].queryset = rows  # type: ignore[attr-defined]
        self.fields["decided_by"].offer(deciders)  # type: ignore[attr-defined]

    def clean_considered(self) -> set[int]:
        """Return the keys; drop made-up ones, so that the choice is refused."""
        return set(keys_in(self.cleaned_data["considered"].split(",")))


class CarryOverForm(forms.Form):
    """The texts about one candidate that all partners will read, if the user ticks so."""

    carry = forms.BooleanField(required=False)
    goal = forms.CharField(
        label=gettext_lazy("Wants to reach"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    contribution = forms.CharField(
        label=gettext_lazy("Brings"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any, *, candidate: Candidate) -> None:
        initial = {"goal": candidate.need, "contribution": candidate.offer}
        super().__init__(data, prefix=f"candidate{candidate.pk}", initial=initial)
        self.candidate = candidate
        self.fields["carry"].label = _("Write this down for %(organisation)s. All who take part read it.") % {
            "organisation": candidate
        }

    def choice(self) -> ChosenCandidate:
        """Return the candidate as chosen, with the texts that may be carried over."""
        typed = self.cleaned_data
        kept = {"goal": typed["goal"], "contribution": typed["contribution"]} if typed["carry"] else {}
        return ChosenCandidate(self.candidate, **kept)
