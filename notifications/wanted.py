"""Ask, when a mail leaves, whether it is still wanted; the app that owns a kind of mail registers the check.

Hours or days can pass between making a mail and sending it: a night, a weekend, a mail server that was down.
"""

from collections.abc import Callable
from datetime import date

from django.db.models import TextChoices
from django.utils.functional import Promise

from notifications.enums import StopReason
from notifications.models import OutgoingMail

# Returns the code of the reason why the mail is not wanted any more, or the empty string.
Check = Callable[[OutgoingMail, date], str]
_checks: dict[str, Check] = {}
_words: dict[str, str | Promise] = dict(StopReason.choices)


def register(kind: str, check: Check, reasons: type[TextChoices] | None = None) -> None:
    """Let ``check`` decide at delivery whether a mail of ``kind`` still leaves.

    ``reasons`` names the codes that the check returns beside those of ``StopReason``.
    """
    _checks[kind] = check
    _words.update(reasons.choices if reasons else [])


def always(mail: OutgoingMail, today: date) -> str:
    """Return no reason against a mail that reports an event, which stays true and useful however late."""
    return ""


def reason_against(mail: OutgoingMail, today: date) -> str:
    """Return the code of the reason not to send ``mail`` on ``today``; the empty string when it is still wanted."""
    check = _checks.get(mail.kind)
    return check(mail, today) if check else ""


def words(code: str) -> str:
    """Return a reason in the language of the reader; an unknown code unchanged."""
    return str(_words.get(code, code))


def checked_kinds() -> set[str]:
    """Return the kinds of mail that are checked again at delivery."""
    return set(_checks)
