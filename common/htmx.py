"""What views need to answer htmx."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def page_or_fragment(
    request: HttpRequest, template: str, context: dict[str, Any], fragment: str = "results", status: int = 200
) -> HttpResponse:
    """The whole page, or only its partial ``fragment`` when htmx asks; caches keep the two apart."""
    name = f"{template}#{fragment}" if getattr(request, "htmx", False) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
