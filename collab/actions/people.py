"""Check the people who own an action item or take a decision."""

from django.utils.translation import gettext as _

from collab.enums import Visibility
from collab.models import Collaboration
from common.actions import ActionRefused
from partners.models import Contact


def refuse_stranger(collaboration: Collaboration, contact: Contact, visibility: str, *, field: str) -> None:
    """Refuse a contact who cannot own or decide something here.

    Refuses a deactivated contact, one of an archived organisation or of one that does not take part, and a partner's
    contact for an internal item.
    """
    if not contact.is_active:
        raise ActionRefused(_("%(person)s was deactivated.") % {"person": contact}, field=field)
    if not contact.is_available:
        raise ActionRefused(_("%(name)s is archived.") % {"name": contact.organisation}, field=field)
    if not collaboration.participations.filter(organisation_id=contact.organisation_id).exists():
        raise ActionRefused(
            _("The organisation of %(person)s does not take part in this collaboration.") % {"person": contact},
            field=field,
        )
    if visibility == Visibility.INTERNAL and not contact.organisation.is_host:
        raise ActionRefused(_("What is internal belongs to somebody of our own organisation."), field=field)
