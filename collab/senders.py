"""The person in whose name mails about a collaboration leave."""

from datetime import date

from django.db.models import F
from django.utils import timezone

from collab.enums import RoleKind
from collab.models import RoleAssignment
from notifications.models import RefusedAddress
from notifications.senders import Sender
from partners.recipients import as_sender


def own_leads(collaboration_id: int, today: date | None = None) -> list[Sender]:
    """Return the current lead of a collaboration at our own organisation, when that person can be written to.

    Never a lead of another side: no mail is sent in the name of a person who did not ask for it.
    """
    leads = (
        RoleAssignment.objects.current(today or timezone.localdate())
        .filter(participation__collaboration=collaboration_id, participation__organisation__is_host=True)
        .filter(role=RoleKind.LEAD, contact__deactivated_at=None)
        .filter(contact__organisation=F("participation__organisation"))
        .exclude(contact__email="")
        .exclude(contact__email__in=RefusedAddress.objects.values("email"))
        .select_related("contact__organisation")
    )
    return [as_sender(role.contact) for role in leads.order_by("pk")]
