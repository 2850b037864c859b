"""Links with which the owner of an action answers it, each for one address."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from collab.alerts.own import ACTION_OVERDUE
from collab.enums import ActionStatus, Visibility
from collab.models import ActionItem, ActionLink
from collab.models.answers import LINK_WORKS_FOR
from collab.senders import own_leads
from common.text import address_key
from notifications import links
from notifications.models import OutgoingMail
from notifications.senders import Sender, choose_sender
from notifications.tokens import hash_token, token_of_mail
from partners.models import Contact


@dataclass(frozen=True)
class OpenedAction:
    """The action that a link opens, and the owner it was made for."""

    item: ActionItem
    owner: Contact


def register_links() -> None:
    """Let reminders of late actions carry a link to answer, while the action is open."""
    links.register(ACTION_OVERDUE, _mint)


def find_action(token: str) -> OpenedAction | None:
    """Return the action behind a link; None for an unknown or old link, and when its holder owns the action no more."""
    since = timezone.now() - LINK_WORKS_FOR
    found = ActionLink.objects.filter(token_hash=hash_token(token), created_at__gt=since).select_related(
        "contact__organisation", "item__collaboration"
    )
    link = found.first()
    if link is None or address_key(link.contact.email) != link.email or not may_answer(link.item, link.contact):
        return None
    return OpenedAction(link.item, link.contact)


def may_answer(item: ActionItem, contact: Contact) -> bool:
    """Return whether a contact owns an action, is still there, and may read it."""
    if item.owner_id != contact.pk or not contact.is_available:
        return False
    is_read = item.visibility == Visibility.SHARED or contact.organisation.is_host
    return is_read and item.collaboration.participations.filter(organisation=contact.organisation_id).exists()


def person_to_ask(opened: OpenedAction) -> Sender | None:
    """Return the person who answers questions of the owner of an action."""
    return choose_sender(own_leads(opened.item.collaboration_id), reader=opened.owner.email)


def person_behind(token: str) -> Sender | None:
    """Return the person to ask about a link that works no more; None for an unknown one."""
    link = ActionLink.objects.filter(token_hash=hash_token(token)).select_related("item").first()
    return choose_sender(own_leads(link.item.collaboration_id), reader=link.email) if link else None


def _mint(mail: OutgoingMail) -> str:
    """Make the link of a mail; raises LinkGone once the action is not open, or has another owner or address."""
    items = ActionItem.objects.select_related("owner__organisation", "collaboration")
    item = items.filter(pk=mail.link_to, status=ActionStatus.OPEN).first()
    if item is None or address_key(item.owner.email) != address_key(mail.to_email) or not may_answer(item, item.owner):
        raise links.LinkGone
    token = token_of_mail(mail)
    ActionLink.objects.get_or_create(
        token_hash=hash_token(token),
        defaults={"item": item, "contact": item.owner, "email": address_key(mail.to_email)},
    )
    return f"{settings.SITE_URL}{reverse('collab:action-by-link', args=[token])}"
