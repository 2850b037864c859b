from typing import Any, cast

from django import forms
from django.db.models import Field, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DayField, SeenAtForm
from common.visibility import Visibility
from partners.culture import SCALES
from partners.enums import ViewAnswer
from partners.identity_words import SCALE_WORDS, Scale
from partners.models import WORDS, Contact, IdentityConversation, IdentityProfile

LONGEST = 4000
ASKED = {
    "who_we_are": gettext_lazy("What do you do, for whom, and what are you proud of?"),
    "what_matters": gettext_lazy("What would you never give up? What makes you happy in your work?"),
    "how_we_decide": gettext_lazy("Who has to agree before you can say yes, and how long does that take?"),
    "how_we_work": gettext_lazy("How often do you meet, by phone or in writing, planned or as it comes?"),
    "good_to_know": gettext_lazy("What do others have to get used to? What is going on at the moment?"),
}


def _choices(scale: Scale) -> list[tuple[str, str]]:
    return [*((str(number), scale.place(number)) for number in range(1, 6)), ("", _("leave open"))]


class ScaleField(forms.TypedChoiceField):
    """A place from 1 to 5 between two poles, or none."""

    widget = forms.RadioSelect

    def __init__(self, scale: Scale) -> None:
        super().__init__(label=str(scale), choices=_choices(scale), coerce=int, empty_value=None, required=False)
        self.scale = scale


class IdentityForm(forms.Form):
    """What an organisation says about itself; ``seen`` stands for what there was when the writer began."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WORDS:
            label = str(cast(Field, IdentityProfile._meta.get_field(name)).verbose_name)
            self.fields[name] = forms.CharField(
                label=label[:1].upper() + label[1:],
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


def _people_of(organisation_ids: list[int], there: list[int]) -> QuerySet[Contact]:
    """Active people of these organisations, and who were there."""
    rows = Contact.objects.filter(Q(deactivated_at=None) | Q(pk__in=there), organisation__in=organisation_ids)
    rows = rows.select_related("organisation")
    return rows.order_by("-organisation__is_host", "organisation__sort_name", "organisation_id", "name", "pk")


class PeopleField(forms.ModelMultipleChoiceField):
    """People of several organisations, each with where they work."""

    def label_from_instance(self, contact: Model) -> str:
        person = cast(Contact, contact)
        return f"{person.name} · {person.organisation}"


class ConversationForm(forms.ModelForm):
    """What there is to note of an identity conversation."""

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
        fields["people"].queryset = _people_of(organisation_ids, there)
        fields["learned"].max_length = LONGEST
        fields["visibility"].choices = Visibility.choices
        if not self.instance.pk:
            self.initial.setdefault("held_on", timezone.localdate())

    def clean_people(self) -> list[Contact]:
        return sorted(self.cleaned_data["people"], key=lambda person: person.pk)


class ConversationUpdateForm(SeenAtForm, ConversationForm):
    """The same, with the moment of the version that was looked at."""

    def stored(self, row: Model, name: str) -> Any:
        if name == "people":
            return list(cast(IdentityConversation, row).people.order_by("pk"))
        return super().stored(row, name)

    def stored_text(self, row: Model, name: str) -> str:
        if name == "people":
            return ", ".join(person.name for person in self.stored(row, name))
        return super().stored_text(row, name)

    def overtaken_by(self, newer: Model) -> "ConversationUpdateForm":
        data = self.data.copy()  # type: ignore[attr-defined]
        data["seen_at"] = cast(IdentityConversation, newer).updated_at.isoformat()
        ids = [organisation.pk for organisation in cast(IdentityConversation, newer).organisations.all()]
        form = type(self)(data, instance=cast(IdentityConversation, newer), organisation_ids=ids)
        form.full_clean()
        return form


class ViewForm(forms.Form):
    """How we see the other, and whether they may read it."""

    text = forms.CharField(
        label=gettext_lazy("How we see you"),
        help_text=gettext_lazy("Write to them, kindly and honestly: what you see, what you value, what you wonder."),
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


class AnswerForm(forms.Form):
    """Whether one recognises oneself."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Do you recognise yourselves?"), choices=ViewAnswer.choices, widget=forms.RadioSelect
    )
    word = forms.CharField(
        label=gettext_lazy("A word about it"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
