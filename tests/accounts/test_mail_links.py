"""Links in mails about signing in lead to SITE_URL, whichever Host the request names."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import CoordinatorFactory

FORGED = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["account_reset_password", "account_request_login_code"])
@pytest.mark.parametrize("known", [True, False])
def test_mail_never_names_the_host_of_the_request(page: str, known: bool) -> None:
    email = CoordinatorFactory().email if known else "nobody@example.org"
    Client(headers=FORGED).post(reverse(page), {"email": email})
    for message in mail.outbox:
        whole = message.message().as_string()
        assert "evil.example" not in whole
        links = re.findall(r"https?://[^/\s\"]+", message.body)
        assert set(links) <= {"http://testserver"}
    if known and page == "account_reset_password":
        (message,) = mail.outbox
        link = re.search(r"http://testserver(/accounts/password/reset/key/\S+/)", message.body)
        assert link is not None
        assert Client().get(link[1]).status_code in (200, 302)
