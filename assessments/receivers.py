from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from assessments.models import CycleParty
from collab.models import Participation
from collab.signals import participation_leaves
from common.actions import ActionRefused


@receiver(participation_leaves)
def keep_who_was_in_a_round(sender: type[Participation], participation: Participation, **kwargs: Any) -> None:
    """An organisation that was part of an evaluation round stays on record."""
    parties = CycleParty.objects.filter(organisation=participation.organisation_id)
    if parties.filter(cycle__collaboration=participation.collaboration_id).exists():
        raise ActionRefused(
            _("%(organisation)s was part of an evaluation here. That stays on record.")
            % {"organisation": participation.organisation}
        )
