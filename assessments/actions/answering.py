"""Actions of a person with a personal link. The link is the permission; there is no account behind it."""

from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.drafts import Draft, SentPage, merge, milliseconds, read_typed
from assessments.enums import CycleStatus, InvitationStatus
from assessments.models import EvaluationCycle, Invitation, Response
from assessments.questionnaire import Answers, Comments, as_fields, from_fields
from common.actions import ActionRefused
from common.incoming.characters import NOT_STORABLE

COMMENT_LENGTH = 4000
CAN_ANSWER = (
    InvitationStatus.INVITED,
    InvitationStatus.STARTED,
    InvitationStatus.SUBMITTED,
    InvitationStatus.DECLINED,
)


def save_answers(
    *,
    invitation: Invitation,
    answers: Answers,
    comments: Comments,
    page: SentPage | None = None,
    promised: str = "",
    by_part: bool | None = None,
) -> Response:
    """Save these answers beside those given before; questions not named keep their answer.

    Values are 1–5, or None for "I don't know". ``page`` gives the times of typing and the values that the page had
    shown: of every question the value that was typed last is kept, in whichever order they arrive; without it all were
    typed now. ``promised`` is the mode that the page named. ``by_part`` is how the person wants to read the questions
    from now on; None leaves that as it is. Refuses when the round is not open or has another mode by
    now, when the invitation was withdrawn, passed on or declined after this was typed, and when a question or value
    does not exist.
    """
    with transaction.atomic():
        _fix_mode(invitation, answers, comments)
        invitation = _hold_to_answer(invitation, promised)
        # A save that comes late, of what was typed before the person declined, must not undo that decision.
        if invitation.status == InvitationStatus.DECLINED and page is not None and page.typed:
            last = max(typed.at for typed in page.typed.values())
            if last < milliseconds(invitation.updated_at):
                raise ActionRefused(_("You said that you do not take part, so this was not kept."))
        response = _with_answers(invitation, _kept(invitation), answers, comments, page)
        response.by_part = response.by_part if by_part is None else by_part
        response.save()
        if invitation.status in (InvitationStatus.INVITED, InvitationStatus.DECLINED):
            _drop_draft_before(invitation)
            set_status(invitation, InvitationStatus.STARTED)
    return response


def submit_answers(
    *, invitation: Invitation, answers: Answers, comments: Comments, page: SentPage | None = None, promised: str = ""
) -> Response:
    """Save these answers and count them from now on; they can be changed until the round closes.

    They replace answers that were sent for this invitation from another address. Takes and refuses the same as
    ``save_answers``, and refuses when no question at all has been answered.
    """
    with transaction.atomic():
        _fix_mode(invitation, answers, comments)
        invitation = _hold_to_answer(invitation, promised)
        kept = _kept(invitation)
        response = _with_answers(invitation, kept, answers, comments, page)
        if all(value is None for value in response.answers.values()):
            raise ActionRefused(_("Answer at least one question before you send."))
        response.submitted_at = response.submitted_at or timezone.now()
        replaced = [row.pk for row in kept.values() if row.submitted_at and row.pk != response.pk]
        if replaced:
            Response.objects.filter(pk__in=replaced).delete()
        response.save()
        _drop_draft_before(invitation)
        set_status(invitation, InvitationStatus.SUBMITTED)
    return response


def decline(*, invitation: Invitation) -> None:
    """Decline an invitation: delete the person's draft and stop the reminders.

    The link still works for a person who changes their mind. Refuses once answers were sent, and when the round is not
    open.
    """
    with transaction.atomic():
        invitation, cycle = lock_open(invitation)
        if invitation.status == InvitationStatus.SUBMITTED:
            raise ActionRefused(_("You have sent your answers already. You can still change them."))
        cycle.responses.written_for(invitation).delete()
        set_status(invitation, InvitationStatus.DECLINED)


def _fix_mode(invitation: Invitation, answers: Answers, comments: Comments) -> None:
    """Record with the first answer of a round that its mode is fixed; undone with the transaction when it is refused.

    Done before any lock is taken: only the very first answers write this, and a person who waits here holds no lock.
    """
    if not invitation.cycle.mode_is_fixed and (answers or any(comments.values())):
        EvaluationCycle.objects.filter(pk=invitation.cycle_id, mode_is_fixed=False).update(mode_is_fixed=True)


def _hold_to_answer(invitation: Invitation, promised: str) -> Invitation:
    """Return the invitation, locked against the person's other pages and the round against closing.

    Other people of the round do not wait for it (``locked_against_closing``).
    """
    cycle = EvaluationCycle.objects.locked_against_closing(invitation.cycle_id)
    _refuse_closed(cycle)
    if promised and promised != cycle.mode:
        message = _("Since you opened this page, who can see the answers has changed. Read the new rule, then go on.")
        raise ActionRefused(message, field="mode")
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _refuse_gone(locked)
    # The questionnaire does not change once a round uses it; it was read with the link.
    locked.cycle, locked.opened_by = invitation.cycle, invitation.answering_email
    return locked


def lock_open(invitation: Invitation, statuses: Collection[str] = CAN_ANSWER) -> tuple[Invitation, EvaluationCycle]:
    """Return the invitation and its open cycle, held against closing and against all others of the round.

    Refuses when the round is not open, and an invitation in none of ``statuses``.
    """
    cycle = (
        EvaluationCycle.objects.select_for_update(of=["self"], no_key=True)
        .select_related("instrument", "collaboration")
        .defer("instrument__content", "result")
        .get(pk=invitation.cycle_id)
    )
    _refuse_closed(cycle)
    locked = Invitation.objects.select_for_update(of=["self"]).select_related("contact", "party").get(pk=invitation.pk)
    locked.opened_by = invitation.opened_by
    _refuse_gone(locked, statuses)
    return locked, cycle


def _refuse_closed(cycle: EvaluationCycle) -> None:
    if cycle.status == CycleStatus.OPEN:
        return
    if cycle.status == CycleStatus.PLANNED:
        raise ActionRefused(_("This round is not open yet."))
    if cycle.status == CycleStatus.CANCELLED:
        raise ActionRefused(_("This round was called off; answers are not needed any more."))
    raise ActionRefused(_("This round is closed; answers can no longer be changed."))


def _refuse_gone(invitation: Invitation, statuses: Collection[str] = CAN_ANSWER) -> None:
    if invitation.status not in statuses:
        raise ActionRefused(_("This invitation is no longer yours to answer."))


def _kept(invitation: Invitation) -> dict[str, Response]:
    """Return the responses to the invitation, by the address of the link through which each was written."""
    return {row.email: row for row in Response.objects.filter(invitation=invitation)}


def _with_answers(
    invitation: Invitation, kept: dict[str, Response], answers: Answers, comments: Comments, page: SentPage | None
) -> Response:
    """Return the person's response with these answers in it, not stored yet; the invitation is locked."""
    instrument = invitation.cycle.instrument.definition
    for key, value in answers.items():
        if key not in instrument.items:
            raise ActionRefused(_("This question does not exist."), field=key)
        if value is not None and value not in range(instrument.scoring.lowest, instrument.scoring.highest + 1):
            raise ActionRefused(_("Choose one of the answers."), field=key)
    for key, text in comments.items():
        if key not in instrument.comment_keys:
            raise ActionRefused(_("This question does not exist."), field=key)
        if NOT_STORABLE.search(text):
            raise ActionRefused(_("This holds a character that cannot be stored. Type it again."), field=key)
        if len(text) > COMMENT_LENGTH:
            raise ActionRefused(_("Use at most %(length)d characters.") % {"length": COMMENT_LENGTH}, field=key)
    response = kept.get(invitation.answering_email) or Response(
        invitation=invitation,
        email=invitation.answering_email,
        cycle_id=invitation.cycle_id,
        party_id=invitation.party_id,
    )
    now = milliseconds(timezone.now())
    sent = as_fields(answers, {key: text.strip() for key, text in comments.items()})
    before = Draft(as_fields(response.answers, response.comments), read_typed(response.typed, now))
    merged = merge(before, replace(page, fields=sent) if page else SentPage(sent), now)
    response.answers, response.comments = from_fields(merged.fields)
    response.typed = dict(merged.typed)
    return response


def _drop_draft_before(invitation: Invitation) -> None:
    """Delete the draft of the person who passed this on, kept until now in case of taking back."""
    if invitation.passed_on_by_id is not None:
        Response.objects.filter(invitation=invitation.passed_on_by_id, submitted_at=None).delete()


def set_status(invitation: Invitation, status: InvitationStatus) -> None:
    invitation.status = status
    invitation.save(update_fields=["status"])
