"""Let browsers and proxies keep static files, and no page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


def no_store(get_response: Handler) -> Handler:
    """Forbid every cache to keep a page: most show what only their reader may see.

    The Back button then asks again, so that nothing is to be read after signing out. Static files are answered before
    this (WhiteNoise).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "no-store" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "no-store, private"
        return response

    return middleware
