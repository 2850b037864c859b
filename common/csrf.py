"""Refuse a form whose token is no longer valid: save nothing, and give the typed text back."""

import re
from dataclasses import dataclass

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.utils.text import capfirst

from common.kept_forms.keeping import is_own_page, keep_form

_SECRET = re.compile(r"password|token|secret|code|login|otp|^seen$|^shown$|^next$|_FORMS$", re.IGNORECASE)
_MOST_FIELDS = 200


@dataclass(frozen=True)
class TypedText:
    """A text that was typed, with the label of its field where that is known."""

    label: str
    text: str


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse with 403, and lead back to the form, filled in as it was; its texts are shown here as well."""
    texts = typed_texts(request) if is_own_page(request) else []
    kept = keep_form(request) if texts else None
    context = {"texts": texts, "kept": kept, "page": kept.page if kept else request.get_full_path()}
    return render(request, "403_csrf.html", context, status=403)


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
