"""Answer requests of htmx."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect


def page_or_fragment(
    request: HttpRequest, template: str, context: dict[str, Any], fragment: str = "results", status: int = 200
) -> HttpResponse:
    """Return the whole page, or only its partial ``fragment`` when htmx asks; caches keep the two apart."""
    name = f"{template}#{fragment}" if getattr(request, "htmx", False) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def redirect_page(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect the whole page to ``url``: a script gets the address, as it would follow a redirect unseen."""
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else redirect(url)
