from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.models import User


class SignInBackend(AuthenticationBackend):
    """Sign-in backend without a permission table: the rules decide what a user may do."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_user(self, user_id: Any) -> User | None:
        """Return the signed-in user with the roles, which every page needs; None when the account is closed."""
        user: User | None = User.objects.with_roles().order_by().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


class ResetTokenGenerator(PasswordResetTokenGenerator):
    """Maker of links to choose a new password; a link ends when address, roles or access of its account change."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.session_generation}"

    def check_token(self, user: Any, token: str | None) -> bool:
        """Refuse every link of an account that is closed."""
        return bool(user is not None and user.is_active and super().check_token(user, token))
