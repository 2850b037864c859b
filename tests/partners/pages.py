"""What tests of pages do again and again."""

from html import unescape

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from partners.models import Contact, Organisation


def at(name: str, row: Organisation | Contact) -> str:
    return reverse(f"partners:{name}", args=[row.pk])


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def news(client: Client, response: HttpResponse) -> str:
    """Return the page to which a response redirects."""
    assert response.status_code == 302
    return text(client.get(response["Location"]))
