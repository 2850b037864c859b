"""Keep a form in the session: for one account, in one browser, for one hour."""

import re
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

# Who used this browser last: says for whom a form is kept, and opens nothing.
COOKIE = "last_account"
SECONDS = 3600
_SALT = "common.kept_forms"
_KEY = "kept_form"
_SECRET = re.compile(r"password|token|secret|otp|^code$|-code$|_FORMS$", re.IGNORECASE)
_MOST_FIELDS = 200
_MOST_LETTERS = 100_000


@dataclass(frozen=True)
class KeptForm:
    """A form that was sent in vain: the page on which it stood, its address, its fields, and whose it is."""

    page: str
    action: str
    fields: dict[str, list[str]]
    account: str
    at: float


def is_own_page(request: HttpRequest) -> bool:
    """Return whether the form stood on a page of this site: others may not show words of theirs under our name."""
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        return urlsplit(source).netloc == request.get_host()
    except ValueError:
        return False


def keep_form(request: HttpRequest) -> KeptForm | None:
    """Keep the form of a request in the session, for the account that uses this browser; return it.

    Keeps nothing (None) of a form of another site, of one without an account, of a page that asks for no account, such
    as signing in, and of one that is too large. Passwords, tokens, codes and files are left out.
    """
    match = request.resolver_match
    account = _account(request)
    if match is None or not getattr(match.func, "login_required", True) or not account or not is_own_page(request):
        return None
    try:
        sent = list(request.POST.lists())[:_MOST_FIELDS]
    except (UnreadablePostError, ValueError):
        return None
    fields = {name: [str(value) for value in values] for name, values in sent if not _SECRET.search(name)}
    if sum(len(value) for values in fields.values() for value in values) > _MOST_LETTERS:
        return None
    source = urlsplit(request.headers.get("Referer", ""))
    page = source.path + (f"?{source.query}" if source.query else "") if source.netloc == request.get_host() else ""
    kept = KeptForm(page or request.get_full_path(), request.path, fields, account, time.time())
    is_new = not request.session.session_key
    request.session[_KEY] = asdict(kept)
    if is_new:
        request.session.set_expiry(SECONDS)
    return kept


def kept_form(request: HttpRequest) -> KeptForm | None:
    """Return the form that is kept for the signed-in account; forget that of another account, or an old one."""
    stored: dict[str, Any] | None = request.session.get(_KEY)
    if stored is None or not request.user.is_authenticated:
        return None
    kept = KeptForm(**stored)
    if kept.account != str(request.user.pk) or not 0 <= time.time() - kept.at < SECONDS:
        forget_form(request)
        return None
    return kept


def forget_form(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def remember_account(request: HttpRequest, response: HttpResponse, seconds: int, is_secure: bool) -> None:
    """Let the browser know which account uses it, in a signed cookie that no script can read."""
    key = str(request.user.pk)
    if request.get_signed_cookie(COOKIE, "", salt=_SALT) != key:
        response.set_signed_cookie(
            COOKIE, key, salt=_SALT, max_age=seconds, httponly=True, samesite="Lax", secure=is_secure
        )


def _account(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return str(request.user.pk)
    return str(request.get_signed_cookie(COOKIE, "", salt=_SALT))
