"""What the views of this app have in common."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.http import signed_in
from collab.models import Collaboration
from common.actions import ActionRefused
from common.forms import add_refusal


def visible_collaboration(request: HttpRequest, pk: int) -> Collaboration:
    """404 for who does not see it."""
    return get_object_or_404(Collaboration.objects.visible_to(signed_in(request)), pk=pk)


def carried_out(form: BaseForm, action: Callable[..., object]) -> bool:
    """Hand what was typed to the action; a refusal comes back beside its field."""
    if not form.is_valid():
        return False
    try:
        action(**form.cleaned_data)
    except ActionRefused as refusal:
        add_refusal(form, refusal)
        return False
    return True


def render_form(
    request: HttpRequest, form: BaseForm, collaboration: Collaboration, template: str = "collab/form.html", **more: Any
) -> HttpResponse:
    """A page with one form about a collaboration: ``heading``, ``label`` of the button, optional ``intro``."""
    back_url = reverse("collab:collaboration-detail", args=[collaboration.pk])
    context = {"form": form, "collaboration": collaboration, "back_url": back_url, **more}
    return render(request, template, context, status=422 if form.errors else 200)


def back(request: HttpRequest, collaboration_id: int, message: str, place: str = "") -> HttpResponse:
    """To the collaboration, with the news."""
    messages.success(request, message)
    return to_collaboration(collaboration_id, place)


def to_collaboration(collaboration_id: int, place: str = "") -> HttpResponse:
    return redirect(reverse("collab:collaboration-detail", args=[collaboration_id]) + place)
