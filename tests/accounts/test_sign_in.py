"""The pages of signing in, as people meet them."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "river-apple-42"


@pytest.fixture
def client() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def test_password_opens_the_account(client: Client) -> None:
    UserFactory(email="noor@example.org", password=PASSWORD)
    response = client.post(reverse("account_login"), {"login": "noor@example.org", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_wrong_password_is_refused_in_words(client: Client) -> None:
    UserFactory(email="noor@example.org", password=PASSWORD)
    html = client.post(reverse("account_login"), {"login": "noor@example.org", "password": "x"}).content.decode()
    assert "data-error-summary" in html
    assert "not correct" in html


def test_code_by_mail_opens_the_account(client: Client) -> None:
    UserFactory(email="noor@example.org")
    response = client.post(reverse("account_request_login_code"), {"email": "noor@example.org"}, follow=True)
    assert "We sent a code to noor@example.org" in " ".join(response.content.decode().split())
    (message,) = mail.outbox
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", str(message.body), re.MULTILINE)
    assert code is not None
    response = client.post(reverse("account_confirm_login_code"), {"code": code[1]})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_code_mail_has_both_forms_and_the_reason(client: Client) -> None:
    UserFactory(email="noor@example.org")
    client.post(reverse("account_request_login_code"), {"email": "noor@example.org"})
    (message,) = mail.outbox
    assert message.subject == "Your code to sign in"
    assert "You get this mail because somebody asked for a code" in str(message.body)
    html, kind = message.alternatives[0]  # type: ignore[attr-defined]
    assert kind == "text/html"
    assert "You get this mail because somebody asked for a code" in html


def test_wrong_code_is_refused(client: Client) -> None:
    UserFactory(email="noor@example.org")
    client.post(reverse("account_request_login_code"), {"email": "noor@example.org"})
    html = client.post(reverse("account_confirm_login_code"), {"code": "nonsense"}).content.decode()
    assert "Incorrect code." in html


def test_unknown_address_is_not_given_away(client: Client) -> None:
    response = client.post(reverse("account_request_login_code"), {"email": "nobody@example.org"}, follow=True)
    assert "We sent a code to nobody@example.org" in " ".join(response.content.decode().split())
    assert mail.outbox == []


def test_forgotten_password_is_chosen_anew(client: Client) -> None:
    user = UserFactory(email="noor@example.org", password=PASSWORD)
    client.post(reverse("account_reset_password"), {"email": "noor@example.org"})
    (message,) = mail.outbox
    link = re.search(r"https?://[^/\s]+(/\S+)", str(message.body))
    assert link is not None
    form = client.get(link[1], follow=True)
    done = client.post(form.request["PATH_INFO"], {"password1": "orange-bridge-77", "password2": "orange-bridge-77"})
    user.refresh_from_db()
    assert user.check_password("orange-bridge-77")
    assert done["Location"] == reverse("account_reset_password_from_key_done")
    assert "now sign in with your new password" in client.get(done["Location"]).content.decode()


def test_used_link_offers_a_new_one(client: Client) -> None:
    html = client.get(reverse("account_reset_password_from_key", args=["1", "abc-def"])).content.decode()
    assert "This link does not work any more" in html
    assert reverse("account_reset_password") in html


def test_password_is_changed(client: Client) -> None:
    user = UserFactory(password=PASSWORD)
    client.force_login(user)
    data = {"oldpassword": PASSWORD, "password1": "orange-bridge-77", "password2": "orange-bridge-77"}
    assert client.post(reverse("account_change_password"), data).status_code == 302
    user.refresh_from_db()
    assert user.check_password("orange-bridge-77")


def test_first_password_is_set(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    data = {"password1": "orange-bridge-77", "password2": "orange-bridge-77"}
    assert client.post(reverse("account_set_password"), data).status_code == 302
    user.refresh_from_db()
    assert user.check_password("orange-bridge-77")


def test_nobody_makes_an_account(client: Client) -> None:
    html = client.get(reverse("account_signup")).content.decode()
    assert "Accounts are made for you" in html
    assert "<form class" not in html.split("<main")[1]


def test_signing_out_asks_first(client: Client) -> None:
    client.force_login(UserFactory())
    assert "Sign out?" in client.get(reverse("account_logout")).content.decode()
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_request_login_code",
        "account_reset_password",
        "account_reset_password_done",
        "account_inactive",
    ],
)
def test_page_is_in_our_look(client: Client, name: str) -> None:
    UserFactory()
    html = client.get(reverse(name)).content.decode()
    assert 'class="public page-entrance"' in html


@pytest.mark.parametrize("name", ["account_email", "account_email_verification_sent"])
def test_page_that_we_do_not_use_is_not_there(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_code_mail_is_in_the_language_of_the_account(client: Client) -> None:
    UserFactory(email="noor@example.org", language="nl")
    client.post(reverse("account_request_login_code"), {"email": "noor@example.org"})
    assert '<html lang="nl">' in str(mail.outbox[0].alternatives[0])  # type: ignore[attr-defined]
