from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.enums import CycleStatus, Mode, Outcome
from assessments.models import EvaluationCycle, ReviewMeeting
from assessments.models.cycles import WORD_LENGTH
from assessments.querysets import CAN_BE_ASKED_AGAIN
from collab.models import Collaboration
from common.forms import AboutOthers, DayField, EditForm
from common.sorting import NameOrder
from partners.models import Contact, Organisation

DAYS_TO_LOOK = 7
DAYS_TO_ANSWER = 21
DAYS_MORE = 7


def people_of(collaboration: Collaboration) -> QuerySet[Contact]:
    """Return the contacts who can be asked: with an address, at organisations that take part and are not archived."""
    return (
        Contact.objects.available()
        .filter(organisation__participations__collaboration=collaboration)
        .exclude(email="")
        .select_related("organisation")
        .order_by("-organisation__is_host", "organisation__sort_name", NameOrder("name"), "pk")
    )


def organisations_of(collaboration: Collaboration) -> QuerySet[Organisation]:
    """Return the organisations that take part, in the order of ``people_of``."""
    return Organisation.objects.filter(participations__collaboration=collaboration).order_by("-is_host", "sort_name")


class PeopleForm(forms.Form):
    """A form on which people are ticked, each under their organisation: ``assessments/people_choice.html``."""

    people_name = "contacts"

    def let_choose(self, people: QuerySet[Contact], organisations: Iterable[Organisation]) -> None:
        """Offer ``people``, in the order of their ``organisations``; list an organisation without people as well."""
        self.organisations = organisations
        self.fields[self.people_name].queryset = people  # type: ignore[attr-defined]

    @property
    def people_field(self) -> forms.BoundField:
        return self[self.people_name]

    @cached_property
    def people_by_organisation(self) -> list[tuple[Organisation, list[dict[str, Any]]]]:
        """Return per organisation its people, each with whether the box is ticked: as typed, or as before."""
        chosen = {str(getattr(item, "pk", item)) for item in self.people_field.value() or []}
        groups: dict[Organisation, list[dict[str, Any]]] = {organisation: [] for organisation in self.organisations}
        for contact in self.fields[self.people_name].queryset:  # type: ignore[attr-defined]
            row = {"contact": contact, "is_chosen": str(contact.pk) in chosen}
            groups.setdefault(contact.organisation, []).append(row)
        return list(groups.items())


class CycleForm(PeopleForm):
    """The dates of a round, its mode, and the people to ask."""

    opens_on = DayField(
        label=gettext_lazy("Opens on"),
        help_text=gettext_lazy("Until then the lead of each organisation can change who is asked there."),
    )
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
    is_extra = forms.BooleanField(required=False)
    word = forms.CharField(
        label=gettext_lazy("A personal word"),
        required=False,
        max_length=WORD_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Everybody who is asked reads this in the invitation and above the questions, with your name. Write in a "
            "language that they all read: it is not translated."
        ),
    )
    contacts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who do you ask?"),
        queryset=Contact.objects.none(),
        error_messages={"required": gettext_lazy("Choose at least one person of every organisation.")},
    )

    def __init__(self, *args: Any, collaboration: Collaboration, left_out: Collection[int] = (), **kwargs: Any) -> None:
        today = timezone.localdate()
        opens_on = today + timedelta(days=DAYS_TO_LOOK)
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {
            "opens_on": opens_on,
            "closes_on": opens_on + timedelta(days=DAYS_TO_ANSWER),
            "mode": Mode.CONFIDENTIAL,
            "is_extra": collaboration.is_too_early_to_evaluate(opens_on),
            **kwargs["initial"],
        }
        super().__init__(*args, **kwargs)
        # Organisations whose own lead has chosen their people are left to that lead.
        people = people_of(collaboration).exclude(organisation__in=left_out)
        self.let_choose(people, organisations_of(collaboration).exclude(pk__in=left_out))
        self.fields["contacts"].required = not left_out
        due_on, counts_from = collaboration.next_evaluation_on, collaboration.evaluation_counts_from(today)
        # An extra round is offered where there is a date that it can leave alone.
        if due_on is None or counts_from is None:
            del self.fields["is_extra"]
            return
        field, day = self.fields["is_extra"], {"day": date_format(due_on)}
        field.label = _("Extra round: the next evaluation stays on %(day)s") % day
        field.help_text = _(
            "Tick this for a round in between. A round that opens before %(day)s is always an extra one."
        ) % {"day": date_format(counts_from)}

    def clean_opens_on(self) -> Any:
        opens_on = self.cleaned_data["opens_on"]
        if opens_on < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."))
        return opens_on


class CycleUpdateForm(EditForm, CycleForm):
    """A round that is planned already."""


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
        asked = cycle.invitations.exclude(status__in=CAN_BE_ASKED_AGAIN)
        self.let_choose(people.exclude(pk__in=asked.values("contact")), organisations=())


class ExtendForm(EditForm):
    """A later last day; its page has seen the present one."""

    closes_on = DayField(label=gettext_lazy("New last day to answer"))

    def __init__(self, *args: Any, cycle: EvaluationCycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["closes_on"] = cycle.closes_on + timedelta(days=DAYS_MORE)
        self.cycle = cycle

    def shown(self, name: str) -> Any:
        return self.cycle.closes_on


class CycleFilter(forms.Form):
    """Search and filters of the list of rounds."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", gettext_lazy("All")), *CycleStatus.choices],
    )
    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)


class PassOnForm(AboutOthers):
    name = forms.CharField(label=gettext_lazy("Name of your colleague"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("E-mail address of your colleague"))
    words = forms.CharField(
        label=gettext_lazy("A word to your colleague"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Your colleague reads this in the mail. Links in it do not work."),
    )


class ReviewForm(PeopleForm):
    people_name = "attendees"
    held_on = DayField(label=gettext_lazy("When did you meet?"))
    attendees = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who was there?"),
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
        help_text=gettext_lazy("Not needed when you stop: then we do not keep it."),
    )

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.let_choose(people_of(collaboration), organisations=())


class ReviewUpdateForm(EditForm, ReviewForm):
    """What was recorded of a review meeting, to correct it."""

    def __init__(self, *args: Any, review: ReviewMeeting, **kwargs: Any) -> None:
        super().__init__(*args, collaboration=review.cycle.collaboration, **kwargs)
        # Who was there stays on offer, also after leaving.
        there = review.attendees.values("pk")
        people = Contact.objects.filter(Q(pk__in=people_of(review.cycle.collaboration).values("pk")) | Q(pk__in=there))
        order = ("-organisation__is_host", "organisation__sort_name", NameOrder("name"), "pk")
        self.let_choose(people.select_related("organisation").order_by(*order), organisations=())


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
