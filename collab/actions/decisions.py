"""What was decided; every change of stage is a decision."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from collab.actions.people import refuse_stranger
from collab.actions.roles import refresh_missing_roles
from collab.enums import RoleKind, Stage, Visibility
from collab.models import Collaboration, Decision, RoleAssignment
from collab.signals import stage_changed
from common.actions import ActionRefused, require
from common.dates import add_months
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
    today: date | None = None,
) -> Decision:
    """Bring a collaboration to its next stage, as a decision that all partners see.

    The first time it becomes active it gets its start and, where nobody set them, the dates of its evaluations.
    Refuses a step that the stages do not allow, a person who is not a decider today on any side, and an end
    without reason and lessons. Tells other apps by ``stage_changed``.
    """
    require(actor, "collab.change_stage", collaboration)
    today = today or timezone.localdate()
    with recording(actor, "collab.stage_changed"):
        current = lock(collaboration)
        _refuse_step(current, to)
        _refuse_not_decider(current, decided_by, today)
        if to == Stage.ENDED:
            _refuse_silent_end(why, lessons)
        previous = current.stage
        _enter(current, to, today)
        decision = current.decisions.create(
            what=_("Stage: %(stage)s") % {"stage": current.get_stage_display()},
            why=why,
            new_stage=to,
            lessons=lessons,
            decided_by=decided_by,
            decided_on=today,
        )
        refresh_missing_roles(collaborations=[current], today=today)
        stage_changed.send(sender=Collaboration, collaboration=current, previous=previous, actor=actor)
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
    today: date | None = None,
) -> Decision:
    """Keep who decided what, when and why; a shared decision is seen by all partners.

    Refuses a day in the future, somebody whose organisation does not take part, and an internal decision by
    somebody of a partner. Sends nothing.
    """
    require(actor, "collab.add_decision", collaboration)
    with recording(actor, "collab.decision_recorded"):
        if decided_on > (today or timezone.localdate()):
            raise ActionRefused(_("A decision cannot be in the future."), field="decided_on")
        refuse_stranger(collaboration, decided_by, visibility, field="decided_by")
        return collaboration.decisions.create(
            what=what, why=why, decided_by=decided_by, decided_on=decided_on, visibility=visibility
        )


def _refuse_step(collaboration: Collaboration, to: str) -> None:
    if to not in collaboration.next_stages:
        raise ActionRefused(
            _("From “%(here)s” this step is not possible (any more).") % {"here": collaboration.get_stage_display()},
            field="to",
        )


def _refuse_not_decider(collaboration: Collaboration, contact: Contact, today: date) -> None:
    deciders = RoleAssignment.objects.current(today).filter(
        participation__collaboration=collaboration, role=RoleKind.DECIDER
    )
    if not deciders.filter(contact=contact).exists():
        raise ActionRefused(
            _("%(person)s is not a decider of this collaboration today.") % {"person": contact}, field="decided_by"
        )


def _refuse_silent_end(why: str, lessons: str) -> None:
    if not why.strip():
        raise ActionRefused(_("Say why the collaboration ends."), field="why")
    if not lessons.strip():
        raise ActionRefused(_("Write down what you learned, for who comes after you."), field="lessons")


def _enter(collaboration: Collaboration, to: str, today: date) -> None:
    collaboration.stage = to
    if to == Stage.ACTIVE:
        collaboration.starts_on = collaboration.starts_on or today
        _set_evaluations_going(collaboration, today)
    if to == Stage.ENDED and not _ended_before(collaboration, today):
        collaboration.ends_on = max(today, collaboration.starts_on or today)
    collaboration.save()


def _set_evaluations_going(collaboration: Collaboration, today: date) -> None:
    collaboration.evaluation_anchor_on = collaboration.evaluation_anchor_on or collaboration.next_evaluation_on or today
    if collaboration.next_evaluation_on is None:
        months = collaboration.interval_months(today)
        collaboration.next_evaluation_on = add_months(collaboration.evaluation_anchor_on, months)


def _ended_before(collaboration: Collaboration, today: date) -> bool:
    return collaboration.ends_on is not None and collaboration.ends_on <= today
