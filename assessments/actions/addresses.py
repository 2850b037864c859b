"""Record that personal links go to another address from now on, and tell the former address."""

from accounts.models import User
from assessments.mails import send_readdressed
from assessments.models import Invitation, LinkReaddressed
from audit.timeline import all_events
from common.text import address_key
from partners.models import Contact


def record_address(
    *, actor: User | None, invitation: Invitation, email: str, links_stopped: bool = False
) -> LinkReaddressed | None:
    """Record the address for which a link of the invitation is made; part of a larger action.

    When the last link went to another address, the history of the round says so, and that address gets a mail: which
    user asked for it, whether its own links stopped, and how to correct a mistake. Sent once for every change, however
    many workers pass here.
    """
    before, email = invitation.linked_email, address_key(email)
    unchanged = Invitation.objects.filter(pk=invitation.pk, linked_email=before)
    if before == email or not unchanged.update(linked_email=email) or not before:
        return None
    invitation.linked_email = email
    change = LinkReaddressed.objects.create(
        invitation=invitation, name=invitation.contact.name, old_email=before, new_email=email
    )
    asker = actor or _who_changed_the_address(invitation.contact)
    send_readdressed(change, asked_by=asker.name if asker else "", is_by_hand=bool(actor), links_stopped=links_stopped)
    return change


def _who_changed_the_address(contact: Contact) -> User | None:
    """Return the user who gave the contact its present address; None when history does not tell."""
    events = all_events(Contact).filter(pgh_obj=contact.pk)
    other = events.exclude(email__iexact=contact.email).order_by("-pgh_id").first()
    if other is None:
        return None
    change = events.filter(pgh_id__gt=other.pgh_id).select_related("pgh_context").order_by("pgh_id").first()
    if change is None or change.pgh_context is None:
        return None
    who: User | None = User.objects.filter(pk=change.pgh_context.metadata.get("user")).first()
    return who
