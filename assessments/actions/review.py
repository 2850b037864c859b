"""Record the review meeting: what was said about the results, what was agreed, and the next evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.enums import CycleStatus, Outcome
from assessments.models import EvaluationCycle, ReviewMeeting
from audit.context import recording
from collab.actions import add_action_item, plan_next_evaluation
from common.actions import ActionRefused, require
from common.edits import Seen, merge
from common.locking import lock
from partners.models import Contact


@dataclass(frozen=True)
class AgreedAction:
    """An action agreed in the meeting: its text, its owner on either side, and its day."""

    title: str
    owner: Contact
    due_on: date


def record_review(
    *,
    actor: User | None,
    cycle: EvaluationCycle,
    held_on: date,
    outcome: str,
    summary: str = "",
    next_evaluation_on: date | None = None,
    attendees: Sequence[Contact] = (),
    agreed: Sequence[AgreedAction] = (),
) -> ReviewMeeting:
    """Record the meeting about a closed round; its actions and the date of the next evaluation are set with it.

    A date beside the outcome *stop* was chosen for another outcome, and is left out.

    Refuses when the round is not closed or was discussed already, when the meeting lies in the future or before the
    closing, and when the partners go on without a date for the next evaluation; an ended collaboration has none.
    """
    require(actor, "assessments.record_review")
    with recording(actor, "assessments.review_recorded"):
        lock(cycle.collaboration)
        cycle = EvaluationCycle.objects.select_for_update(of=["self"]).select_related("collaboration").get(pk=cycle.pk)
        if outcome == Outcome.STOP or cycle.collaboration.is_ended:
            next_evaluation_on = None
        if cycle.status != CycleStatus.CLOSED:
            raise ActionRefused(_("Only a closed round that was not discussed yet can be discussed."))
        _refuse_days(cycle, held_on, outcome, next_evaluation_on)
        review = ReviewMeeting.objects.create(
            cycle=cycle, held_on=held_on, outcome=outcome, summary=summary, next_evaluation_on=next_evaluation_on
        )
        review.attendees.set(attendees)
        for item in agreed:
            review.action_items.add(
                add_action_item(
                    actor=actor,
                    collaboration=cycle.collaboration,
                    title=item.title,
                    owner=item.owner,
                    due_on=item.due_on,
                )
            )
        if next_evaluation_on:
            plan_next_evaluation(actor=None, collaboration=cycle.collaboration, on=next_evaluation_on)
        cycle.status = CycleStatus.DISCUSSED
        cycle.save(update_fields=["status"])
    return review


def correct_review(
    *,
    actor: User | None,
    review: ReviewMeeting,
    held_on: date,
    outcome: str,
    summary: str = "",
    next_evaluation_on: date | None = None,
    attendees: Sequence[Contact] | None = None,
    seen: Seen | None = None,
) -> None:
    """Correct what was recorded of a meeting; pages tell who corrected it and when. Sends nothing.

    Without ``attendees`` those that were recorded stay.

    The next evaluation of the collaboration follows another date, unless a day was agreed on since. Refuses days as
    ``record_review`` does, and fields that another person changed since the page had ``seen`` them.
    """
    require(actor, "assessments.correct_review", review)
    with recording(actor, "assessments.review_corrected"):
        collaboration = lock(review.cycle.collaboration)
        current = lock(review)
        before = current.next_evaluation_on
        typed = {"held_on": held_on, "outcome": outcome, "summary": summary, "next_evaluation_on": next_evaluation_on}
        people = {} if attendees is None else {"attendees": list(attendees)}
        values = merge(current, {**typed, **people}, seen)
        for name in typed:
            setattr(current, name, values[name])
        if current.outcome == Outcome.STOP or collaboration.is_ended:
            current.next_evaluation_on = None
        on = current.next_evaluation_on
        _refuse_days(review.cycle, current.held_on, current.outcome, on)
        current.save(update_fields=["held_on", "outcome", "summary", "next_evaluation_on"])
        if "attendees" in values:
            current.attendees.set(values["attendees"])
        if on and on != before and collaboration.next_evaluation_on == before:
            plan_next_evaluation(actor=None, collaboration=collaboration, on=on)


def _refuse_days(cycle: EvaluationCycle, held_on: date, outcome: str, next_evaluation_on: date | None) -> None:
    assert cycle.closed_at is not None
    if held_on > timezone.localdate():
        raise ActionRefused(_("The meeting cannot be in the future."), field="held_on")
    if held_on < timezone.localdate(cycle.closed_at):
        raise ActionRefused(_("The meeting cannot be before the round closed."), field="held_on")
    if outcome != Outcome.STOP and next_evaluation_on is None and not cycle.collaboration.is_ended:
        raise ActionRefused(_("Agree on the date of the next evaluation."), field="next_evaluation_on")
    if next_evaluation_on is not None and next_evaluation_on <= held_on:
        raise ActionRefused(_("The next evaluation comes after this meeting."), field="next_evaluation_on")
