"""Refuse to start with settings that are unsafe in production; one line names the variable and a right value."""

import ipaddress
import sys
from itertools import pairwise
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50
FEWEST_CHARACTERS = 10
# A longer part is random enough by itself.
LONGEST_REPEATED_PART = 20
# Keys, and beginnings of keys, that stand or once stood in this repository: they are public.
PUBLIC_KEYS = (
    "django-insecure-",
    "known-to-everybody-",
    "only-for-",
    "a long random text",
)
# What people leave in a key that they took from an example.
EXAMPLE_WORDS = ("changeme", "change-me", "change_me", "example", "insecure", "your-secret", "replace-me", "openssl")


def refuse_unsafe_key(key: str) -> None:
    """Raise ImproperlyConfigured for a SECRET_KEY that is short, can be guessed or is public."""
    right = f"it needs at least {SHORTEST_KEY} random characters, such as those of: openssl rand -base64 48"
    if key.lower().startswith(PUBLIC_KEYS) or any(word in key.lower() for word in EXAMPLE_WORDS):
        raise ImproperlyConfigured(f"SECRET_KEY is one that everybody can read; {right}")
    if len(key) < SHORTEST_KEY:
        raise ImproperlyConfigured(f"SECRET_KEY has {len(key)} characters; {right}")
    repeats = any(key == (key[:n] * len(key))[: len(key)] for n in range(1, LONGEST_REPEATED_PART + 1))
    # As in “abcdef…”: most characters follow the one before.
    is_row = sum(ord(second) - ord(first) == 1 for first, second in pairwise(key)) > len(key) / 2
    if repeats or is_row or len(set(key)) < FEWEST_CHARACTERS:
        raise ImproperlyConfigured(f"SECRET_KEY repeats itself; {right}")


def refuse_other_database(url: str) -> None:
    """Raise ImproperlyConfigured for a DATABASE_URL of anything but PostgreSQL."""
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "DATABASE_URL names no PostgreSQL; give it as postgres://account:password@host:5432/samenspel"
        )


def refuse_any_host(names: list[str]) -> None:
    """Raise ImproperlyConfigured for ALLOWED_HOSTS that let a visitor choose the host name."""
    right = "name the hosts people use, such as samenspel.example.org"
    if not names:
        raise ImproperlyConfigured(f"ALLOWED_HOSTS names no host; {right}")
    for name in names:
        # “.org” allows every name below it; “.example.org” only those of one owner.
        if "*" in name or not name.strip(".") or (name.startswith(".") and "." not in name.strip(".")):
            raise ImproperlyConfigured(f"ALLOWED_HOSTS allows any host with “{name}”; {right}")


def refuse_unusable_site(url: str, https: bool) -> None:
    """Raise ImproperlyConfigured for a SITE_URL that people cannot follow from a mail.

    ``https`` says whether plain HTTP is sent to HTTPS (SECURE_SSL_REDIRECT).
    """
    right = "give the address people use, such as https://samenspel.example.org"
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise ImproperlyConfigured(f"SITE_URL is no address; {right}") from None
    has_more = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or not host or has_more or not url.isprintable() or " " in url:
        raise ImproperlyConfigured(f"SITE_URL is no address of a site; {right}")
    if https and parts.scheme != "https":
        raise ImproperlyConfigured(f"SITE_URL does not begin with https://, and SECURE_SSL_REDIRECT is on; {right}")
    try:
        address = ipaddress.ip_address(host)
        is_this_machine = address.is_loopback or address.is_unspecified
    except ValueError:
        is_this_machine = host == "localhost" or host.endswith((".localhost", ".localdomain"))
    if https and is_this_machine:
        raise ImproperlyConfigured(f"SITE_URL leads to the reader's own machine ({host}); {right}")


def load_settings() -> None:
    """Load the settings; end the process with status 1 and one line when they are refused."""
    from django.conf import settings

    try:
        _ = settings.SECRET_KEY
    except ImproperlyConfigured as error:
        sys.exit(f"Samenspel does not start: {error}")
