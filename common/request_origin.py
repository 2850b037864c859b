"""Recognise requests that pages of other sites send, by the headers of browsers: for pages that need no cookie."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def is_from_other_site(request: HttpRequest) -> bool:
    """Return whether a page of another site sent this request; one without these headers comes from no browser."""
    return _names_own_page(request) is False


def is_from_own_page(request: HttpRequest) -> bool:
    """Return whether the browser says that a page of this site sent this request."""
    return _names_own_page(request) is True


def _names_own_page(request: HttpRequest) -> bool | None:
    """Return whether the page that sent this request is ours, or None where no header says.

    A browser says where a POST comes from in ``Origin``, an older one in ``Sec-Fetch-Site`` or ``Referer``; no page can
    make these up. ``Origin: null`` is no site of ours.
    """
    origin, fetched = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin is not None:
        return origin in _own_origins(request)
    if fetched is not None:
        return fetched in ("same-origin", "none")
    referer = request.headers.get("Referer")
    return None if referer is None else _origin(referer) in _own_origins(request)


def _own_origins(request: HttpRequest) -> set[str]:
    """Return the origins of the site, as it was asked and as its mails call it: behind a proxy these can differ."""
    return {f"{request.scheme}://{request.get_host()}", _origin(settings.SITE_URL)}


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
