"""Address contacts as recipients and senders of mail."""

from dataclasses import replace
from datetime import date

from notifications.enums import StopReason
from notifications.models import OutgoingMail
from notifications.recipients import Recipient, number_in, resolver
from notifications.senders import Sender
from partners.models import Contact, Organisation


def of_contact(contact: Contact) -> Recipient:
    """Return the contact as a recipient; ``partners.receivers`` keeps its language equal to the account's."""
    return Recipient(email=contact.email, name=contact.name, language=contact.language, key=key_of_contact(contact.pk))


def as_sender(contact: Contact) -> Sender:
    """Return the contact as the person in whose name a mail leaves, for their organisation."""
    return Sender(contact.name, contact.email, contact.organisation.name)


def name_of_host() -> str:
    """Return the name of our own organisation; empty before there is one."""
    return Organisation.objects.filter(is_host=True).values_list("name", flat=True).first() or ""


def key_of_contact(pk: int) -> str:
    """Return the key by which reminders know a contact."""
    return f"contact:{pk}"


@resolver("contact")
def active_contact(pk: int) -> Recipient | None:
    """Return a contact who is still active and of no archived organisation, with the account where that works."""
    contact = Contact.objects.available().filter(pk=pk).select_related("user").first()
    if contact is None:
        return None
    return replace(of_contact(contact), user=contact.user if contact.user and contact.user.is_active else None)


def reason_against_access(mail: OutgoingMail, today: date) -> str:
    """Return the reason not to send the mail about signing in: the access was closed since."""
    with_access = Contact.objects.filter(pk=number_in(mail.recipient), user__is_active=True)
    return "" if with_access.exists() else StopReason.SETTLED
