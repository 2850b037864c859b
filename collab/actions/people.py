"""Who can own an action or take a decision in a collaboration."""

from django.utils.translation import gettext as _

from collab.enums import Visibility
from collab.models import Collaboration
from common.actions import ActionRefused
from partners.models import Contact


def refuse_stranger(collaboration: Collaboration, contact: Contact, visibility: str, *, field: str) -> None:
    """Refuse a deactivated contact, one whose organisation does not take part, and a partner for what is internal."""
    if not contact.is_active:
        raise ActionRefused(_("%(person)s was deactivated.") % {"person": contact}, field=field)
    if not collaboration.participations.filter(organisation_id=contact.organisation_id).exists():
        raise ActionRefused(
            _("The organisation of %(person)s does not take part in this collaboration.") % {"person": contact},
            field=field,
        )
    if visibility == Visibility.INTERNAL and not contact.organisation.is_host:
        raise ActionRefused(_("What is internal belongs to somebody of our own organisation."), field=field)
