from typing import Any

from django.dispatch import receiver

from collab.actions import refresh_missing_roles
from collab.models import Collaboration
from partners.models import Contact
from partners.signals import contact_deactivated, contact_reactivated


@receiver([contact_deactivated, contact_reactivated])
def count_roles_anew(sender: type[Contact], contact: Contact, **kwargs: Any) -> None:
    """Roles of a deactivated contact stay on record, but nobody fills them: the collaborations show it at once."""
    refresh_missing_roles(
        collaborations=Collaboration.objects.filter(participations__roles__contact=contact).distinct()
    )
