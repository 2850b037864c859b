"""Tokens of personal links: long, random for all who do not hold the key, and kept as a hash only."""

import hashlib
from base64 import urlsafe_b64encode

from django.utils.crypto import salted_hmac

from common.text import address_key
from notifications.models import OutgoingMail


def hash_token(token: str) -> str:
    """Return the SHA-256 in hexadecimal: enough for a token of 256 bits, which cannot be guessed or listed."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_of_mail(mail: OutgoingMail) -> str:
    """Return the token of the link in a mail: the same in every copy of the mail, and another in every other mail.

    256 bits of HMAC-SHA256 over key, Message-ID and address of the mail, with a key that is derived from SECRET_KEY for
    this purpose alone: a reader of the outbox cannot make it, and it need not be stored.
    """
    # The name of the purpose is older than this module: with another one the links in mails that wait would change.
    text = f"{mail.pk}/{mail.message_id}/{address_key(mail.to_email)}"
    digest = salted_hmac("assessments.personal_links.token_of_mail", text, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
