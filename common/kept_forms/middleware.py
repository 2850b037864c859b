"""Keep a form that was sent after the session had ended, and give it back on its page after signing in."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from common.kept_forms.filling import fill
from common.kept_forms.keeping import (
    COOKIE,
    KeptForm,
    forget_form,
    keep_form,
    kept_form,
    remember_account,
)

Handler = Callable[[HttpRequest], HttpResponse]
# Longer than a session, whose end this is for.
_SECONDS = settings.SESSION_COOKIE_AGE + 30 * 24 * 3600


def kept_forms(get_response: Handler) -> Handler:
    """Lead a form without a session to signing in and back to its page, where it is filled in as it was.

    Nothing is done with it until its button is pressed again. Who signs out on purpose takes the tie to the browser
    away, and with another account what was typed is forgotten.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        kept = kept_form(request)
        if kept and request.method == "POST" and request.path == kept.action:
            forget_form(request)
        is_page = request.method == "GET" and not _is_htmx(request)
        back = kept if kept and is_page and request.get_full_path() == kept.page else None
        if back:
            _say(request, back)
        response = get_response(request)
        if back:
            _give_back(request, response, back)
        if request.user.is_authenticated:
            remember_account(request, response, _SECONDS, settings.SESSION_COOKIE_SECURE)
        elif was_signed_in:
            response.delete_cookie(COOKIE, samesite="Lax")
        elif _is_sent_to_sign_in(request, response) and (sent := keep_form(request)):
            messages.warning(request, _("You were signed out, so nothing was saved. Sign in: what you typed is kept."))
            return redirect_to_login(sent.page)
        return response

    return middleware


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _is_sent_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    place = urlsplit(response.get("Location", "")).path
    return request.method == "POST" and not _is_htmx(request) and place == resolve_url(settings.LOGIN_URL)


def _say(request: HttpRequest, kept: KeptForm) -> None:
    messages.warning(
        request,
        _("This is what you typed before you were signed out. It is not saved yet: press the button of the form again.")
        if any(kept.fields.values())
        else _("You were signed out, so nothing was done. Press the button again."),
    )


def _give_back(request: HttpRequest, response: HttpResponse, kept: KeptForm) -> None:
    """Fill in the form on the page; what it has no place for stands above it, to be copied."""
    is_page = response.status_code == HTTPStatus.OK and response.get("Content-Type", "").startswith("text/html")
    if response.streaming or not is_page:
        return
    own = ("",) if urlsplit(kept.page).path == kept.action else ()
    filled = fill(response.content.decode(), (kept.action, *own), kept.fields)
    left = [text for texts in filled.left.values() for text in texts if any(sign.isspace() for sign in text.strip())]
    above = render_to_string("components/not_put_back.html", {"texts": left}) if left else ""
    at = filled.form_at or 0
    response.content = filled.html[:at] + above + filled.html[at:]
    if response.has_header("Content-Length"):
        response["Content-Length"] = len(response.content)
