import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from redis.exceptions import RedisError

from accounts.http import Unreachable
from accounts.models import User

Handler = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)


def user_language(get_response: Handler) -> Handler:
    """Show the application to a signed-in person in the language of the account, on every device."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware


def unreachable_servers(get_response: Handler) -> Handler:
    """Answer 503 with an explanation when a page cannot send mail about signing in, or count attempts in the cache.

    The sign-in library counts on pages of its own as well, and lets the errors of Redis through.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, (Unreachable, RedisError)):
            return None
        logger.error("Signing in does not work: %r", exception.__cause__ or exception)
        response = render(request, "account/unreachable.html", status=503)
        response["Retry-After"] = "60"
        return response

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
