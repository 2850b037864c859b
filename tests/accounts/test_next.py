"""Signing in leads to a page of ours, whichever address is asked for, and never to an error."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.signing_in import PASSWORD, ask_code, visitor
from tests.factories.accounts import AdministratorFactory
from tests.permission_table import TABLE

pytestmark = pytest.mark.django_db
# As they stand in an address, percent-encoded.
PLACES = [
    "//",
    "///",
    "http://[",
    "http://[::1",
    "//[",
    "https://elsewhere.example/",
    "//elsewhere.example",
    "\\\\elsewhere.example",
    "%00",
    "/%00",
    "/a%00b",
    "%ED%A0%80",
    "/%ED%A0%80",
    "/%ED%B0%80?x=%ED%A0%80",
    "%FF%FE",
    "/%80",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%E2%82%AC/%F0%9F%98%80",
    "/%0D%0ASet-Cookie:%20x=1",
    "%0A//elsewhere.example",
    "/%09/elsewhere.example",
    "?next=//elsewhere.example",
    "http:elsewhere.example",
    "http://testserver:99999999/",
    "http://testserver:port/",
    "http://%E2%84%80.example/",
    "/" + "a" * 9000,
    "http://" + "a" * 9000,
    "[]",
    "%",
    "%25%30%30",
    "/../..//elsewhere.example",
]
# NUL, and bytes that are no characters.
UNREADABLE = re.compile("%00|%ED%A0|%ED%B0|%FF|%80$")
SIGN_IN = [name for name in TABLE if name.startswith(("account_", "accounts:"))]


@pytest.fixture
def user() -> User:
    return AdministratorFactory(email="anne@samen.example", password=PASSWORD)


def address(name: str, user: User) -> str:
    args = {"account_reset_password_from_key": ["1", "abc-def"], "accounts:colleague-update": [user.pk]}
    return reverse(name, args=args.get(name, [user.pk] if "history" in name else []))


def is_ours(location: str) -> bool:
    parts = urlsplit(location)
    return not location.startswith(("//", "/\\")) and (parts.scheme, parts.netloc) in {("", ""), ("http", "testserver")}


def leads_to_ours(response: Any, place: str) -> None:
    """Check the answer: a value that is no text is refused with the form, any other leads to a page of ours."""
    if response.status_code == 422:
        assert UNREADABLE.search(place)
        return
    assert response.status_code == 302
    assert is_ours(response["Location"])


def body(place: str, **data: str) -> dict[str, str]:
    encoded = "&".join([*(f"{key}={value}" for key, value in data.items()), f"next={place}"])
    return {"data": encoded, "content_type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("place", PLACES)
def test_every_page_bears_every_place(place: str, user: User) -> None:
    anonymous, signed_in = visitor(), visitor()
    signed_in.force_login(user)
    for name in SIGN_IN:
        url = address(name, user)
        for client in (anonymous, signed_in):
            if name == "account_logout" and client is signed_in:
                continue
            for response in (client.get(f"{url}?next={place}"), client.post(url, **body(place))):
                assert response.status_code < 500, (name, place)
                if response.status_code == 302:
                    assert is_ours(response["Location"]), (name, response["Location"])


@pytest.mark.parametrize("place", PLACES)
def test_whoever_signs_in_gets_to_a_page_of_ours(place: str, user: User) -> None:
    by_password, by_code = visitor(), visitor()
    signed = by_password.post(reverse("account_login"), **body(place, login=user.email, password=PASSWORD))
    code = ask_code(by_code, user.email)
    coded = by_code.post(reverse("account_confirm_login_code"), **body(place, code=str(code)))
    out = by_password.post(reverse("account_logout"), **body(place))

    for response in (signed, coded, out):
        leads_to_ours(response, place)


@pytest.mark.parametrize("place", PLACES)
def test_language_and_appearance_lead_back_to_a_page_of_ours(place: str, user: User) -> None:
    for client in (Client(), visitor()):
        for name, data in (("language", {"language": "nl"}), ("appearance", {"appearance": "dark"})):
            response = client.post(reverse(f"accounts:{name}-change"), **body(place, **data))
            leads_to_ours(response, place)
