from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, ChoiceFilter

from collab.enums import RoleKind, Stage, Visibility
from collab.models import ActionItem, Collaboration, Decision, Participation
from collab.querysets import CollaborationQuerySet
from common.filters import NarrowingFilterSet
from common.forms import DayField, SeenAtForm
from partners.models import Contact, Organisation


class _ByOrganisation(ModelChoiceIterator):
    """Contacts under the name of their organisation."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for organisation, contacts in groupby(self.queryset, key=lambda contact: contact.organisation):
            yield (str(organisation), [self.choice(contact) for contact in contacts])


class ContactField(forms.ModelChoiceField):
    """One of the active contacts of the organisations that take part."""

    iterator = _ByOrganisation

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Contact.objects.none(), empty_label=gettext_lazy("Choose a person"), **kwargs)

    def offer(self, people: QuerySet[Contact]) -> None:
        self.queryset = people.select_related("organisation").order_by(
            "-organisation__is_host", "organisation__sort_name", "organisation_id", "name", "pk"
        )


def people_of(collaboration: Collaboration) -> QuerySet[Contact]:
    """The active contacts of every organisation that takes part."""
    return Contact.objects.active().filter(organisation__participations__collaboration=collaboration)


class CollaborationFilter(NarrowingFilterSet):
    """What the list of collaborations can be narrowed to."""

    q = CharFilter(label=gettext_lazy("Search in name and goal"), method="search")
    partner = CharFilter(label=gettext_lazy("Partner"), method="with_partner")
    stage = ChoiceFilter(label=gettext_lazy("Stage"), choices=Stage.choices, empty_label=gettext_lazy("All"))
    needs = ChoiceFilter(
        label=gettext_lazy("Needs"),
        method="needing",
        empty_label=gettext_lazy("All"),
        choices=[
            ("lead", gettext_lazy("A lead")),
            ("decider", gettext_lazy("A decider")),
            ("evaluation", gettext_lazy("An evaluation")),
        ],
    )

    class Meta:
        model = Collaboration
        fields = ["q", "partner", "stage", "needs"]

    def search(self, queryset: CollaborationQuerySet, name: str, value: str) -> CollaborationQuerySet:
        return queryset.matching(value)

    def with_partner(self, queryset: CollaborationQuerySet, name: str, value: str) -> CollaborationQuerySet:
        return queryset.with_partner_matching(value)

    def needing(self, queryset: CollaborationQuerySet, name: str, value: str) -> CollaborationQuerySet:
        if value == "evaluation":
            return queryset.evaluation_due_by(timezone.localdate())
        return queryset.filter(**{f"{value}_missing_since__isnull": False})


class CollaborationForm(forms.ModelForm):
    """What a collaboration is about."""

    class Meta:
        model = Collaboration
        fields = [
            "name",
            "purpose",
            "people_served",
            "shared_goal",
            "starts_on",
            "ends_on",
            "is_important",
            "evaluation_interval_months",
        ]
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "people_served": forms.Textarea(attrs={"rows": 3}),
            "shared_goal": forms.Textarea(attrs={"rows": 3}),
        }

    def clean(self) -> None:
        super().clean()
        starts_on, ends_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The end cannot be before the start."))


class CollaborationCreateForm(CollaborationForm):
    """The same for a new one, with its partners and, where it is known, the first evaluation."""

    partners: "forms.ModelMultipleChoiceField[Organisation]" = forms.ModelMultipleChoiceField(
        queryset=Organisation.objects.none(), label=gettext_lazy("Who takes part, besides you?"), required=False
    )
    next_evaluation_on = DayField(
        label=gettext_lazy("First evaluation"),
        required=False,
        help_text=gettext_lazy("Leave empty if you do not know: it is set when the collaboration starts."),
    )

    class Meta(CollaborationForm.Meta):
        pass

    def __init__(self, *args: Any, candidates: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partners"].queryset = candidates  # type: ignore[attr-defined]

    def clean_next_evaluation_on(self) -> date | None:
        return not_past(self.cleaned_data["next_evaluation_on"])


class CollaborationUpdateForm(SeenAtForm, CollaborationForm):
    """The same, with the moment of the version that was looked at."""

    class Meta(CollaborationForm.Meta):
        pass


def not_past(day: date | None) -> date | None:
    """A day that is agreed on now lies ahead."""
    if day is not None and day < timezone.localdate():
        raise forms.ValidationError(_("Choose today or a later day."))
    return day


class NextEvaluationForm(forms.Form):
    on = DayField(
        label=gettext_lazy("Day of the next evaluation"),
        help_text=gettext_lazy("Later evaluations are counted from this day."),
    )

    def clean_on(self) -> date | None:
        return not_past(self.cleaned_data["on"])


class ParticipationForm(forms.ModelForm):
    class Meta:
        model = Participation
        fields = ["goal", "motive", "contribution"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in fields}


class ParticipationCreateForm(ParticipationForm):
    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=gettext_lazy("Which organisation?"),
        error_messages={"required": gettext_lazy("Choose an organisation.")},
    )

    class Meta(ParticipationForm.Meta):
        pass

    def __init__(self, *args: Any, candidates: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = candidates  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    """Who does what from when; the person says for which organisation."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[
            (RoleKind.DECIDER, gettext_lazy("Decider: decides whether and how you go on")),
            (RoleKind.LEAD, gettext_lazy("Lead: keeps the collaboration going")),
            (RoleKind.DESIGNER, gettext_lazy("Designer: thinks out how you work together")),
            (RoleKind.STAKEHOLDER, gettext_lazy("Stakeholder: is involved or notices the effects")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a role.")},
    )
    contact = ContactField(label=gettext_lazy("Who?"))
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("The first day without this role. Leave empty if it has no end yet."),
    )

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].offer(people_of(collaboration))  # type: ignore[attr-defined]


class RoleEndForm(forms.Form):
    ends_on = DayField(label=gettext_lazy("First day without this role"))


class StageForm(forms.Form):
    """The next stage, who decided it, and why."""

    to = forms.ChoiceField(label=gettext_lazy("New stage"), widget=forms.RadioSelect)
    decided_by = ContactField(label=gettext_lazy("Who decided this?"))
    why = forms.CharField(
        label=gettext_lazy("Why?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("All partners can read this. Needed when the collaboration ends."),
    )
    lessons = forms.CharField(
        label=gettext_lazy("What did you learn?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed when the collaboration ends: what would you do the same, what differently?"),
    )

    def __init__(self, *args: Any, collaboration: Collaboration, deciders: QuerySet[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = [Stage(value) for value in collaboration.next_stages]
        self.fields["to"].choices = [(stage.value, stage.label) for stage in stages]  # type: ignore[attr-defined]
        self.fields["decided_by"].offer(deciders)  # type: ignore[attr-defined]
        if Stage.ENDED not in stages:
            del self.fields["lessons"]


class ActionItemForm(forms.ModelForm):
    owner = ContactField(label=gettext_lazy("Who does it?"))

    class Meta:
        model = ActionItem
        fields = ["title", "owner", "due_on", "visibility"]
        field_classes = {"due_on": DayField}
        widgets = {"visibility": forms.RadioSelect}

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].offer(people_of(collaboration))  # type: ignore[attr-defined]
        _explain_visibility(self)


class DecisionForm(forms.ModelForm):
    decided_by = ContactField(label=gettext_lazy("Who decided this?"))

    class Meta:
        model = Decision
        fields = ["what", "why", "decided_by", "decided_on", "visibility"]
        field_classes = {"decided_on": DayField}
        widgets = {
            "why": forms.Textarea(attrs={"rows": 3}),
            "visibility": forms.RadioSelect,
        }

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decided_by"].offer(people_of(collaboration))  # type: ignore[attr-defined]
        _explain_visibility(self)


def _explain_visibility(form: forms.ModelForm) -> None:
    field = form.fields["visibility"]
    field.choices = Visibility.choices  # type: ignore[attr-defined]
    field.help_text = _("What is internal never reaches a partner, not even by mail.")
