"""Make the personal links that mails carry: when the mail leaves, for the address that it leaves for."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse

from assessments.actions.addresses import record_address
from assessments.enums import NotSent
from assessments.models import Invitation
from assessments.personal_links import TO_ANSWER, TO_BE_REMINDED, TO_SEE_RESULTS, save_token
from assessments.querysets import ENDED, InvitationQuerySet
from audit.context import recording
from common.text import address_key
from notifications import links
from notifications.enums import StopReason
from notifications.models import OutgoingMail
from notifications.tokens import token_of_mail


def register_links() -> None:
    """Let mails carry personal links, each for as long as its purpose lasts.

    A link to the results leads to no answers: it may go to an address from which none were sent.
    """
    links.register(TO_ANSWER, _minter(lambda people: people.asked().in_open_round()))
    links.register(TO_BE_REMINDED, _minter(lambda people: people.unfinished().in_open_round()))
    links.register(TO_SEE_RESULTS, _minter(lambda people: people.interested().filter(cycle__status__in=ENDED)))


def _minter(wanted: Callable[[InvitationQuerySet], InvitationQuerySet]) -> links.Minter:
    """Return the function that makes the URL of such a mail; it raises LinkGone when the mail is unwanted."""

    def mint(mail: OutgoingMail) -> str:
        people = Invitation.objects.filter(pk=mail.link_to).select_related("contact", "cycle__collaboration")
        invitation = wanted(people).reachable().first()
        if invitation is None:
            raise links.LinkGone
        if mail.link_kind != TO_SEE_RESULTS and not people.open_to(mail.to_email).exists():
            raise links.LinkGone(NotSent.OTHER_ADDRESS)
        with recording(None, "assessments.link_readdressed"):
            # Not noted: a link to an address that the person does not have any more.
            is_present = address_key(mail.to_email) == address_key(invitation.contact.email)
            if is_present or not invitation.linked_email:
                record_address(actor=None, invitation=invitation, email=mail.to_email)
            token = token_of_mail(mail)
            if not save_token(invitation, token, mail.to_email):
                raise links.LinkGone(StopReason.SUPERSEDED)
        return f"{settings.SITE_URL}{reverse('assessments:answer', args=[token])}"

    return mint
