"""Helpers that the views of this app share."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.http import signed_in
from collab.models import Collaboration


def visible_collaboration(request: HttpRequest, pk: int) -> Collaboration:
    """Return the collaboration; answer 404 to users who may not see it."""
    return get_object_or_404(Collaboration.objects.visible_to(signed_in(request)), pk=pk)


def render_form(
    request: HttpRequest, form: BaseForm, collaboration: Collaboration, template: str = "collab/form.html", **more: Any
) -> HttpResponse:
    """Render a page with one form about a collaboration: ``heading``, ``label`` of the button, optional ``intro``."""
    back_url = reverse("collab:collaboration-detail", args=[collaboration.pk])
    context = {"form": form, "collaboration": collaboration, "back_url": back_url, **more}
    return render(request, template, context, status=422 if form.errors else 200)


def back(request: HttpRequest, collaboration_id: int, message: str, place: str = "") -> HttpResponse:
    """Redirect to the collaboration, with a message."""
    messages.success(request, message)
    return to_collaboration(collaboration_id, place)


def to_collaboration(collaboration_id: int, place: str = "") -> HttpResponse:
    return redirect(reverse("collab:collaboration-detail", args=[collaboration_id]) + place)
