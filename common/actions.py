"""Check the permission of an action, and refuse in words."""

from collections.abc import Sequence

from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Model


class ActionRefused(Exception):
    """A refusal by a business rule. ``message`` is for the person; ``field`` names the form field it belongs to.

    ``also`` holds the refusals of other fields of the same form, so that a person reads all of them at once.
    """

    def __init__(self, message: str, *, field: str | None = None, also: "Sequence[ActionRefused]" = ()) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.also = also


def require(actor: PermissionsMixin | None, permission: str, obj: Model | None = None) -> None:
    """Refuse with PermissionDenied unless ``actor`` holds ``permission``; ``None`` is the system, which may do all."""
    if actor is not None and not actor.has_perm(permission, obj):
        raise PermissionDenied(permission)
