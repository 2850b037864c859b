"""Slow down the guessing of passwords and codes, without shutting out the owner of the account.

Attempts are counted by internet address and account together: five wrong passwords from one place say nothing about
another place. A browser in which the account was signed in before is counted by itself, so that a guesser on the same
network does not stand in its way. All other places together have a limit too, far above what a person needs; a code by
mail then still opens the account, and a password does on a browser that is known.
"""

from dataclasses import dataclass
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

from accounts.http import Unreachable

COOKIE = "known_browser"
_SALT = "accounts.known_browser"
_YEAR = 365 * 24 * 60 * 60
# Most accounts that one browser remembers: the cookie stays short.
_MOST_ACCOUNTS = 8


@dataclass(frozen=True)
class Limits:
    """Largest rates of attempts: from one place, from one place for one account, for one account from everywhere."""

    place: str
    account_here: str
    account: str


PASSWORD, CODE, LINK = "password", "code", "link"
LIMITS = {
    PASSWORD: Limits(place="30/m/ip", account_here="5/5m/key", account="100/h/key"),
    CODE: Limits(place="20/m/ip", account_here="3/10m/key", account="20/h/key"),
    LINK: Limits(place="20/m/ip", account_here="3/10m/key", account="20/h/key"),
}


def count(request: HttpRequest, what: str, email: str) -> ratelimit.RateLimitUsage | None:
    """Count one attempt on the account with this address; return None when there were too many.

    Counts addresses without an account alike. Raises Unreachable when the cache does not answer.
    """
    email, limits = email.lower(), LIMITS[what]
    known = _known(request)
    is_known = _mark(email) in known.get("accounts", [])
    if is_known:
        rates: list[tuple[str, str | None]] = [(limits.account_here, f"{known['browser']}|{email}")]
    else:
        here = f"{ratelimit.get_ip(request)}|{email}"
        rates = [(limits.place, None), (limits.account_here, here), (limits.account, email)]
    used: list[ratelimit.SingleRateLimitUsage] = []
    for number, (rate, key) in enumerate(rates):
        action = f"{what}{number}{'b' if is_known else ''}"
        try:
            usage = ratelimit.consume(request, app="accounts", action=action, config={action: rate}, key=key)
        except Exception as error:
            # Each cache backend raises exceptions of its own classes.
            raise Unreachable from error
        if usage is None:
            return None
        used += usage.usage
    return ratelimit.RateLimitUsage(usage=used)


def remember_browser(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Set the cookie by which this browser is recognised as one in which the account was signed in."""
    known = _known(request)
    accounts = [mark for mark in known.get("accounts", []) if mark != _mark(email)]
    value = {
        "browser": known.get("browser") or get_random_string(22),
        "accounts": [_mark(email), *accounts][:_MOST_ACCOUNTS],
    }
    response.set_cookie(
        COOKIE,
        signing.dumps(value, salt=_SALT),
        max_age=_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


def _known(request: HttpRequest) -> dict[str, Any]:
    try:
        known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_YEAR)
    except signing.BadSignature:
        return {}
    return known if isinstance(known, dict) else {}


def _mark(email: str) -> str:
    """Return a keyed hash of an address for the cookie, from which a reader of the cookie cannot learn the address."""
    return salted_hmac(_SALT, email.lower()).hexdigest()[:20]
