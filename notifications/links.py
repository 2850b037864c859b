"""Personal links: made when a mail leaves, so that none is ever stored.

An app that hands out personal links registers a minter. The kept texts of a mail hold ``MARK`` where the link goes.
"""

from collections.abc import Callable

from django.utils.html import escape
from django.utils.translation import gettext as _

from notifications.models import OutgoingMail

# A name that never resolves (RFC 2606): should a mark ever slip through, it leads nowhere.
MARK = "https://personal-link.invalid/"

Minter = Callable[[str], str]
_minters: dict[str, Minter] = {}


class LinkGone(Exception):
    """What the link was to lead to is closed or withdrawn: the mail has lost its purpose."""


def register(kind: str, minter: Minter) -> None:
    """Let ``minter`` turn the ``link_to`` of every ``kind`` of link into a fresh absolute URL, or raise LinkGone."""
    _minters[kind] = minter


def mint(mail: OutgoingMail) -> str:
    """A fresh personal link for ``mail``; the empty string when it carries none. Raises LinkGone."""
    return _minters[mail.link_kind](mail.link_to) if mail.link_kind else ""


def fill_in(mail: OutgoingMail, url: str) -> tuple[str, str]:
    """The plain text and the HTML of ``mail`` as they leave, with ``url`` for the mark."""
    return mail.body_text.replace(MARK, url), mail.body_html.replace(MARK, escape(url))


def hide(text: str) -> str:
    """``text`` for whoever reads along: words instead of the mark."""
    return text.replace(MARK, _("personal link (hidden)"))
