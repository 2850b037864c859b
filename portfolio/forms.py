from django import forms
from django.utils.translation import gettext_lazy as _

from collab.enums import Stage

ALL_STAGES = "all"


STAGES = [("", _("Not ended")), *Stage.choices, (ALL_STAGES, _("All stages"))]

ORDERS = [
    ("next", _("Next evaluation")),
    ("lowest", _("Lowest score")),
    ("change", _("Largest fall")),
    ("name", _("Name")),
]


class PortfolioFilter(forms.Form):
    """Search and filters of the list on the dashboard."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    sort = forms.ChoiceField(label=_("Sort by"), required=False, choices=ORDERS)
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=STAGES)
