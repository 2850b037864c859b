"""Signing in when mail or cache does not answer."""

import re
import smtplib
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from tests.accounts.signing_in import PASSWORD, ask_link, choose_password, type_code, visitor, who
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
EMAIL, NOBODY = "noor@samen.example", "nobody@samen.example"
ASK = ["account_request_login_code", "account_reset_password"]
DEAD_SMTP = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "127.0.0.1",
    "EMAIL_PORT": 9,
}
DEAD_CACHE = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9"}}


class Refusing(BaseEmailBackend):
    """A mail server that answers and takes nothing."""

    def send_messages(self, email_messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("gone")


class Slow(BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        time.sleep(0.4)
        return len(email_messages)


@pytest.fixture
def noor() -> User:
    return UserFactory(email=EMAIL, password=PASSWORD)


def answer(name: str, email: str) -> tuple[int, str]:
    """Return status and words of the answer, without the parts that are new each time."""
    response = visitor().post(reverse(name), {"email": email}, follow=True)
    text = response.text.split("<main")[1].replace(email, "…")
    return response.status_code, re.sub(r'value="[^"]*"', "", text)


@pytest.mark.parametrize("name", ASK)
@pytest.mark.parametrize("down", [DEAD_SMTP, {"EMAIL_BACKEND": f"{__name__}.Refusing"}, {"CACHES": DEAD_CACHE}])
def test_asking_is_answered_in_words_for_every_address_alike(name: str, down: dict[str, Any], noor: User) -> None:
    with override_settings(**down):
        known, unknown = answer(name, EMAIL), answer(name, NOBODY)

    assert known == unknown
    assert known[0] == 503
    assert "do not work at this moment" in known[1]


def test_password_is_not_tried_when_nobody_counts(noor: User) -> None:
    client = visitor()
    with override_settings(CACHES=DEAD_CACHE):
        response = client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})

    assert response.status_code == 503
    assert "do not work at this moment" in response.text
    assert who(client) is None


def test_code_that_was_not_mailed_leaves_nothing_to_type(noor: User) -> None:
    client = visitor()
    with override_settings(EMAIL_BACKEND=f"{__name__}.Refusing"):
        client.post(reverse("account_request_login_code"), {"email": EMAIL})
    type_code(client, "")

    assert who(client) is None
    assert client.get(reverse("account_confirm_login_code")).status_code == 302


def test_password_is_saved_when_the_mail_about_it_cannot_be_sent(noor: User) -> None:
    link = ask_link(visitor(), EMAIL)
    assert link is not None
    with override_settings(**DEAD_SMTP):
        assert choose_password(visitor(), link, "orange-bridge-77-river")

    noor.refresh_from_db()
    assert noor.check_password("orange-bridge-77-river")


@pytest.mark.parametrize("name", ASK)
@override_settings(EMAIL_BACKEND=f"{__name__}.Slow")
def test_answer_takes_as_long_without_an_account(name: str, noor: User) -> None:
    def seconds(email: str) -> float:
        client: Client = visitor()
        start = time.perf_counter()
        client.post(reverse(name), {"email": email})
        return time.perf_counter() - start

    for email in (EMAIL, NOBODY):
        assert seconds(email) > 0.4
    assert mail.outbox == []


@pytest.mark.parametrize("name", ASK)
def test_answer_has_the_same_words_with_and_without_an_account(name: str, noor: User) -> None:
    ask: Callable[[str], tuple[int, str]] = lambda email: answer(name, email)  # noqa: E731
    assert ask(EMAIL) == ask(NOBODY)
    assert [message.to for message in mail.outbox] == [[EMAIL]]
