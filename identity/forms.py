from typing import Any, cast

from django import forms
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.enums import Visibility
from common.forms import DayField, EditForm
from common.sorting import NameOrder
from identity.comparison.organisations import field_label
from identity.culture.scales import SCALES
from identity.culture.words import SCALE_WORDS, Scale
from identity.enums import ViewAnswer
from identity.models import WORDS, IdentityConversation
from partners.models import Contact

LONGEST = 4000
ASKED = {
    "who_we_are": gettext_lazy("What do you do, for whom, and what are you proud of?"),
    "what_matters": gettext_lazy("What would you never give up? What makes you happy in your work?"),
    "how_we_decide": gettext_lazy("Who has to agree before you can say yes, and how long does that take?"),
    "how_we_work": gettext_lazy("How often do you meet, by phone or in writing, planned or as it comes?"),
    "good_to_know": gettext_lazy("What do others have to get used to? What is going on at the moment?"),
}


class ScaleField(forms.TypedChoiceField):
    """Ask for a place from 1 to 5 between two poles, or none."""

    widget = forms.RadioSelect

    def __init__(self, scale: Scale) -> None:
        super().__init__(
            label=str(scale),
            choices=[*((str(number), scale.place(number)) for number in range(1, 6)), ("", _("leave open"))],
            coerce=int,
            empty_value=None,
            required=False,
        )
        self.scale = scale


class IdentityForm(EditForm):
    """Ask what an organisation says about itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WORDS:
            self.fields[name] = forms.CharField(
                label=field_label(name),
                help_text=ASKED[name],
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        for name in SCALES:
            self.fields[name] = ScaleField(SCALE_WORDS[name])

    @property
    def words(self) -> list[forms.BoundField]:
        return [self[name] for name in WORDS]

    @property
    def scales(self) -> list[forms.BoundField]:
        return [self[name] for name in SCALES]


class PeopleField(forms.ModelMultipleChoiceField):
    """Offer people of several organisations, each with the name of the organisation."""

    def label_from_instance(self, contact: Model) -> str:
        person = cast(Contact, contact)
        return f"{person.name} · {person.organisation}"


class ConversationForm(forms.ModelForm):
    """Ask what there is to note of an identity conversation."""

    people = PeopleField(
        queryset=Contact.objects.none(),
        label=gettext_lazy("Who were there"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = IdentityConversation
        fields = ["held_on", "people", "learned", "visibility"]
        labels = {"held_on": gettext_lazy("When was it?"), "learned": gettext_lazy("What did you learn?")}
        help_texts = {
            "learned": gettext_lazy("About each other: what surprised you, what explains a lot, what you agreed on."),
            "visibility": gettext_lazy("Shared with the organisations that were there, or only for us."),
        }
        field_classes = {"held_on": DayField}
        widgets = {"visibility": forms.RadioSelect}

    def __init__(self, *args: Any, organisation_ids: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = list(self.instance.people.values_list("pk", flat=True)) if self.instance.pk else []
        fields = cast(dict[str, Any], self.fields)
        # Those who were there can be chosen still, after they left.
        known = Q(pk__in=Contact.objects.available().values("pk")) | Q(pk__in=there)
        people = Contact.objects.filter(known, organisation__in=organisation_ids).select_related("organisation")
        order = ("-organisation__is_host", "organisation__sort_name", "organisation_id", NameOrder("name"), "pk")
        fields["people"].queryset = people.order_by(*order)
        fields["learned"].max_length = LONGEST
        fields["visibility"].choices = Visibility.choices
        if not self.instance.pk:
            self.initial.setdefault("held_on", timezone.localdate())

    def clean_people(self) -> list[Contact]:
        return sorted(self.cleaned_data["people"], key=lambda person: person.pk)


class ConversationUpdateForm(EditForm, ConversationForm):
    """Change an identity conversation that was noted."""

    class Meta(ConversationForm.Meta):
        pass


class ViewForm(EditForm):
    """Ask how we see the other, and whether they may read it."""

    text = forms.CharField(
        label=gettext_lazy("How we see you"),
        help_text=gettext_lazy(
            "Write to them, kindly and honestly: what you see, what you value, what you wonder about."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who reads it"),
        choices=[
            (Visibility.INTERNAL, gettext_lazy("Only we, for now")),
            (Visibility.SHARED, gettext_lazy("Share it: they can read and answer it")),
        ],
        widget=forms.RadioSelect,
    )


class AnswerForm(EditForm):
    """Ask whether the organisation recognises itself in a view."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Do you recognise yourselves?"), choices=ViewAnswer.choices, widget=forms.RadioSelect
    )
    word = forms.CharField(
        label=gettext_lazy("A word about it"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
