from typing import Any

from django import template

from accounts.models import User
from notifications.pausing import mail_pause

register = template.Library()


@register.inclusion_tag("components/mail_pause.html", takes_context=True)
def mail_pause_banner(context: dict[str, Any]) -> dict[str, Any]:
    """Tell an administrator on every page that no mail leaves; others see nothing."""
    user = context.get("user")
    is_administrator = isinstance(user, User) and user.is_administrator
    return {"pause": mail_pause() if is_administrator else None}
