"""What happens to accounts reaches the contacts that belong to them."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import colleague_saved, preferences_changed
from partners.actions import keep_colleague_contact, keep_contact_language


@receiver(colleague_saved)
def colleague_is_contact(sender: type[User], user: User, **kwargs: Any) -> None:
    keep_colleague_contact(user=user)


@receiver(preferences_changed)
def contact_follows_language(sender: type[User], user: User, **kwargs: Any) -> None:
    keep_contact_language(user=user)
