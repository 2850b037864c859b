"""Steps of signing in, as people take them, for tests."""

import re

from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User

PASSWORD = "river-apple-42-bridge"


def visitor(address: str = "192.0.2.1") -> Client:
    """Return a browser that reads English, at an internet address of its own."""
    client = Client(REMOTE_ADDR=address)
    client.cookies["django_language"] = "en"
    return client


def ask_code(client: Client, email: str) -> str | None:
    """Ask for a code; return the one that was mailed to this address, or None."""
    mail.outbox.clear()
    client.post(reverse("account_request_login_code"), {"email": email})
    for message in mail.outbox:
        assert message.to == [email]
        if found := re.search(r"^\s*([A-Z0-9-]{6,})\s*$", str(message.body), re.MULTILINE):
            return found[1]
    return None


def type_code(client: Client, code: str) -> None:
    client.post(reverse("account_confirm_login_code"), {"code": code})


def ask_link(client: Client, email: str) -> str | None:
    """Ask for a link to choose a password; return the path of the one that was mailed, or None."""
    mail.outbox.clear()
    client.post(reverse("account_reset_password"), {"email": email})
    for message in mail.outbox:
        assert message.to == [email]
        if found := re.search(r"https?://[^/\s]+(/\S*password/reset/key/\S+)", str(message.body)):
            return found[1]
    return None


def choose_password(client: Client, link: str, password: str) -> bool:
    """Follow a link to choose a password and send its form; return whether there was a form."""
    page = client.get(link, follow=True)
    if "password1" not in page.text:
        return False
    client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})
    return True


def type_password(client: Client, email: str, password: str = PASSWORD) -> None:
    client.post(reverse("account_login"), {"login": email, "password": password})


def who(client: Client) -> User | None:
    """Return the signed-in user, as a page sees it."""
    response = client.get(reverse("accounts:preferences"))
    return response.wsgi_request.user if response.status_code == 200 else None
