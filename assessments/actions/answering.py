"""What somebody with a personal link does. The link is the permission; there is no account behind it."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.enums import CycleStatus, InvitationStatus
from assessments.instruments import Instrument
from assessments.mails import send_passed_on
from assessments.models import EvaluationCycle, Invitation, Response
from assessments.personal_links import revoke_links
from assessments.questionnaire import Shown
from common.actions import ActionRefused
from partners.actions import add_contact
from partners.models import Contact

Answers = Mapping[str, int | None]
Comments = Mapping[str, str]
T = TypeVar("T")
COMMENT_LENGTH = 4000
_CAN_ANSWER = (
    InvitationStatus.INVITED,
    InvitationStatus.STARTED,
    InvitationStatus.SUBMITTED,
    InvitationStatus.DECLINED,
)


def save_answers(
    *, invitation: Invitation, answers: Answers, comments: Comments, shown: Shown | None = None, promised: str = ""
) -> Response:
    """Keep these answers beside those given before; questions not named keep what they have.

    Values are 1–5, or None for "I don't know". ``shown`` is what the page showed before: what does not differ from it
    was not typed, and leaves alone what was answered elsewhere meanwhile. ``promised`` is the mode that the page spoke
    of. Refuses when the round is not open or has another mode by now, when the invitation was withdrawn or passed on,
    and when a question or value does not exist.
    """
    with transaction.atomic():
        invitation, cycle = _lock(invitation, promised)
        response = _with_answers(invitation, cycle, answers, comments, shown)
        response.save()
        if invitation.status in (InvitationStatus.INVITED, InvitationStatus.DECLINED):
            _set_status(invitation, InvitationStatus.STARTED)
    return response


def submit_answers(
    *, invitation: Invitation, answers: Answers, comments: Comments, shown: Shown | None = None, promised: str = ""
) -> Response:
    """Keep these answers and count them from now on; they can be changed until the round closes.

    Takes and refuses the same as ``save_answers``, and refuses when no question at all has been answered.
    """
    with transaction.atomic():
        invitation, cycle = _lock(invitation, promised)
        response = _with_answers(invitation, cycle, answers, comments, shown)
        if all(value is None for value in response.answers.values()):
            raise ActionRefused(_("Answer at least one question before you send."))
        response.submitted_at = response.submitted_at or timezone.now()
        response.save()
        _set_status(invitation, InvitationStatus.SUBMITTED)
    return response


def decline(*, invitation: Invitation) -> None:
    """Say no: a draft is thrown away, no reminders follow. The link still works for who changes their mind.

    Refuses once answers were sent, and when the round is not open.
    """
    with transaction.atomic():
        invitation, cycle = _lock(invitation)
        if invitation.status == InvitationStatus.SUBMITTED:
            raise ActionRefused(_("You have sent your answers already. You can still change them."))
        cycle.responses.filter(invitation=invitation).delete()
        _set_status(invitation, InvitationStatus.DECLINED)


def pass_on(*, invitation: Invitation, name: str, email: str) -> Invitation:
    """Let a colleague at the same organisation answer instead; the colleague is mailed a link of their own.

    A colleague who is not known yet becomes a contact. Refuses once answers were sent, when the round is not open,
    and when the colleague was asked already or has left.
    """
    with transaction.atomic():
        invitation, cycle = _lock(invitation)
        if invitation.status == InvitationStatus.SUBMITTED:
            raise ActionRefused(_("You have sent your answers already. You can still change them."))
        colleague = _colleague(invitation, name, email)
        if cycle.invitations.filter(contact=colleague).exists():
            raise ActionRefused(_("This colleague has an invitation already."), field="email")
        cycle.responses.filter(invitation=invitation).delete()
        _set_status(invitation, InvitationStatus.PASSED_ON)
        revoke_links(invitation)
        passed_on = Invitation.objects.create(
            cycle=cycle,
            party=invitation.party,
            contact=colleague,
            passed_on_by=invitation,
            invited_on=timezone.localdate(),
        )
        send_passed_on(passed_on, invitation.contact.name)
    return passed_on


def _lock(invitation: Invitation, promised: str = "") -> tuple[Invitation, EvaluationCycle]:
    """The open cycle and the invitation, held against closing and against the person's other device."""
    cycle = (
        EvaluationCycle.objects.select_for_update(of=["self"], no_key=True)
        .select_related("instrument", "collaboration")
        .defer("instrument__content", "result")
        .get(pk=invitation.cycle_id)
    )
    if cycle.status != CycleStatus.OPEN:
        raise ActionRefused(_not_open(cycle))
    if promised and promised != cycle.mode:
        message = _("Since you opened this page it was changed who sees the answers. Read what holds now, then go on.")
        raise ActionRefused(message, field="mode")
    locked = Invitation.objects.select_for_update(of=["self"]).select_related("contact", "party").get(pk=invitation.pk)
    if locked.status not in _CAN_ANSWER:
        raise ActionRefused(_("This invitation is no longer yours to answer."))
    return locked, cycle


def _not_open(cycle: EvaluationCycle) -> str:
    if cycle.status == CycleStatus.PLANNED:
        return _("This round is not open yet.")
    if cycle.status == CycleStatus.CANCELLED:
        return _("This round was called off; answers are not needed any more.")
    return _("This round is closed; answers can no longer be changed.")


def _with_answers(
    invitation: Invitation, cycle: EvaluationCycle, answers: Answers, comments: Comments, shown: Shown | None
) -> Response:
    """The person's response with these answers in it, not stored yet; the lock keeps other devices from making one."""
    _refuse_unknown(cycle.instrument.definition, answers, comments)
    response = Response.objects.filter(invitation=invitation).first()
    response = response or Response(invitation=invitation, cycle=cycle, party=invitation.party)
    texts = {key: text.strip() for key, text in comments.items()}
    if shown is not None:
        answers = _typed(answers, shown.answers, response.answers)
        texts = _typed(texts, shown.comments, response.comments)
    response.answers = {**response.answers, **answers}
    response.comments = {key: text for key, text in {**response.comments, **texts}.items() if text}
    return response


def _typed(sent: Mapping[str, T], shown: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, T]:
    """What was sent, save what is kept already and came back as it was shown (an empty field: as nothing)."""
    return {key: value for key, value in sent.items() if key not in kept or value != shown.get(key, "")}


def _refuse_unknown(instrument: Instrument, answers: Answers, comments: Comments) -> None:
    for key, value in answers.items():
        if key not in instrument.items:
            raise ActionRefused(_("This question does not exist."), field=key)
        if value is not None and value not in range(instrument.scoring.lowest, instrument.scoring.highest + 1):
            raise ActionRefused(_("Choose one of the answers."), field=key)
    for key, text in comments.items():
        if key not in instrument.comment_keys:
            raise ActionRefused(_("This question does not exist."), field=key)
        if len(text) > COMMENT_LENGTH:
            raise ActionRefused(_("Use at most %(length)d characters.") % {"length": COMMENT_LENGTH}, field=key)


def _set_status(invitation: Invitation, status: InvitationStatus) -> None:
    invitation.status = status
    invitation.save(update_fields=["status", "updated_at"])


def _colleague(invitation: Invitation, name: str, email: str) -> Contact:
    organisation = invitation.contact.organisation
    known = organisation.contacts.filter(email__iexact=email).first()
    if known is not None and not known.is_active:
        raise ActionRefused(_("%(person)s is not active any more.") % {"person": known}, field="email")
    return known or add_contact(
        actor=None, organisation=organisation, name=name, email=email, language=invitation.contact.language
    )
