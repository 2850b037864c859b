from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.enums import CycleStatus, InvitationStatus, Mode, Outcome
from assessments.models import EvaluationCycle
from collab.models import Collaboration
from common.forms import DayField
from partners.models import Contact, Organisation

DAYS_TO_ANSWER = 21


def people_of(collaboration: Collaboration) -> QuerySet[Contact]:
    """Everybody who can be asked: active contacts with an address at the organisations that take part."""
    return (
        Contact.objects.active()
        .filter(organisation__participations__collaboration=collaboration)
        .exclude(email="")
        .select_related("organisation")
        .order_by("-organisation__is_host", "organisation__name", "name", "pk")
    )


def organisations_of(collaboration: Collaboration) -> QuerySet[Organisation]:
    """The organisations that take part, in the order of ``people_of``."""
    return Organisation.objects.filter(participations__collaboration=collaboration).order_by("-is_host", "name")


class PeopleForm(forms.Form):
    """A form on which people are ticked, each under their organisation: ``assessments/people_choice.html``."""

    people_name = "contacts"

    def let_choose(self, people: QuerySet[Contact], organisations: Iterable[Organisation]) -> None:
        """Offer ``people``, in the order of their ``organisations``; one that has nobody is named as well."""
        self.organisations = organisations
        self.fields[self.people_name].queryset = people  # type: ignore[attr-defined]

    @property
    def people_field(self) -> forms.BoundField:
        return self[self.people_name]

    @cached_property
    def people_by_organisation(self) -> list[tuple[Organisation, list[dict[str, Any]]]]:
        """Per organisation its people, each with whether the box is ticked: as typed, or as before."""
        chosen = {str(getattr(item, "pk", item)) for item in self.people_field.value() or []}
        groups: dict[Organisation, list[dict[str, Any]]] = {organisation: [] for organisation in self.organisations}
        for contact in self.fields[self.people_name].queryset:  # type: ignore[attr-defined]
            row = {"contact": contact, "is_chosen": str(contact.pk) in chosen}
            groups.setdefault(contact.organisation, []).append(row)
        return list(groups.items())


class CycleForm(PeopleForm):
    """When the round is, who sees the answers, who is asked."""

    opens_on = DayField(label=gettext_lazy("Opens on"))
    closes_on = DayField(
        label=gettext_lazy("Last day to answer"),
        help_text=gettext_lazy("Three weeks is a good time."),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Who sees the answers"),
        choices=Mode.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Confidential: only results of three or more people together. Open: everybody who takes part sees names "
            "and answers; for very small groups. This cannot change after the first answer."
        ),
    )
    contacts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who do you ask?"),
        queryset=Contact.objects.none(),
        error_messages={"required": gettext_lazy("Choose at least one person of every organisation.")},
    )

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {
            "opens_on": today,
            "closes_on": today + timedelta(days=DAYS_TO_ANSWER),
            "mode": Mode.CONFIDENTIAL,
            **kwargs["initial"],
        }
        super().__init__(*args, **kwargs)
        self.let_choose(people_of(collaboration), organisations_of(collaboration))

    def clean_opens_on(self) -> Any:
        opens_on = self.cleaned_data["opens_on"]
        if opens_on < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."))
        return opens_on


class InviteForm(PeopleForm):
    contacts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who else do you ask?"),
        queryset=Contact.objects.none(),
        error_messages={"required": gettext_lazy("Choose at least one person.")},
    )

    def __init__(self, *args: Any, cycle: EvaluationCycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = cycle.parties.values("organisation")
        people = people_of(cycle.collaboration).filter(organisation__in=parties)
        asked = cycle.invitations.exclude(status=InvitationStatus.REVOKED)
        self.let_choose(people.exclude(pk__in=asked.values("contact")), organisations=())


class ExtendForm(forms.Form):
    closes_on = DayField(label=gettext_lazy("New last day to answer"))


class CycleFilter(forms.Form):
    """What the list of rounds can be narrowed to."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", gettext_lazy("All")), *CycleStatus.choices],
    )
    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)


class PassOnForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of your colleague"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("E-mail address of your colleague"))


class ReviewForm(PeopleForm):
    people_name = "attendees"
    held_on = DayField(label=gettext_lazy("When did you meet?"))
    attendees = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who were there?"),
        queryset=Contact.objects.none(),
        required=False,
    )
    summary = forms.CharField(
        label=gettext_lazy("What did you talk about?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Everybody who takes part in the collaboration can read this."),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("What is the outcome?"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    next_evaluation_on = DayField(
        label=gettext_lazy("When is the next evaluation?"),
        required=False,
        help_text=gettext_lazy("Not needed when you stop."),
    )

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.let_choose(people_of(collaboration), organisations=())


class AgreedActionForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("What will be done"), max_length=300)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who does it"),
        queryset=Contact.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
    )
    due_on = DayField(label=gettext_lazy("Ready on"))

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        owner.queryset = people_of(collaboration)  # type: ignore[attr-defined]
        owner.label_from_instance = (  # type: ignore[attr-defined]
            lambda contact: f"{contact.name} ({contact.organisation.name})"
        )


AgreedActions: "type[BaseFormSet[AgreedActionForm]]" = formset_factory(
    AgreedActionForm, extra=3, max_num=20, absolute_max=20
)
