"""Personal links: long random tokens of which only a hash is kept."""

import hashlib
import secrets

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from assessments.models import Invitation, PersonalLink
from notifications.links import LinkGone

TOKEN_BYTES = 32
LINK_KIND = "invitation"


def hash_token(token: str) -> str:
    """SHA-256 in hexadecimal: enough for a token of 256 random bits, which nobody can guess or list."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token(invitation: Invitation) -> str:
    """A fresh token for the invitation; earlier ones go on working."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    PersonalLink.objects.create(invitation=invitation, token_hash=hash_token(token))
    return token


def mint(invitation_id: str) -> str:
    """The URL that goes into a mail at delivery; raises LinkGone when the invitation was withdrawn meanwhile."""
    invitation = Invitation.objects.filter(pk=invitation_id).asked().first()
    if invitation is None:
        raise LinkGone
    return f"{settings.SITE_URL}{reverse('assessments:answer', args=[new_token(invitation)])}"


def find_invitation(token: str) -> Invitation | None:
    """The invitation a link belongs to, with all that its pages show; None for an unknown or revoked link."""
    link = (
        PersonalLink.objects.filter(token_hash=hash_token(token), revoked_at=None)
        .select_related(
            "invitation__party",
            "invitation__contact",
            "invitation__cycle__collaboration",
            "invitation__cycle__instrument",
        )
        .defer("invitation__cycle__instrument__content", "invitation__cycle__result")
        .first()
    )
    return link.invitation if link else None


def revoke_links(invitation: Invitation) -> None:
    """Make every link of the invitation useless."""
    invitation.links.filter(revoked_at=None).update(revoked_at=timezone.now())
