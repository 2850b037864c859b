from functools import cached_property
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from accounts.querysets import UserQuerySet


class SignInBackend(AuthenticationBackend):
    """Signs people in. What they may do is decided by the rules, so no table of permissions is ever asked."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_user(self, user_id: Any) -> User | None:
        """Whoever is signed in, with the roles: every page asks for them."""
        user: User | None = self._accounts.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    @cached_property
    def _accounts(self) -> UserQuerySet:
        accounts: UserQuerySet = User.objects.with_roles().order_by()
        return accounts
