"""Check permissions in views, and show refusals of actions."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpRequest

from common.actions import ActionRefused
from common.forms import add_refusal


def require_perm(request: HttpRequest, permission: str, obj: Model | None = None) -> None:
    """Refuse with 403 unless the signed-in user holds ``permission`` on ``obj``."""
    if not request.user.has_perm(permission, obj):
        raise PermissionDenied(permission)


@contextmanager
def refusals_in(form: BaseForm) -> Iterator[None]:
    """Show a refusal of the action inside the block beside its field; the view then shows the form again.

    The rest of the block, such as the message and the redirect, runs only when the action was not refused.
    """
    try:
        yield
    except ActionRefused as refusal:
        add_refusal(form, refusal)


@contextmanager
def refusals_said(request: HttpRequest) -> Iterator[None]:
    """Show a refusal of the action inside the block as a message: for buttons, which have no form to show again."""
    try:
        yield
    except ActionRefused as refusal:
        messages.warning(request, refusal.message)
