from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.enums import AnswerKind
from collab.models.answers import WORDS_LENGTH
from common.forms import DayField


class ActionAnswerForm(forms.Form):
    """What the owner of an action says about it; the button that was pressed says which answer it is."""

    what = forms.ChoiceField(choices=AnswerKind.choices, widget=forms.HiddenInput)
    due_on = DayField(label=gettext_lazy("On which day is it ready?"), required=False)
    words = forms.CharField(
        label=gettext_lazy("Do you want to say something about it?"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("This goes along with each of the buttons on this page."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("what") == AnswerKind.MOVED and not cleaned.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Choose the new day."))
        if cleaned.get("what") == AnswerKind.REMARK and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", _("Write what you want to say."))
        return cleaned
