"""Add the identity of an organisation to its timeline, in the words registered here."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from audit.timeline import Source, all_events, events_of
from identity.models import IdentityProfile
from partners.models import Organisation
from partners.signals import organisation_history_read

SENTENCES = {
    "identity.profile_drafted": _("Identity kept as a draft"),
    "identity.profile_published": _("Identity published"),
    "identity.conversation_recorded": _("Identity conversation noted"),
    "identity.conversation_changed": _("Identity conversation changed"),
    "identity.view_written": _("Written how we see each other"),
    "identity.view_answered": _("Answered how the other sees us"),
}


@receiver(organisation_history_read)
def tell_of_identity(
    sender: type[Organisation], organisation: Organisation, keys: Sequence[int], **kwargs: Any
) -> list[Source]:
    """Return the events of published profiles and of conversations; drafts stay out, so that others learn of none."""
    published = all_events(IdentityProfile).filter(organisation__in=keys, version__isnull=False)
    return [
        Source(published, frozenset({"organisation"})),
        Source(events_of(organisation.identity_conversations.all()), frozenset({"noted_by"})),
    ]
