"""A body is limited before it is read: for visitors, for forms of colleagues, for uploaded files."""

import io
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from assessments.models import Response
from common.incoming import MOST_UPLOADED
from common.incoming.bodies import MOST_FROM_VISITORS
from imports.models import FileImport
from tests.factories.accounts import CoordinatorFactory, ManagerFactory, UserFactory
from tests.factories.assessments import load_questionnaire, opened_cycle, same_answer, token_for
from tests.factories.partners import OrganisationFactory

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
SIGNED_IN_MOST = 2_500_000


class Unread(io.RawIOBase):
    """A body that fails the test when it is read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def send(client: Client, url: str, length: int, content_type: str = FORM, **extra: Any) -> Any:
    """Post a body of ``length`` bytes that fails the test when any of it is read."""
    return raw(client, url, Unread(), content_type, CONTENT_LENGTH=str(length), **extra)


def raw(client: Client, url: str, body: Any, content_type: str = FORM, method: str = "POST", **extra: Any) -> Any:
    request = {"CONTENT_TYPE": content_type, "wsgi.input": body, **extra}
    return client.generic(method, url, b"", **request)


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def signed_in(factory: Any = CoordinatorFactory) -> Client:
    client = Client()
    client.force_login(factory(language="en"))
    return client


@pytest.mark.parametrize("url", ["/accounts/login/", "/e/unknown-token/", "/partners/import/", "/no-such-page/", "/"])
@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=x", "application/json", "text/plain"])
def test_visitor_sends_at_most_100_kb_anywhere(url: str, content_type: str, visitor: Client) -> None:
    response = send(visitor, url, MOST_FROM_VISITORS + 1, content_type)

    assert response.status_code == 413
    assert "That is too much at once" in response.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_bring_no_larger_body(method: str, visitor: Client) -> None:
    assert raw(visitor, "/accounts/login/", Unread(), method=method, CONTENT_LENGTH=str(10**9)).status_code == 413


def test_page_is_in_the_language_of_the_reader() -> None:
    assert "Dat is te veel ineens" in send(Client(headers={"accept-language": "nl"}), "/", 10**6).text
    dutch = signed_in(lambda language: CoordinatorFactory(language="nl"))
    assert "Dat is te veel ineens" in send(dutch, "/", 10**8).text


def test_body_that_fits_is_read_as_before(visitor: Client) -> None:
    body = urlencode({"login": "x@example.org", "password": "p" * 90_000})
    response = visitor.generic("POST", reverse("account_login"), body, FORM)
    assert response.status_code == 200
    assert "x@example.org" in response.text


def test_form_of_somebody_who_is_signed_in_may_be_longer_and_has_its_limit() -> None:
    client = signed_in()
    url = reverse("partners:organisation-create")
    body = urlencode({"name": "Long", "notes": "x" * 1_000_000})
    assert client.generic("POST", url, body, FORM).status_code != 413
    assert send(client, url, SIGNED_IN_MOST + 1).status_code == 413


def test_questionnaire_filled_to_the_brim_is_taken_from_who_has_the_link(visitor: Client) -> None:
    invitation = opened_cycle().invitations.first()
    url = reverse("assessments:answer", args=[token_for(invitation)])
    comments = {f"comment:{key}": "é" * 4000 for key in load_questionnaire().definition.comment_keys}
    response = visitor.post(url, urlencode({**same_answer(1), **comments, "later": "1"}), FORM)

    assert (response.status_code, response["Location"]) == (302, url)
    assert set(Response.objects.get().comments.values()) == {"é" * 4000}
    assert send(visitor, url, SIGNED_IN_MOST + 1).status_code == 413
    invitation.links.update(revoked_at=timezone.now())
    assert send(visitor, url, MOST_FROM_VISITORS + 1).status_code == 413


@pytest.mark.parametrize("name", ["imports:import-create", "partners:organisation-logo-update"])
def test_files_go_where_they_belong_from_those_who_may_send_them(name: str) -> None:
    organisation = OrganisationFactory()
    url = reverse(name, args=[organisation.pk] if "logo" in name else [])
    multipart = "multipart/form-data; boundary=x"
    assert send(signed_in(), url, MOST_UPLOADED + 1, multipart).status_code == 413
    for factory in (ManagerFactory, UserFactory):
        assert send(signed_in(factory), url, SIGNED_IN_MOST + 1, multipart).status_code == 413
    file = SimpleUploadedFile("list.csv", b"name\nAurora\n" + b"\n" * SIGNED_IN_MOST)
    response = signed_in().post(url, {"file": file})
    assert response.status_code in (302, 422)


def test_every_view_that_takes_files_asks_for_a_permission() -> None:
    def views(patterns: list[Any]) -> list[URLPattern]:
        found = [p for p in patterns if isinstance(p, URLPattern)]
        return found + [v for p in patterns if isinstance(p, URLResolver) for v in views(p.url_patterns)]

    taking = {p.name: p.callback.upload_permission for p in views(get_resolver().url_patterns) if is_upload(p)}
    assert taking == {
        "import-create": "imports.import_organisations",
        "organisation-logo-update": "partners.change_registry",
    }


def is_upload(pattern: URLPattern) -> bool:
    return hasattr(pattern.callback, "upload_permission")


@pytest.mark.parametrize("name", ["partners:organisation-create", "account_login", "partners:organisation-logo-remove"])
def test_file_is_refused_where_none_belongs(name: str, visitor: Client) -> None:
    for client in (visitor, signed_in(ManagerFactory)):
        url = reverse(name, args=[1] if "logo" in name else [])
        response = client.post(url, {"name": "Aurora", "file": SimpleUploadedFile("x.csv", b"name\nA\n")})
        assert response.status_code == 413
    assert not FileImport.objects.exists()


def test_form_with_more_fields_or_files_than_any_of_ours_is_refused(visitor: Client) -> None:
    body = "&".join(f"f{n}=" for n in range(1001))
    assert visitor.generic("POST", reverse("account_login"), body, FORM).status_code == 413
    files = {f"f{n}": SimpleUploadedFile("x.csv", b"name\nA\n") for n in range(2)}
    assert signed_in().post(reverse("imports:import-create"), files).status_code == 413


@pytest.mark.parametrize(("size", "status"), [(10, 200), (MOST_FROM_VISITORS + 1, 413)])
def test_body_in_chunks_is_read_as_far_as_a_visitor_may_send(size: int, status: int, visitor: Client) -> None:
    body = urlencode({"login": "x" * (size - 6)}).encode()
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    response = raw(visitor, reverse("account_login"), io.BytesIO(body), **chunked)
    assert response.status_code == status
    if status == 200:
        assert 'value="xxxx"' in response.text


def test_body_that_breaks_off_gets_a_page_and_saves_nothing(visitor: Client) -> None:
    class BreaksOff(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise TimeoutError

    for extra in ({"CONTENT_LENGTH": "500"}, {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}):
        for content_type in (FORM, "multipart/form-data; boundary=x"):
            response = raw(visitor, reverse("account_login"), BreaksOff(), content_type, **extra)
            assert response.status_code == 408
            assert "It did not all arrive" in response.text
