"""Serve the pages behind personal links: the link is the permission, and a GET changes nothing."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts.http import remember
from common.actions import ActionRefused
from common.enums import Language
from common.incoming import accepts_long_form
from common.request_origin import is_from_other_site
from notifications.senders import Sender, choose_sender

# The language that a press on the switch asks for; the form on the page comes along with it.
SWITCH_FIELD = "switch_to"

Opened = TypeVar("Opened")
Rows = list[tuple[str, str]]
LinkView = Callable[..., HttpResponse]


def link_page(
    *,
    find: Callable[[str], Opened | None],
    language_of: Callable[[Opened], str],
    typed_rows: Callable[[QueryDict], Rows],
    person_to_ask: Callable[[Opened], Sender | None],
    person_behind: Callable[[str], Sender | None] = lambda token: None,
    refused_in: Mapping[str, str] | None = None,
) -> Callable[[Callable[[HttpRequest, Opened, str], HttpResponse]], LinkView]:
    """Return a decorator for views that get what ``find`` returns for the token of their link.

    An unknown, revoked or malformed link gets one and the same page, with status 404; a form that was filled in there
    is given back by its ``typed_rows``, with 422, or in the template that ``refused_in`` names for the URL name of the
    view. No cookie is needed, and what another site sends is refused with 403.

    Every page names the ``person_to_ask``, also that of a link that does not work: the ``person_behind`` its token,
    else a colleague who keeps the records.
    """

    def decorate(view: Callable[[HttpRequest, Opened, str], HttpResponse]) -> LinkView:
        @wraps(view)
        def wrapped(request: HttpRequest, token: str) -> HttpResponse:
            _speak(request, request.POST.get("language", ""))  # that of the page: the reader may be unknown
            # Asked when the page is written: saving by itself needs no person.
            name_person(request, lambda: person_behind(token) or choose_sender((), reader=""))
            if request.method == "POST" and is_from_other_site(request):
                message = _("This was not sent from a page of ours, so nothing was kept. Use the link in your mail.")
                response = _give_back(request, typed_rows(request.POST), message, refused_in or {}, status=403)
            elif (opened := find(token)) is None:
                response = _link_unknown(request, typed_rows, refused_in or {})
            else:
                _speak(request, language_of(opened))
                name_person(request, partial(person_to_ask, opened))
                response = view(request, opened, token)
                if is_switch(request):
                    remember(response, language=request.POST[SWITCH_FIELD])
            # Other sites do not learn the address. "no-referrer" would do too much: browsers then post with
            # "Origin: null", which would be refused as another site's.
            response["Referrer-Policy"] = "same-origin"
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response

        protected = csrf_exempt(login_not_required(never_cache(wrapped)))
        return accepts_long_form(lambda token: find(token) is not None)(protected)

    return decorate


def is_switch(request: HttpRequest) -> bool:
    """Return whether a form was sent to read its page in another language, and not to do what it is for."""
    return request.POST.get(SWITCH_FIELD) in Language.values


def name_person(request: HttpRequest, find: Callable[[], Sender | None]) -> None:
    """Let templates name the person to ask: ``components/person_to_ask.html``."""
    setattr(request, "person_to_ask", find)  # noqa: B010 - the type checker does not know the attribute


def _link_unknown(
    request: HttpRequest, typed_rows: Callable[[QueryDict], Rows], refused_in: Mapping[str, str]
) -> HttpResponse:
    """Show the page of a link that does not work (any more), or give back what was typed there."""
    rows = typed_rows(request.POST) if request.method == "POST" else []
    if not rows:
        return render(request, "notifications/link_unknown.html", status=404)
    message = _(
        "This link does not work any more, so nothing was kept. Copy what you typed first. Then look for the latest "
        "mail, or ask the person who invited you for a new link."
    )
    return _give_back(request, rows, message, refused_in, status=422)


def _give_back(
    request: HttpRequest, rows: Rows, message: str, refused_in: Mapping[str, str], status: int
) -> HttpResponse:
    """Show the typed texts of a refused form, to be copied, and nothing that is stored."""
    context: dict[str, Any] = {"refusal": ActionRefused(message), "rows": rows}
    view = request.resolver_match.url_name if request.resolver_match else None
    template = refused_in.get(view or "", "notifications/link_given_back.html")
    return render(request, template, context, status=status)


def _speak(request: HttpRequest, language: str) -> None:
    """Switch to a language of ours, unless this browser was switched by hand, now or before."""
    if is_switch(request):
        language = request.POST[SWITCH_FIELD]
    elif settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return
    if language in Language.values:
        translation.activate(language)
        request.LANGUAGE_CODE = language
