"""Actions that record decisions; every change of stage is a decision."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from collab.actions.people import refuse_stranger
from collab.actions.roles import refresh_missing_roles
from collab.enums import RoleKind, Stage, Visibility
from collab.models import Collaboration, Decision, RoleAssignment
from collab.signals import stage_changed
from collab.stage_questions import refuse_unsettled
from common.actions import ActionRefused, require
from common.dates import add_months
from common.edits import Seen, merge
from common.locking import lock
from partners.models import Contact


def change_stage(
    *,
    actor: User | None,
    collaboration: Collaboration,
    to: str,
    decided_by: Contact,
    why: str,
    lessons: str = "",
    answers: Mapping[str, str] = MappingProxyType({}),
    today: date | None = None,
    seen: Seen | None = None,
) -> Decision:
    """Move a collaboration to its next stage, as a decision that all partners see.

    ``answers`` say by key how open matters are settled (``collab.stage_questions``), such as its rounds. The first time
    that it becomes active it gets its start and, where they were not set, the dates of its evaluations. Lessons are
    kept of an end only: written for an end that was not chosen after all, they are not shown to partners.

    Refuses a step that the stages do not allow, a person who is not a decider today on any side, an end without reason
    and lessons, open matters without an answer, and a step from another stage than the page had ``seen``. Sends
    ``stage_changed``.
    """
    require(actor, "collab.change_stage", collaboration)
    today = today or timezone.localdate()
    with recording(actor, "collab.stage_changed"):
        current = lock(collaboration)
        if to not in current.next_stages:
            raise ActionRefused(
                _("From “%(here)s” this step is not possible (any more).") % {"here": current.get_stage_display()},
                field="to",
            )
        merge(current, {"to": to}, seen, {"to": current.stage})
        _refuse_not_decider(current, decided_by, today)
        if to == Stage.ENDED and not why.strip():
            raise ActionRefused(_("Say why the collaboration ends."), field="why")
        if to == Stage.ENDED and not lessons.strip():
            raise ActionRefused(_("Write down what you learned, for whoever comes after you."), field="lessons")
        refuse_unsettled(current, to, answers)
        previous = current.stage
        _enter(current, to, today)
        decision = current.decisions.create(
            why=why,
            new_stage=to,
            lessons=lessons if to == Stage.ENDED else "",
            decided_by=decided_by,
            decided_on=today,
        )
        refresh_missing_roles(collaborations=[current], today=today)
        stage_changed.send(
            sender=Collaboration, collaboration=current, previous=previous, actor=actor, answers=answers, today=today
        )
    return decision


def record_decision(
    *,
    actor: User | None,
    collaboration: Collaboration,
    what: str,
    decided_by: Contact,
    decided_on: date,
    why: str = "",
    visibility: str = Visibility.SHARED,
    chosen: Sequence[str] = (),
    today: date | None = None,
) -> Decision:
    """Record a decision with its person, day and reason; a shared decision is seen by all partners.

    A choice of partners has their names as ``chosen``, and no words of its own.

    Refuses a day in the future, a person whose organisation does not take part, and an internal decision by a partner.
    Sends nothing.
    """
    require(actor, "collab.add_decision", collaboration)
    with recording(actor, "collab.decision_recorded"):
        if decided_on > (today or timezone.localdate()):
            raise ActionRefused(_("A decision cannot be in the future."), field="decided_on")
        refuse_stranger(collaboration, decided_by, visibility, field="decided_by")
        return collaboration.decisions.create(
            what=what,
            why=why,
            chosen=list(chosen),
            decided_by=decided_by,
            decided_on=decided_on,
            visibility=visibility,
        )


def _refuse_not_decider(collaboration: Collaboration, contact: Contact, today: date) -> None:
    deciders = RoleAssignment.objects.current(today).filter(
        participation__collaboration=collaboration, role=RoleKind.DECIDER
    )
    if not deciders.filter(contact=contact).exists():
        raise ActionRefused(
            _("%(person)s is not a decider of this collaboration today.") % {"person": contact}, field="decided_by"
        )


def _enter(collaboration: Collaboration, to: str, today: date) -> None:
    collaboration.stage = to
    if to == Stage.ACTIVE:
        collaboration.starts_on = collaboration.starts_on or today
        anchor = collaboration.evaluation_anchor_on or collaboration.next_evaluation_on or today
        collaboration.evaluation_anchor_on = anchor
        if collaboration.next_evaluation_on is None:
            collaboration.next_evaluation_on = add_months(anchor, collaboration.interval_months(today))
    # A planned end in the past is when it ended: only a later one, or none, becomes today.
    if to == Stage.ENDED and (collaboration.ends_on is None or collaboration.ends_on > today):
        collaboration.ends_on = max(today, collaboration.starts_on or today)
    # Lists are sorted by this date: what has ended would stand between what is late.
    if to == Stage.ENDED:
        collaboration.next_evaluation_on = collaboration.evaluation_anchor_on = None
    collaboration.save()
