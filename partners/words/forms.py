from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, ngettext

from common.forms import EditForm
from partners.models import Tag, Theme
from partners.models.themes import LONGEST_WORD
from partners.words.kinds import WordKind


class WordForm(EditForm):
    """The name of a tag or theme."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_WORD)


class _WordField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        number = obj.organisation_count
        count = ngettext("%(number)d organisation", "%(number)d organisations", number) % {"number": number}
        return f"{obj} ({count})"


class JoinForm(forms.Form):
    """The word that takes the place of another, then the count that the question named."""

    into = _WordField(label=gettext_lazy("Join it with"), queryset=None, empty_label=gettext_lazy("Choose"))
    count = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: WordKind, word: Tag | Theme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = kind.with_counts().exclude(pk=word.pk)  # type: ignore[attr-defined]


class RemoveWordForm(forms.Form):
    """The count that the question before removing named."""

    count = forms.IntegerField(widget=forms.HiddenInput)
