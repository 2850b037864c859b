from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions import cancel_cycle, close_cycle, withdraw_invitation
from assessments.enums import InvitationStatus
from assessments.history import sources_of
from assessments.models import CycleParty, EvaluationCycle, Invitation
from assessments.stages import CALL_OFF, CLOSE, question_of
from audit.timeline import Source
from collab.enums import Stage
from collab.models import Collaboration, Participation
from collab.signals import collaboration_history_read, participation_leaves, stage_changed
from common.actions import ActionRefused
from partners.models import Contact
from partners.signals import contact_deactivated, contact_moved


@receiver(collaboration_history_read)
def tell_of_rounds(
    sender: type[Collaboration], collaboration: Collaboration, user: User, **kwargs: Any
) -> list[Source]:
    """Return what became of the rounds that the user may read, and their review meetings."""
    return sources_of(EvaluationCycle.objects.visible_to(user).filter(collaboration=collaboration), user)


@receiver(participation_leaves)
def refuse_removing_evaluated(sender: type[Participation], participation: Participation, **kwargs: Any) -> None:
    """Refuse to remove an organisation that was part of an evaluation round."""
    parties = CycleParty.objects.filter(organisation=participation.organisation_id)
    if parties.filter(cycle__collaboration=participation.collaboration_id).exists():
        raise ActionRefused(
            _("%(organisation)s was part of an evaluation here. That stays on record.")
            % {"organisation": participation.organisation}
        )


@receiver(stage_changed)
def settle_rounds(
    sender: type[Collaboration], collaboration: Collaboration, answers: Mapping[str, str], today: date, **kwargs: Any
) -> None:
    """Close or call off the rounds of a collaboration that is paused or ended, as was answered for each."""
    if collaboration.stage not in (Stage.PAUSED, Stage.ENDED):
        return
    for cycle in collaboration.cycles.running():
        key = question_of(cycle)
        try:
            if answers[key] == CLOSE:
                close_cycle(actor=None, cycle=cycle, today=today)
            elif answers[key] == CALL_OFF:
                cancel_cycle(actor=None, cycle=cycle)
        except ActionRefused as refusal:  # answers came in at this very moment
            raise ActionRefused(refusal.message, field=key) from refusal


@receiver([contact_deactivated, contact_moved])
def withdraw_invitations(sender: type[Contact], contact: Contact, **kwargs: Any) -> None:
    """Withdraw the unanswered invitations of a contact who leaves or works elsewhere; sent answers count."""
    invitations = Invitation.objects.asked().exclude(status__in=[InvitationStatus.SUBMITTED, InvitationStatus.DECLINED])
    for invitation in invitations.in_open_round().filter(contact=contact).select_related("cycle"):
        with suppress(ActionRefused):  # sent, or the round closed, at this very moment
            withdraw_invitation(actor=None, invitation=invitation)
