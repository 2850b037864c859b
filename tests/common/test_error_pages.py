"""Every error page is ours, explains the error kindly and leads on."""

import pytest
from allauth.core.ratelimit import respond_429
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import override
from django.views.defaults import bad_request, server_error

from tests.factories.accounts import CoordinatorFactory


@pytest.fixture
def request_without_anything() -> HttpRequest:
    return RequestFactory().get("/")


@pytest.mark.django_db
def test_missing_page_for_a_visitor_has_no_navigation() -> None:
    response = Client(headers={"accept-language": "en"}).get("/no-such-page/")
    html = response.content.decode()
    assert response.status_code == 404
    assert "This page is not here" in html
    assert 'class="side"' not in html


@pytest.mark.django_db
def test_missing_page_for_a_colleague_keeps_the_navigation() -> None:
    client = Client()
    client.force_login(CoordinatorFactory())
    html = client.get("/no-such-page/").content.decode()
    assert 'class="side"' in html
    assert 'href="/"' in html


@pytest.mark.django_db
def test_refused_page_is_kind() -> None:
    client = Client()
    client.force_login(CoordinatorFactory())
    response = client.get(reverse("accounts:colleague-list"))
    assert response.status_code == 403
    assert "You have no access here" in response.content.decode()


def test_expired_form_is_explained() -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    response = client.post(reverse("accounts:language-change"), {"language": "en"})
    assert response.status_code == 403
    assert "This page was open too long" in response.content.decode()


def test_server_error_needs_no_database_and_no_user(request_without_anything: HttpRequest) -> None:
    with override("en"):
        response = server_error(request_without_anything)
    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()


def test_bad_request_needs_no_database_and_no_user(request_without_anything: HttpRequest) -> None:
    with override("en"):
        response = bad_request(request_without_anything, Exception())
    assert response.status_code == 400
    assert "We did not understand that" in response.content.decode()


def test_maintenance_page_stands_alone() -> None:
    with override("en"):
        assert "Back in a moment" in render_to_string("503.html")


def test_too_many_attempts_are_told_to_wait(request_without_anything: HttpRequest) -> None:
    with override("en"):
        response = respond_429(request_without_anything)
    assert response.status_code == 429
    assert "Wait a few minutes and try again." in response.content.decode()
