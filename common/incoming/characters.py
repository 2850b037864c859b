"""Refuse characters that the database cannot keep: NUL, half characters (lone surrogates), bytes that are no UTF-8."""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from common.incoming.bodies import Handler

NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
# Stands where bytes were that are no UTF-8.
_REPLACED = "\ufffd"


def storable_request(get_response: Handler) -> Handler:
    """Make address, cookies and encoding of a request safe to use in a query.

    Every request is read as UTF-8; cookies that cannot be stored are dropped; in a search the replacement character
    (U+FFFD) stands for every character that cannot be stored, and finds nothing.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.encoding and request.encoding.lower() != "utf-8":
            request.encoding = "utf-8"
        if "\\" in request.META.get("HTTP_COOKIE", ""):  # the only way to write such a character there
            for name in [name for name, value in request.COOKIES.items() if NOT_STORABLE.search(name + value)]:
                del request.COOKIES[name]
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _with_replacement(request.GET, _REPLACED)  # type: ignore[assignment]
        return get_response(request)

    return middleware


def storable_form(get_response: Handler) -> Handler:
    """Refuse a form with a character that cannot be stored, and undo the writes of its view.

    The view gets the form with NUL for every such character, so that its fields refuse it beside the field and keep the
    typed text. Where the view accepts the form all the same, a page names the fault.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        if request.content_type == "application/json" and _is_unstorable_json(request):
            return _refused(request)
        if request.method != "POST" or not (damaged := _damaged(request)):
            return get_response(request)
        request.POST = damaged  # type: ignore[assignment]
        with transaction.atomic():
            response = get_response(request)
            transaction.set_rollback(True)
        if 400 <= response.status_code < 500:
            return response
        # Such as the message that something was saved.
        request.session.modified = False
        return _refused(request)

    return middleware


def _refused(request: HttpRequest) -> HttpResponse:
    """Return the page of the refusal, with an error status: htmx would put it in the middle of another otherwise."""
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "422.html", status=400 if is_fragment else 422)


def _damaged(request: HttpRequest) -> QueryDict | None:
    """Return the form with NUL for every character that cannot be stored; None when all of it can be."""
    text = "".join(_texts(request.POST))
    # A replacement character may have been typed, or stand for a byte that is no UTF-8: reading strictly tells which.
    # In a multipart form nothing tells, and none of ours has texts.
    if _REPLACED in text and (
        request.content_type == "multipart/form-data" or NOT_STORABLE.search("".join(_texts(_strictly_read(request))))
    ):
        return _with_replacement(_strictly_read(request), "\0")
    return _with_replacement(request.POST, "\0") if NOT_STORABLE.search(text) else None


def _strictly_read(request: HttpRequest) -> QueryDict:
    """Read the form anew, with half a character for every byte that is no UTF-8."""
    if request.content_type == "multipart/form-data":
        return _with_replacement(request.POST, "\0", re.compile(_REPLACED))
    form = QueryDict(mutable=True)
    raw = request.body.decode("utf-8", "surrogateescape")
    for name, value in parse_qsl(raw, keep_blank_values=True, errors="surrogateescape"):
        form.appendlist(name, value)
    return form


def _with_replacement(form: QueryDict, by: str, characters: "re.Pattern[str]" = NOT_STORABLE) -> QueryDict:
    clean = QueryDict(mutable=True)
    for name, values in form.lists():
        clean.setlist(characters.sub(by, name), [characters.sub(by, value) for value in values])
    return clean


def _texts(form: QueryDict) -> Iterable[str]:
    return (text for name, values in form.lists() for text in (name, *values))


def _is_unstorable_json(request: HttpRequest) -> bool:
    """Return whether a text in the JSON cannot be stored; text that is no JSON is left to the view."""
    try:
        return _holds_unstorable(json.loads(request.body))
    except (ValueError, RecursionError):
        return False


def _holds_unstorable(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_unstorable(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(_holds_unstorable(part) for part in value)
    return isinstance(value, str) and NOT_STORABLE.search(value) is not None
