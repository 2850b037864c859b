from contextlib import suppress
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from assessments.actions import withdraw_invitation
from assessments.models import CycleParty, Invitation
from collab.models import Participation
from collab.signals import participation_leaves
from common.actions import ActionRefused
from partners.models import Contact
from partners.signals import contact_deactivated, contact_moved


@receiver(participation_leaves)
def keep_who_was_in_a_round(sender: type[Participation], participation: Participation, **kwargs: Any) -> None:
    """An organisation that was part of an evaluation round stays on record."""
    parties = CycleParty.objects.filter(organisation=participation.organisation_id)
    if parties.filter(cycle__collaboration=participation.collaboration_id).exists():
        raise ActionRefused(
            _("%(organisation)s was part of an evaluation here. That stays on record.")
            % {"organisation": participation.organisation}
        )


@receiver([contact_deactivated, contact_moved])
def take_back_invitations(sender: type[Contact], contact: Contact, **kwargs: Any) -> None:
    """Who leaves or works elsewhere is not asked any more; what was sent already counts."""
    for invitation in Invitation.objects.unfinished().in_open_round().filter(contact=contact).select_related("cycle"):
        with suppress(ActionRefused):  # sent, or the round closed, at this very moment
            withdraw_invitation(actor=None, invitation=invitation)
