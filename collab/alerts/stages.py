"""Give the next step of a collaboration without alerts."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from collab.alerts.kinds import Alert, NextStep, page
from collab.enums import Stage
from collab.models import Collaboration
from common.deadlines import due_text


def next_step(collaboration: Collaboration, today: date) -> Alert:
    """Return a quiet alert that leads to the next stage, where there is one."""
    message, label = _NEXT[Stage(collaboration.stage)](collaboration, today)
    step = NextStep(label, page("collab:stage-change", collaboration.pk), "collab.change_stage")
    return Alert("next_step", "quiet", message, step, collaboration)


_NEXT = {
    Stage.EXPLORING: lambda collaboration, today: (
        _("You are getting to know each other. Is it clear what you want together? Then design how you will work."),
        _("Go to designing"),
    ),
    Stage.DESIGNING: lambda collaboration, today: (
        _("You are agreeing on how to work together. All agreed? Then start."),
        _("Start working"),
    ),
    Stage.ACTIVE: lambda collaboration, today: (_all_is_well(collaboration, today), ""),
    Stage.PAUSED: lambda collaboration, today: (_("This collaboration is paused."), _("Go on, or end it")),
    Stage.ENDED: lambda collaboration, today: (_("This collaboration has ended."), ""),
}


def _all_is_well(collaboration: Collaboration, today: date) -> str:
    if collaboration.next_evaluation_on is None:
        return _("Nothing needs doing now.")
    return _("Nothing needs doing now. You look back together %(when)s, on %(day)s.") % {
        "when": due_text(collaboration.next_evaluation_on, today),
        "day": date_format(collaboration.next_evaluation_on),
    }
