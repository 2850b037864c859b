"""The token of a link is made of its mail: the same in every copy, unguessable, and stored in no table."""

import re
import secrets
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django import Settings

from assessments.actions import resend_link
from assessments.models import Invitation, PersonalLink
from assessments.personal_links import find_invitation
from notifications.delivery import build_message, deliver_due
from notifications.enums import MailStatus, StopReason
from notifications.models import OutgoingMail
from notifications.tokens import token_of_mail
from partners.models import Contact
from tests.factories.assessments import opened_cycle
from tests.factories.notifications import OutgoingMailFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> OutgoingMail:
    """Return an invitation that waits."""
    invitation = opened_cycle(per_side=1).invitations.latest("pk")
    return OutgoingMail.objects.get(about=f"invitation:{invitation.pk}")


def token_in(mail: OutgoingMail) -> str:
    (token,) = set(re.findall(r"/e/([^/\s]+)/", str(build_message(mail).body)))
    return token


def test_every_copy_of_a_mail_has_the_same_link_and_one_row(mail: OutgoingMail) -> None:
    tokens = {token_in(mail) for _copy in range(3)}

    assert len(tokens) == 1
    (link,) = PersonalLink.objects.all()
    assert (str(link.invitation_id), link.email) == (mail.link_to, mail.to_email.lower())
    assert find_invitation(tokens.pop()) == link.invitation


def test_corrected_address_has_another_link_which_is_its_own(mail: OutgoingMail) -> None:
    old = token_in(mail)
    Contact.objects.filter(email=mail.to_email).update(email="mended@noord.example")
    mail.to_email = "mended@noord.example"
    new = token_in(mail)

    assert old != new
    assert PersonalLink.objects.latest("pk").email == "mended@noord.example"


def test_new_mail_has_a_new_link_and_the_earlier_one_is_not_sent_again(
    mail: OutgoingMail, mailoutbox: list[EmailMessage]
) -> None:
    old = token_in(mail)
    resend_link(actor=None, invitation=Invitation.objects.get(pk=mail.link_to))
    resent = OutgoingMail.objects.latest("pk")

    assert token_in(resent) != old
    assert find_invitation(old) is None
    deliver_due()
    mail.refresh_from_db()
    assert (mail.status, mail.stopped_because) == (MailStatus.CANCELLED, StopReason.SUPERSEDED)
    assert len([message for message in mailoutbox if mail.to_email in message.to[0]]) == 1


def test_reminder_whose_link_was_revoked_while_it_was_in_flight_is_not_sent_again(mail: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(kind="evaluation_reminder", link_kind="invitation_reminder")
    mail.refresh_from_db()
    token_in(mail)
    PersonalLink.objects.update(revoked_at=timezone.now())
    OutgoingMail.objects.filter(pk=mail.pk).update(
        status=MailStatus.SENDING, leased_until=timezone.now() - timedelta(seconds=1)
    )

    deliver_due()

    mail.refresh_from_db()
    assert (mail.status, mail.stopped_because) == (MailStatus.CANCELLED, StopReason.SUPERSEDED)


def test_token_depends_on_the_mail_the_address_and_the_secret_key(settings: Settings) -> None:
    base = {"pk": 7, "message_id": "<a@x>", "to_email": "jan@x.example"}
    variants = [{"pk": 8}, {"message_id": "<b@x>"}, {"to_email": "jo@x.example"}]
    tokens = [token_of_mail(OutgoingMailFactory.build(**base)) for _again in range(2)]
    tokens += [token_of_mail(OutgoingMailFactory.build(**{**base, **variant})) for variant in variants]
    settings.SECRET_KEY = secrets.token_urlsafe(50)
    tokens.append(token_of_mail(OutgoingMailFactory.build(**base)))

    assert tokens[0] == tokens[1]
    assert len(set(tokens)) == 5
    assert {len(token) for token in tokens} == {43}  # 256 bits in base64


def test_same_mailbox_written_otherwise_is_the_same_link() -> None:
    base = {"pk": 7, "message_id": "<a@x>"}
    lower, upper = (OutgoingMailFactory.build(to_email=text, **base) for text in ("jan@x.example", "Jan@X.example"))

    assert token_of_mail(lower) == token_of_mail(upper)


def test_link_of_before_a_new_secret_key_goes_on_working(mail: OutgoingMail, settings: Settings) -> None:
    old = token_in(mail)
    settings.SECRET_KEY = secrets.token_urlsafe(50)

    assert token_in(mail) != old
    assert find_invitation(old) == find_invitation(token_in(mail))
