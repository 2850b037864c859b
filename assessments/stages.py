"""Questions about the rounds of a collaboration that is paused or ended: asked before, carried out with it.

In a paused collaboration no dates fall due. A round that is kept goes on: an open one until its last day, with its
reminders and its results; a planned one waits. Rounds of an ended collaboration are closed or called off.
"""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.enums import CycleStatus
from assessments.models import EvaluationCycle
from collab.enums import Stage
from collab.models import Collaboration
from collab.stage_questions import StageAnswer, StageQuestion, asker

KEEP, CALL_OFF, CLOSE = "keep", "call_off", "close"
BOTH = (Stage.PAUSED.value, Stage.ENDED.value)


def question_of(cycle: EvaluationCycle) -> str:
    """Return the key of the question about a round."""
    return f"round_{cycle.pk}"


@asker
def what_becomes_of_rounds(collaboration: Collaboration) -> Iterator[StageQuestion]:
    """Ask about each planned or open round; one for which answers were sent cannot be called off any more."""
    if Stage.ENDED not in collaboration.next_stages:
        return
    for cycle in collaboration.cycles.running().defer("result", "exact_means"):
        if cycle.status == CycleStatus.PLANNED:
            label, help_text = _("Round %(number)d, planned for %(day)s"), ""
            choices = [StageAnswer(CALL_OFF, _("Call it off"), BOTH)]
        else:
            label = _("Round %(number)d, open since %(day)s")
            help_text = _(
                "When you end the collaboration nobody is mailed about the results; everybody who was asked can read "
                "them. When you pause, people hear of the results as usual."
            )
            choices = [StageAnswer(CLOSE, _("Close it now: what was sent gives the results"), BOTH)]
            if not cycle.responses.exclude(submitted_at=None).exists():
                choices.append(StageAnswer(CALL_OFF, _("Cancel it: what was filled in is deleted"), BOTH))
        if Stage.PAUSED in collaboration.next_stages:
            choices.append(StageAnswer(KEEP, _("Keep it (only when you pause)"), (Stage.PAUSED.value,)))
        facts = {"number": cycle.number, "day": date_format(cycle.opens_on)}
        yield StageQuestion(question_of(cycle), label % facts, tuple(choices), help_text)


def why_not_planned(collaboration: Collaboration) -> str:
    """Return why no round can be planned in this stage of the collaboration; the empty string when one can."""
    if collaboration.stage == Stage.ENDED:
        return _("This collaboration has ended.")
    if collaboration.stage == Stage.PAUSED:
        return _("This collaboration is paused. First go on with the collaboration.")
    return ""
