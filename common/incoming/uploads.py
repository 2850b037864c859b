"""Mark views that take a file, or a long form of a visitor; every other address refuses them."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

# The fields beside the file take part of it.
MOST_UPLOADED = 25 * 1024 * 1024

View = TypeVar("View", bound=Callable[..., object])


def accepts_upload(permission: str) -> Callable[[View], View]:
    """Mark a view as one that takes a file of at most ``MOST_UPLOADED`` bytes, from holders of ``permission``."""

    def mark(view: View) -> View:
        view.upload_permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def accepts_long_form(is_known: Callable[..., bool]) -> Callable[[View], View]:
    """Mark a view that takes from visitors as long a form as from a signed-in person, where ``is_known`` agrees.

    ``is_known`` gets the arguments in the address, such as the token of a personal link.
    """

    def mark(view: View) -> View:
        view.is_known = is_known  # type: ignore[attr-defined]
        return view

    return mark


def upload_permission(request: HttpRequest) -> str:
    """Return the permission that sending a file to this address asks for, “” where none belongs."""
    match = _match(request)
    return getattr(match.func, "upload_permission", "") if match and request.method == "POST" else ""


def takes_long_form(request: HttpRequest) -> bool:
    """Return whether this address takes a long form from a visitor who is known by it."""
    match = _match(request)
    if match is None or request.method != "POST" or not hasattr(match.func, "is_known"):
        return False
    return bool(match.func.is_known(*match.args, **match.kwargs))


def _match(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None
