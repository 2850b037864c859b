"""Guessing slows down the guesser and no other person."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from tests.accounts.signing_in import PASSWORD, ask_code, ask_link, type_code, type_password, visitor, who
from tests.factories.accounts import AdministratorFactory, UserFactory

pytestmark = pytest.mark.django_db
EMAIL = "anne@samen.example"
GUESSER, OFFICE = "203.0.113.9", "192.0.2.1"


@pytest.fixture
def anne() -> User:
    return AdministratorFactory(email=EMAIL, password=PASSWORD)


def guess(client: Client, times: int, email: str = EMAIL) -> str:
    """Type wrong passwords; return the page after the last one."""
    for number in range(times):
        page = client.post(reverse("account_login"), {"login": email, "password": f"wrong-{number}"})
    return str(page.text)


def test_guesser_is_slowed_and_the_victim_signs_in_elsewhere(anne: User) -> None:
    guesser = visitor(GUESSER)
    assert "Too many attempts" in guess(guesser, 6)
    type_password(guesser, EMAIL)
    assert who(guesser) is None

    client = visitor(OFFICE)
    type_password(client, EMAIL)
    assert who(client) == anne


def test_known_browser_signs_in_beside_a_guesser_on_the_same_network(anne: User) -> None:
    client = visitor(OFFICE)
    type_password(client, EMAIL)
    client.post(reverse("account_logout"))
    guess(visitor(OFFICE), 8)

    stranger = visitor(OFFICE)
    type_password(stranger, EMAIL)
    assert who(stranger) is None
    type_password(client, EMAIL)
    assert who(client) == anne


def test_known_browser_is_slowed_as_well_when_it_guesses(anne: User) -> None:
    client = visitor(OFFICE)
    type_password(client, EMAIL)
    client.post(reverse("account_logout"))

    assert "Too many attempts" in guess(client, 6)


def test_browser_that_is_known_for_one_account_is_not_known_for_another(anne: User) -> None:
    UserFactory(email="eve@samen.example", password=PASSWORD)
    eve = visitor(OFFICE)
    type_password(eve, "eve@samen.example")
    eve.post(reverse("account_logout"))
    guess(visitor(OFFICE), 6)

    assert "Too many attempts" in guess(eve, 1)


def test_cookie_of_a_known_browser_cannot_be_made_up(anne: User) -> None:
    guess(visitor(OFFICE), 6)
    client = visitor(OFFICE)
    for value in ("anne@samen.example", "e30:1abc:def", "{}"):
        client.cookies["known_browser"] = value
        assert "Too many attempts" in guess(client, 1)


def test_guessing_from_many_places_leaves_the_code_and_the_known_browser(anne: User) -> None:
    known = visitor(OFFICE)
    type_password(known, EMAIL)
    known.post(reverse("account_logout"))
    for place in range(25):
        guess(visitor(f"198.51.100.{place}"), 4)

    stranger = visitor("192.0.2.77")
    type_password(stranger, EMAIL)
    assert who(stranger) is None
    code = ask_code(stranger, EMAIL)
    assert code is not None
    type_code(stranger, code)
    assert who(stranger) == anne
    type_password(known, EMAIL)
    assert who(known) == anne


def test_right_password_takes_no_attempt(anne: User) -> None:
    for _time in range(8):
        client = visitor(GUESSER)
        type_password(client, EMAIL)
        assert who(client) == anne


def test_one_place_guesses_at_few_accounts_a_minute() -> None:
    client = visitor(GUESSER)
    pages = [guess(client, 1, f"person{number}@samen.example") for number in range(35)]

    assert ["Too many attempts" in page for page in pages] == [False] * 30 + [True] * 5


@pytest.mark.parametrize("ask", [ask_code, ask_link])
def test_guesser_neither_floods_the_mailbox_nor_stands_in_the_way(
    anne: User, ask: Callable[[Client, str], str | None]
) -> None:
    got = [ask(visitor(GUESSER), EMAIL) for _time in range(10)]
    assert [bool(one) for one in got] == [True] * 3 + [False] * 7

    assert ask(visitor(OFFICE), EMAIL) is not None


@pytest.mark.parametrize("ask", [ask_code, ask_link])
def test_mailbox_is_not_flooded_from_many_places_and_a_known_browser_still_asks(
    anne: User, ask: Callable[[Client, str], str | None]
) -> None:
    known = visitor(OFFICE)
    type_password(known, EMAIL)
    known.post(reverse("account_logout"))
    got = [ask(visitor(f"198.51.100.{place}"), EMAIL) for place in range(30)]

    assert sum(1 for one in got if one) == 20
    assert ask(known, EMAIL) is not None


def test_code_of_the_victim_survives_that_others_ask_and_guess(anne: User) -> None:
    client = visitor(OFFICE)
    code = ask_code(client, EMAIL)
    guesser = visitor(GUESSER)
    ask_code(guesser, EMAIL)
    for _time in range(5):
        type_code(guesser, "WRONG-CODE")
    assert who(guesser) is None

    assert code is not None
    type_code(client, code)
    assert who(client) == anne


def test_code_is_guessed_three_times_only(anne: User) -> None:
    client = visitor(GUESSER)
    code = ask_code(client, EMAIL)
    for _time in range(3):
        type_code(client, "WRONG-CODE")

    assert code is not None
    type_code(client, code)
    assert who(client) is None


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_refusal_says_nothing_about_the_account(anne: User, name: str) -> None:
    def page(email: str) -> str:
        for _time in range(4):
            response = visitor(GUESSER).post(reverse(name), {"email": email})
        html = response.text.replace(email, "…").split("<main")[1]
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)

    known = page(EMAIL)
    assert "asked several times" in known
    assert known == page("nobody@samen.example")


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_the_visitor_is_counted_and_not_the_proxy(anne: User) -> None:
    def behind(address: str) -> Client:
        client = Client(REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": f"6.6.6.6, {address}"})
        client.cookies["django_language"] = "en"
        return client

    guess(behind(GUESSER), 6)
    client = behind(OFFICE)
    type_password(client, EMAIL)
    assert who(client) == anne


def test_ipv4_visitors_of_a_server_that_listens_on_ipv6_are_told_apart(anne: User) -> None:
    """There every one of them has an address such as ::ffff:203.0.113.9, and those are all in one IPv6 network."""
    guess(visitor(f"::ffff:{GUESSER}"), 6)
    client = visitor(f"::ffff:{OFFICE}")
    type_password(client, EMAIL)
    assert who(client) == anne
    assert "Too many attempts" in guess(visitor(GUESSER), 1)


@pytest.mark.parametrize("forwarded", ["", "unknown", "not an address, 1", "\x00"])
@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=3)
def test_address_that_cannot_be_read_is_no_error(anne: User, forwarded: str) -> None:
    client = Client(REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
    type_password(client, EMAIL)

    assert who(client) == anne


def test_nobody_without_an_account_gets_a_mail() -> None:
    client = visitor()
    for name in ("account_request_login_code", "account_reset_password"):
        client.post(reverse(name), {"email": "nobody@samen.example"})

    assert mail.outbox == []
