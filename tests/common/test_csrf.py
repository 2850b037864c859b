"""A form whose token has expired saves nothing, and its text is given back."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import CoordinatorFactory

pytestmark = pytest.mark.django_db
TYPED = {
    "csrfmiddlewaretoken": "x" * 64,
    "goal": "Everybody reads,\nand <b>writes</b>",
    "seen": '{"goal":"0123456789abcdef and more"}',
    "password": "correct horse battery",
    "code": "ABC DEF GHI",
    "visibility": "shared",
    "owner": "12",
}


@pytest.fixture
def client() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(CoordinatorFactory(language="en"))
    return client


def test_texts_are_given_back_and_secrets_are_not(client: Client) -> None:
    url = reverse("collab:collaboration-create")
    response = client.post(url, TYPED, headers={"Origin": "http://testserver"})
    page = response.text
    assert response.status_code == 403
    assert "Everybody reads,\nand &lt;b&gt;writes&lt;/b&gt;</textarea>" in page
    assert f'href="{url}"' in page
    assert [word for word in ("correct horse", "ABC DEF", "0123456789", "x" * 64) if word in page] == []
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elsewhere.example"}, {"Origin": "http://[::1"}])
def test_words_of_another_site_are_not_shown_under_our_name(client: Client, headers: dict[str, str]) -> None:
    response = client.post(reverse("collab:collaboration-create"), TYPED, headers=headers)
    assert response.status_code == 403
    assert "Everybody reads" not in response.text
    assert "copy what you typed" in response.text


def test_no_page_advises_a_reload_that_empties_a_form(client: Client) -> None:
    response = client.post(
        reverse("collab:collaboration-create"), {"name": "x"}, headers={"Origin": "http://testserver"}
    )
    assert "reload" not in response.text.lower()
