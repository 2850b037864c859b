"""Contacts as receivers of mail."""

from notifications.recipients import Recipient
from partners.models import Contact


def of_contact(contact: Contact) -> Recipient:
    """``contact.language`` follows the account's preference where there is one: see ``partners.receivers``."""
    return Recipient(email=contact.email, name=contact.name, language=contact.language, key=key_of_contact(contact.pk))


def key_of_contact(pk: int) -> str:
    """By what reminders know a contact."""
    return f"contact:{pk}"
