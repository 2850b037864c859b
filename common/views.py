"""What every view shares."""

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest


def require_perm(request: HttpRequest, permission: str, obj: Model | None = None) -> None:
    """Refuse with 403 unless the signed-in user holds ``permission`` on ``obj``."""
    if not request.user.has_perm(permission, obj):
        raise PermissionDenied(permission)
