"""Refuse a form whose token is no longer valid: save nothing, and give the typed text back."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.utils.text import capfirst

_SECRET = re.compile(r"password|token|secret|code|login|otp|^seen$|^shown$|^next$|_FORMS$", re.IGNORECASE)
_MOST_FIELDS = 200


@dataclass(frozen=True)
class TypedText:
    """A text that was typed, with the label of its field where that is known."""

    label: str
    text: str


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse with 403, and show the texts of the form so that they can be copied."""
    texts = typed_texts(request) if is_own_page(request) else []
    return render(request, "403_csrf.html", {"texts": texts, "page": request.get_full_path()}, status=403)


def is_own_page(request: HttpRequest) -> bool:
    """Return whether the form stood on a page of this site: others may not show words of theirs under our name."""
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        return urlsplit(source).netloc == request.get_host()
    except ValueError:
        return False


def typed_texts(request: HttpRequest) -> list[TypedText]:
    """Return the texts of a form, without files, secrets (passwords, tokens, keys) and fields that hold no text."""
    try:
        fields = list(request.POST.lists())[:_MOST_FIELDS]
    except (UnreadablePostError, ValueError):
        return []
    columns = (column for model in apps.get_models() for column in model._meta.concrete_fields)
    labels = {column.name: capfirst(str(column.verbose_name)) for column in columns}
    # Words have a letter and a space, an @ or some length: keys, days and the values of choices are left out.
    return [
        TypedText(labels.get(name.rpartition("-")[2], ""), text)
        for name, texts in fields
        if not _SECRET.search(name)
        for text in texts
        if any(sign.isalpha() for sign in text) and re.search(r"\s|@|.{20}", text.strip())
    ]
