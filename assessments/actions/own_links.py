"""Let a person with an account answer without looking for the mail."""

import secrets

from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.addresses import record_address
from assessments.models import Invitation
from assessments.personal_links import save_token
from audit.context import recording
from common.actions import ActionRefused
from common.locking import lock


def make_own_link(*, actor: User, invitation: Invitation) -> str:
    """Return the token of a personal link with which the actor answers an own invitation; earlier links stay valid.

    Refuses an invitation of somebody else, one that cannot be answered any more, and one to which answers were sent
    from another address than that of the account: who reads that mailbox may be another person. Sends nothing, unless
    the address has changed (``record_address``).
    """
    with recording(actor, "assessments.link_readdressed"):
        current = lock(invitation)
        people = Invitation.objects.filter(pk=current.pk).of_user(actor).asked().in_open_round().still_there()
        if not people.open_to(actor.email).exists():
            raise ActionRefused(_("These questions are not open for you any more."))
        record_address(actor=actor, invitation=current, email=actor.email)
        token = secrets.token_urlsafe(32)
        save_token(current, token, actor.email)
    return token
