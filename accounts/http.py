from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User


class Unreachable(Exception):
    """A server that signing in needs, for mail or for counting attempts, does not answer."""


def signed_in(request: HttpRequest) -> User:
    """Return the signed-in user of a request; LoginRequiredMiddleware has refused visitors without an account."""
    return cast(User, request.user)


_YEAR = 365 * 24 * 60 * 60
# Longer than any address of ours; servers refuse longer ones.
_LONGEST = 2000


def is_own_address(request: HttpRequest, url: str) -> bool:
    """Return whether ``url`` is safe to redirect to: a path on this site, or a full address of this site.

    Refuses every other text, also one that some browsers read as the address of another site.
    """
    if len(url) > _LONGEST or not url.isprintable() or url.startswith(("//", "/\\")):
        return False
    if not url.startswith(("/", f"{request.scheme}://")):
        return False
    try:
        url.encode()
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    except ValueError:
        return False


def remember(response: HttpResponse, **choices: str) -> HttpResponse:
    """Keep choices in cookies, for the pages that are seen before signing in."""
    names = {"language": settings.LANGUAGE_COOKIE_NAME, "appearance": "appearance"}
    for choice, value in choices.items():
        response.set_cookie(
            names[choice],
            value,
            max_age=_YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response
