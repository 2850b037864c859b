"""Personal links: long random tokens of which only a hash is kept, each for one address."""

from django.db.models import F
from django.utils import timezone

from assessments.models import Invitation, PersonalLink
from common.text import address_key
from notifications.tokens import hash_token

# What the mail that carries a link is for: a mail that waited too long may have lost its purpose.
TO_ANSWER = "invitation"
TO_BE_REMINDED = "invitation_reminder"
TO_SEE_RESULTS = "invitation_results"


def save_token(invitation: Invitation, token: str, email: str) -> bool:
    """Let a token open the invitation for the address; return False when the token was revoked meanwhile."""
    values = {"invitation": invitation, "email": address_key(email)}
    link, _made = PersonalLink.objects.get_or_create(token_hash=hash_token(token), defaults=values)
    return link.revoked_at is None


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation a link belongs to, with the rows that its pages show, and the address of the link.

    None for an unknown or revoked link, and for the link of a person who has left.
    """
    people = Invitation.objects.still_there().filter(links__token_hash=hash_token(token), links__revoked_at=None)
    with_all = people.annotate(link_email=F("links__email")).select_related(
        "party", "contact", "cycle__collaboration", "cycle__instrument"
    )
    # Without an order and a limit PostgreSQL plans so many tables in a third of the time.
    found = next(iter(with_all.defer("cycle__instrument__content", "cycle__result").order_by()), None)
    if found is not None:
        found.opened_by = getattr(found, "link_email")  # noqa: B009 - the type checker does not know the annotation
    return found


def find_dead_link(token: str) -> PersonalLink | None:
    """Return a link that was handed out, whether or not it still works, with its round; None for an unknown token."""
    links = PersonalLink.objects.filter(token_hash=hash_token(token))
    return links.select_related("invitation__cycle").defer("invitation__cycle__result").first()


def revoke_links(invitation: Invitation, *, save_those_to: str = "") -> None:
    """Revoke every link of the invitation, except those that were mailed to the address ``save_those_to``."""
    links = invitation.links.filter(revoked_at=None)
    if save_those_to:
        links = links.exclude(email=address_key(save_those_to))
    links.update(revoked_at=timezone.now())
