"""What every action shares: the permission check and the polite refusal."""

from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Model


class ActionRefused(Exception):
    """A business rule says no. ``message`` is for the person; ``field`` names the form field it belongs to."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def require(actor: PermissionsMixin | None, permission: str, obj: Model | None = None) -> None:
    """Refuse with PermissionDenied unless ``actor`` holds ``permission``; ``None`` is the system and may."""
    if actor is not None and not actor.has_perm(permission, obj):
        raise PermissionDenied(permission)
