from typing import Any

from allauth.account.auth_backends import AuthenticationBackend


class SignInBackend(AuthenticationBackend):
    """Signs people in. What they may do is decided by the rules, so no table of permissions is ever asked."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()
