"""Links with which a lead without an account opens the list of their side, each for one address."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from assessments.enums import CycleStatus
from assessments.models import CycleParty, SideLink
from assessments.sides.reading import leads_of
from common.text import address_key
from notifications import links
from notifications.models import OutgoingMail
from notifications.tokens import hash_token, token_of_mail
from partners.models import Contact

TO_CHOOSE_PEOPLE = "side_list"


@dataclass(frozen=True)
class OpenedSide:
    """The side that a link opens, and the lead it was made for."""

    party: CycleParty
    lead: Contact


def register_links() -> None:
    """Let mails carry links to the list of a side, while that list can be changed."""
    links.register(TO_CHOOSE_PEOPLE, _mint)


def find_side(token: str) -> OpenedSide | None:
    """Return the side behind a link, with its round; None for an unknown link, and when its holder leads no more."""
    found = SideLink.objects.filter(token_hash=hash_token(token)).select_related(
        "contact", "party__organisation", "party__cycle__collaboration"
    )
    link = found.first()
    if link is None or address_key(link.contact.email) != link.email:
        return None
    leads = leads_of([link.party])
    return OpenedSide(link.party, link.contact) if leads.get(link.party_id) == link.contact else None


def _mint(mail: OutgoingMail) -> str:
    """Make the link of a mail; raises LinkGone once the round has opened or the reader leads no more."""
    party = CycleParty.objects.select_related("cycle").filter(pk=mail.link_to).first()
    lead = leads_of([party]).get(party.pk) if party else None
    if party is None or lead is None or party.cycle.status != CycleStatus.PLANNED:
        raise links.LinkGone
    if address_key(lead.email) != address_key(mail.to_email):
        raise links.LinkGone
    token = token_of_mail(mail)
    with transaction.atomic():
        values: dict[str, Any] = {"party": party, "contact": lead, "email": address_key(mail.to_email)}
        SideLink.objects.get_or_create(token_hash=hash_token(token), defaults=values)
    return f"{settings.SITE_URL}{reverse('assessments:side-by-link', args=[token])}"
