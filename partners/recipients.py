"""Contacts as receivers of mail."""

from notifications.recipients import Recipient
from partners.models import Contact


def of_contact(contact: Contact) -> Recipient:
    """``contact.language`` follows the account's preference where there is one: see ``partners.receivers``."""
    return Recipient(email=contact.email, name=contact.name, language=contact.language, key=f"contact:{contact.pk}")
