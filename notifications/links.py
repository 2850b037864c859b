"""Personal links: made when a mail leaves, so that none is ever stored, and the same in every copy of the mail.

An app that hands out personal links registers a minter. The kept texts of a mail hold ``MARK`` where the link goes.
"""

from collections.abc import Callable

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _

from notifications.enums import MailStatus
from notifications.models import OutgoingMail

# A name that never resolves (RFC 2606): should a mark ever slip through, it leads nowhere.
MARK = "https://personal-link.invalid/"

Minter = Callable[[OutgoingMail], str]
_minters: dict[str, Minter] = {}


class LinkGone(Exception):
    """The page behind a personal link is closed or withdrawn, so its mail has lost its purpose."""


def register(kind: str, minter: Minter) -> None:
    """Let ``minter`` make a fresh absolute URL for every mail with a ``kind`` of link, or raise LinkGone."""
    _minters[kind] = minter


def mint(mail: OutgoingMail) -> str:
    """Return a fresh personal link for ``mail``; the empty string when it carries none. Raises LinkGone."""
    return _minters[mail.link_kind](mail) if mail.link_kind else ""


def fill_in(mail: OutgoingMail, url: str) -> tuple[str, str]:
    """Return the plain text and the HTML of ``mail`` with ``url`` in the place of the mark."""
    return mail.body_text.replace(MARK, url), mail.body_html.replace(MARK, escape(url))


def hide(text: str) -> str:
    """Return ``text`` for readers other than its recipient: words in the place of the personal link."""
    return text.replace(MARK, _("personal link (hidden)"))


def link_to_try(mail: OutgoingMail) -> str:
    """Return the personal link of a mail that was written to a file of this machine; otherwise the empty string."""
    if not settings.MAILS_STAY_HERE or mail.status != MailStatus.SENT:
        return ""
    try:
        return mint(mail)
    except LinkGone:
        return ""
