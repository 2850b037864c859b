"""Actions on the series of evaluation dates of a collaboration, which keeps its anchor."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from collab.enums import Stage
from collab.models import Collaboration
from common.actions import ActionRefused, require
from common.dates import next_in_series
from common.edits import Seen, merge
from common.locking import lock


@dataclass(frozen=True)
class EvaluationDates:
    """The next evaluation of a collaboration, and the day from which the series is counted."""

    next_on: date | None
    anchor_on: date | None


@dataclass(frozen=True)
class DateMove:
    """The dates before and after a round opened."""

    before: EvaluationDates
    after: EvaluationDates


def plan_next_evaluation(
    *, actor: User | None, collaboration: Collaboration, on: date, seen: Seen | None = None
) -> None:
    """Set the agreed day of the next evaluation, from which later ones are counted.

    Refuses when the collaboration has ended, and when another person agreed on another day since the page had ``seen``
    it. Sends nothing.
    """
    require(actor, "collab.plan_evaluation", collaboration)
    with recording(actor, "collab.evaluation_planned"):
        current = lock(collaboration)
        if current.stage == Stage.ENDED:
            raise ActionRefused(_("This collaboration has ended."))
        on = merge(current, {"on": on}, seen, {"on": current.next_evaluation_on})["on"]
        _set_dates(current, EvaluationDates(on, on))


def record_evaluation_opened(*, collaboration: Collaboration, today: date | None = None) -> DateMove | None:
    """Move the next evaluation one interval on, counted from the anchor, because the round that was due has opened.

    An overdue date slides only here: to the first date of the series after today. A round that opens over a third of
    the interval before the date is not the evaluation that is due: the date stays, and None is returned. Sends nothing.
    """
    today = today or timezone.localdate()
    with recording(None, "collab.evaluation_opened"):
        current = lock(collaboration)
        if current.is_too_early_to_evaluate(today):
            return None
        due_on = current.next_evaluation_on
        before = EvaluationDates(due_on, current.evaluation_anchor_on)
        anchor = current.evaluation_anchor_on or due_on or today
        following = max(today, due_on) if due_on else today
        after = EvaluationDates(next_in_series(anchor, current.interval_months(today), following), anchor)
        _set_dates(current, after)
    return DateMove(before, after)


def record_standing(*, collaboration_id: int, lowest_score: Decimal | None, lowest_change: Decimal | None) -> None:
    """Record the lowest score of the last round and the largest fall since the one before, by which lists are sorted.

    Takes figures as they were disclosed, to one decimal: an order by anything finer would tell more than the pages do.
    """
    Collaboration.objects.filter(pk=collaboration_id).update(lowest_score=lowest_score, lowest_change=lowest_change)


def restore_evaluation_dates(*, collaboration: Collaboration, move: DateMove) -> None:
    """Restore the dates from before a round opened that was called off.

    Leaves them alone when another day was agreed on since. Sends nothing.
    """
    with recording(None, "collab.evaluation_called_off"):
        current = lock(collaboration)
        if EvaluationDates(current.next_evaluation_on, current.evaluation_anchor_on) == move.after:
            _set_dates(current, move.before)


def _set_dates(collaboration: Collaboration, dates: EvaluationDates) -> None:
    collaboration.next_evaluation_on, collaboration.evaluation_anchor_on = dates.next_on, dates.anchor_on
    collaboration.save(update_fields=["next_evaluation_on", "evaluation_anchor_on"])
