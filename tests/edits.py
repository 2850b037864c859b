"""The values that a page had seen, for tests that send its form."""

import re
from html import unescape
from typing import Any

from django.db.models import Model
from django.test import Client

from common.edits import Seen


def seen_of(row: Model, *names: str, **values: Any) -> str:
    """Return the hidden value of a form that showed these fields of a row, and these values beside them."""
    return str(Seen.of({name: getattr(row, name) for name in names} | values))


def seen_on(client: Client, url: str) -> str:
    """Return the hidden value of the form on a page."""
    found = re.search(r'name="seen"\s+value="([^"]*)"', client.get(url).text)
    assert found is not None, f"no form at {url} says what it has seen"
    return unescape(found[1])


def send(client: Client, url: str, data: dict[str, Any] | None = None, **headers: Any) -> Any:
    """Open a page and send its form immediately."""
    return client.post(url, {**(data or {}), "seen": seen_on(client, url)}, **headers)
