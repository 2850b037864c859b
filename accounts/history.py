"""The history of accounts and roles, and its sentences on a timeline."""

from django.utils.translation import gettext_lazy as _

from accounts.models import AccountRole, User
from audit.timeline import Entry, Source, all_events, entries_for, events_of

SENTENCES = {
    "accounts.colleague_added": _("Colleague added"),
    "accounts.colleague_changed": _("Colleague changed"),
    "accounts.partner_account_opened": _("Account opened"),
    "accounts.partner_account_changed": _("Account changed"),
    "accounts.closed": _("Account closed"),
    "accounts.reopened": _("Account open again"),
    "accounts.preferences_changed": _("Language chosen"),
}


def entries_of(user: User, limit: int) -> list[Entry]:
    """Return the newest changes of an account and of its roles, newest first; administrators only may see them."""
    roles = all_events(AccountRole).filter(user=user)
    return entries_for(Source(events_of(user), is_named=False), Source(roles, frozenset({"user"})), limit=limit)
