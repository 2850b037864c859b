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

from accounts.http import signed_in
from collab.alerts.reading import needing, needs
from collab.enums import Stage, Visibility
from collab.fields import COLLABORATION_FIELDS
from collab.models import ActionItem, Collaboration, Decision, Participation
from collab.querysets import CollaborationQuerySet
from collab.stage_questions import questions
from common.filters import NarrowingFilterSet
from common.forms import DayField, EditForm
from common.sorting import NameOrder
from partners.models import Contact, Organisation


class _ByOrganisation(ModelChoiceIterator):
    """Choices of contacts, grouped under the name of their organisation."""

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
            "-organisation__is_host", "organisation__sort_name", "organisation_id", NameOrder("name"), "pk"
        )


def people_of(collaboration: Collaboration) -> QuerySet[Contact]:
    """Return the contacts who can be chosen from the organisations that take part."""
    return Contact.objects.available().filter(organisation__participations__collaboration=collaboration)


class CollaborationFilter(NarrowingFilterSet):
    """Search and filters of the list of collaborations."""

    q = CharFilter(label=gettext_lazy("Search in name and goal"), method="search")
    partner = CharFilter(label=gettext_lazy("Partner"), method="with_partner")
    stage = ChoiceFilter(label=gettext_lazy("Stage"), choices=Stage.choices, empty_label=gettext_lazy("All"))
    needs = ChoiceFilter(
        label=gettext_lazy("Needs"),
        method="needing",
        empty_label=gettext_lazy("All"),
        choices=needs,
    )

    class Meta:
        model = Collaboration
        fields = ["q", "partner", "stage", "needs"]

    def search(self, queryset: CollaborationQuerySet, name: str, value: str) -> CollaborationQuerySet:
        return queryset.matching(value)

    def with_partner(self, queryset: CollaborationQuerySet, name: str, value: str) -> CollaborationQuerySet:
        return queryset.with_partner_matching(value, signed_in(self.request))

    def needing(self, queryset: CollaborationQuerySet, name: str, value: str) -> CollaborationQuerySet:
        return needing(value, queryset, signed_in(self.request), timezone.localdate())


class CollaborationForm(forms.ModelForm):
    """The description and dates of a collaboration."""

    class Meta:
        model = Collaboration
        fields = COLLABORATION_FIELDS.in_form
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
    """The description of a new collaboration, with its partners and, where it is known, the first evaluation."""

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


class CollaborationUpdateForm(EditForm, CollaborationForm):
    """The description of an existing collaboration."""

    class Meta(CollaborationForm.Meta):
        pass


def not_past(day: date | None) -> date | None:
    """Return the day, and refuse one before today: a day that is agreed on now lies ahead."""
    if day is not None and day < timezone.localdate():
        raise forms.ValidationError(_("Choose today or a later day."))
    return day


class NextEvaluationForm(EditForm):
    """The agreed day of the next evaluation."""

    on = DayField(
        label=gettext_lazy("Day of the next evaluation"),
        help_text=gettext_lazy("Later evaluations are counted from this day."),
    )

    def clean_on(self) -> date | None:
        return not_past(self.cleaned_data["on"])


class ParticipationForm(forms.ModelForm):
    """The goal, motive and contribution of an organisation."""

    class Meta:
        model = Participation
        fields = ["goal", "motive", "contribution"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in fields}


class ParticipationUpdateForm(EditForm, ParticipationForm):
    """The texts of an organisation that takes part; both sides write them."""

    class Meta(ParticipationForm.Meta):
        pass


class ParticipationCreateForm(ParticipationForm):
    """An organisation to add, with its texts."""

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


class StageForm(EditForm):
    """The next stage, the person who decided it, and the reason; its page has seen the present stage."""

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
        help_text=gettext_lazy(
            "Kept only when the collaboration ends, and needed then: what would you do the same, what differently?"
        ),
    )

    def __init__(self, *args: Any, collaboration: Collaboration, deciders: QuerySet[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = [Stage(value) for value in collaboration.next_stages]
        self.fields["to"].choices = [(stage.value, stage.label) for stage in stages]  # type: ignore[attr-defined]
        self.fields["decided_by"].offer(deciders)  # type: ignore[attr-defined]
        self.collaboration = collaboration
        if Stage.ENDED not in stages:
            del self.fields["lessons"]
        self.questions = questions(collaboration)
        for question in self.questions:
            self.fields[question.key] = forms.ChoiceField(
                label=question.label,
                choices=[(choice.value, choice.label) for choice in question.choices],
                help_text=question.help_text,
                widget=forms.RadioSelect,
                required=all(question.is_asked_for(stage) for stage in stages),
                error_messages={"required": _("Choose what becomes of this.")},
            )

    def clean(self) -> dict[str, Any]:
        """Gather as ``answers`` how open matters are settled."""
        typed = super().clean() or self.cleaned_data
        typed["answers"] = {question.key: typed.pop(question.key, "") for question in self.questions}
        for question in self.questions:
            reason = question.why_not(typed.get("to", ""), typed["answers"][question.key])
            if reason and question.key not in self.errors:
                self.add_error(question.key, reason)
        return typed

    def shown(self, name: str) -> Any:
        return self.collaboration.stage if name == "to" else super().shown(name)

    def stored_text(self, name: str, value: Any) -> str:
        return str(Stage(value).label) if name == "to" else super().stored_text(name, value)


class ActionItemForm(forms.ModelForm):
    """An agreed to-do with owner and day."""

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


class ActionItemUpdateForm(EditForm, ActionItemForm):
    """An existing action item."""

    class Meta(ActionItemForm.Meta):
        pass


class DecisionForm(forms.ModelForm):
    """A decision with the person who took it."""

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
