"""When the partners look back again: a series of dates that keeps its anchor."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from collab.enums import Stage
from collab.models import Collaboration
from common.actions import ActionRefused, require
from common.dates import next_in_series
from common.locking import lock


def plan_next_evaluation(*, actor: User | None, collaboration: Collaboration, on: date) -> None:
    """Agree on the day of the next evaluation; later ones are counted from it.

    Refuses when the collaboration has ended. Sends nothing.
    """
    require(actor, "collab.plan_evaluation", collaboration)
    with recording(actor, "collab.evaluation_planned"):
        current = lock(collaboration)
        if current.stage == Stage.ENDED:
            raise ActionRefused(_("This collaboration has ended."))
        current.next_evaluation_on = current.evaluation_anchor_on = on
        current.save(update_fields=["next_evaluation_on", "evaluation_anchor_on"])


def note_evaluation_opened(*, collaboration: Collaboration, today: date | None = None) -> None:
    """Move the next evaluation one interval on, counted from the anchor, now that the one that was due has opened.

    Only here does an overdue date slide: to the first date of the series after today. Sends nothing.
    """
    today = today or timezone.localdate()
    with recording(None, "collab.evaluation_opened"):
        current = lock(collaboration)
        due_on = current.next_evaluation_on
        anchor = current.evaluation_anchor_on or due_on or today
        after = max(today, due_on) if due_on else today
        current.next_evaluation_on = next_in_series(anchor, current.interval_months(today), after)
        current.evaluation_anchor_on = anchor
        current.save(update_fields=["next_evaluation_on", "evaluation_anchor_on"])
