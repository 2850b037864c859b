from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import translation

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by colleagues, never by whoever comes along."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail about signing in, at once and in the language of the account; it is never kept, for it holds codes."""
        languages = User.objects.filter(email=email.lower()).values_list("language", flat=True)
        with translation.override(languages.first() or translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def is_safe_url(self, url: str) -> bool:
        """Whether one may be led there; what is no address at all is not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False
