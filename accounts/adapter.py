from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by colleagues, never by whoever comes along."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
