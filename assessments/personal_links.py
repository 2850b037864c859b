"""Personal links: long random tokens of which only a hash is kept."""

import hashlib
import secrets

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from assessments.models import Invitation, PersonalLink
from assessments.querysets import ENDED, InvitationQuerySet
from notifications import links

TOKEN_BYTES = 32
# What the mail that carries a link is for: a mail that waited too long may have lost its purpose.
TO_ANSWER = "invitation"
TO_BE_REMINDED = "invitation_reminder"
TO_SEE_RESULTS = "invitation_results"


def hash_token(token: str) -> str:
    """SHA-256 in hexadecimal: enough for a token of 256 random bits, which nobody can guess or list."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token(invitation: Invitation) -> str:
    """A fresh token for the invitation; earlier ones go on working."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    PersonalLink.objects.create(invitation=invitation, token_hash=hash_token(token))
    return token


def register_links() -> None:
    """Let mails carry personal links, each for as long as its purpose lasts."""
    people = Invitation.objects
    links.register(TO_ANSWER, lambda key: _mint(key, people.asked().in_open_round()))
    links.register(TO_BE_REMINDED, lambda key: _mint(key, people.unfinished().in_open_round()))
    links.register(TO_SEE_RESULTS, lambda key: _mint(key, people.interested().filter(cycle__status__in=ENDED)))


def _mint(invitation_id: str, wanted: InvitationQuerySet) -> str:
    """The URL that goes into a mail at delivery; raises LinkGone when the mail is not wanted any more."""
    invitation = wanted.reachable().filter(pk=invitation_id).first()
    if invitation is None:
        raise links.LinkGone
    return f"{settings.SITE_URL}{reverse('assessments:answer', args=[new_token(invitation)])}"


def find_invitation(token: str) -> Invitation | None:
    """The invitation a link belongs to, with all that its pages show.

    None for an unknown or revoked link, and for that of somebody who has left.
    """
    people = Invitation.objects.still_there().filter(links__token_hash=hash_token(token), links__revoked_at=None)
    with_all = people.select_related("party", "contact", "cycle__collaboration", "cycle__instrument")
    # Without an order and a limit PostgreSQL plans so many tables in a third of the time.
    return next(iter(with_all.defer("cycle__instrument__content", "cycle__result").order_by()), None)


def revoke_links(invitation: Invitation) -> None:
    """Make every link of the invitation useless."""
    invitation.links.filter(revoked_at=None).update(revoked_at=timezone.now())
