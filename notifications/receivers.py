"""Mails about changes of an account."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from accounts.signals import address_changed, made_administrator
from notifications.actions import queue_mail
from notifications.recipients import Recipient
from notifications.senders import of_colleague


@receiver(address_changed)
def mail_both_addresses(sender: type[User], user: User, old: str, actor: User | None, **kwargs: Any) -> None:
    """Mail the old and the new address, so that the owner hears of an unwanted change at the right one."""
    for email in (old, user.email):
        _queue_to("address_changed", user, email, actor, {"old": old, "new": user.email, "is_old": email == old})


@receiver(made_administrator)
def mail_new_administrator(sender: type[User], user: User, actor: User | None, **kwargs: Any) -> None:
    _queue_to("made_administrator", user, user.email, actor, {})


def _queue_to(kind: str, user: User, email: str, actor: User | None, context: dict[str, Any]) -> None:
    """Queue a mail to exactly this address, even when the account gets another one meanwhile."""
    with override(user.language):
        who = str(actor) if actor is not None else _("somebody who keeps the records")
    queue_mail(
        kind=kind,
        to=Recipient(email=email, name=user.name, language=user.language, key=""),
        context={"name": user.name, "who": who, "at": timezone.now(), **context},
        path=reverse("account_login"),
        at_once=True,
        senders=[of_colleague(actor)] if actor is not None and actor.is_colleague else (),
    )
