"""Refuse a body that is too large, or a file where none belongs, before any of it is read."""

from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render

from common.incoming.uploads import MOST_UPLOADED, takes_long_form, upload_permission

Handler = Callable[[HttpRequest], HttpResponse]

MOST_FROM_VISITORS = 100_000
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


class FileNotExpected(Exception):
    """A form holds a file, at an address that takes none."""


class RefuseFiles(FileUploadHandler):
    """Stop reading a form at the first file in it."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        raise FileNotExpected

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def limited_body(get_response: Handler) -> Handler:
    """Answer 413 to a body that is larger than this visitor may send here, 408 to one that stops half-way.

    Visitors may send 100 kB; people who are signed in, or have a personal link, a form of
    ``DATA_UPLOAD_MAX_MEMORY_SIZE``; files are accepted only by views that take them (``accepts_upload``). A refused
    body is not read, except for 100 kB of one without a given length. An accepted body is read here, so that no view
    meets a form that breaks off.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        status = _refusal(request)
        if status == HTTPStatus.OK:
            return get_response(request)
        return render(request, f"{status}.html", status=status)

    return middleware


def _refusal(request: HttpRequest) -> int:
    """Return the status to refuse the body with, 200 for an accepted one."""
    try:
        length = _length(request)
    except UnreadablePostError:
        return HTTPStatus.REQUEST_TIMEOUT
    if not length:
        return HTTPStatus.OK
    is_form = request.content_type in _FORMS
    permission = upload_permission(request) if length > MOST_FROM_VISITORS or is_form else ""
    if length > _most(request, permission, length):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not is_form or request.method != "POST":
        return HTTPStatus.OK
    if not permission:
        request.upload_handlers = [RefuseFiles(request)]
    try:
        _ = request.POST
    except (FileNotExpected, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    except UnreadablePostError:
        status = HTTPStatus.REQUEST_TIMEOUT
    else:
        return HTTPStatus.OK
    request._mark_post_parse_error()  # type: ignore[attr-defined]  # later readers find an empty form, not the rest
    return status


def _most(request: HttpRequest, permission: str, length: int) -> int:
    if permission and request.user.has_perm(permission):
        return MOST_UPLOADED
    if request.user.is_authenticated or (length > MOST_FROM_VISITORS and takes_long_form(request)):
        return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return MOST_FROM_VISITORS


def _length(request: HttpRequest) -> int:
    """Return the length of the body. A body in chunks is read, up to what a visitor may send.

    Raises UnreadablePostError when it breaks off or comes too slowly.
    """
    if "chunked" not in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        length = request.META.get("CONTENT_LENGTH") or ""
        return int(length) if length.isdecimal() else 0
    try:
        body = request.META["wsgi.input"].read(MOST_FROM_VISITORS + 1)
    except Exception as error:  # servers raise errors of their own for chunks that are none
        raise UnreadablePostError(*error.args) from error
    if len(body) > MOST_FROM_VISITORS:
        return MOST_UPLOADED + 1
    request.META["CONTENT_LENGTH"] = str(len(body))
    request._stream = BytesIO(body)  # Django reads nothing without a length
    return len(body)
