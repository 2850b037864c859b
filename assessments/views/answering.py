"""Pages behind a personal link.

The link is the permission; a GET changes nothing, because mail scanners follow links.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assessments import questionnaire
from assessments.actions import decline, pass_on, save_answers, submit_answers
from assessments.enums import CycleStatus, InvitationStatus
from assessments.forms import PassOnForm
from assessments.models import Invitation, Response
from assessments.personal_links import find_invitation
from assessments.querysets import ASKED
from assessments.results import results_page
from common.actions import ActionRefused
from common.forms import add_refusal

InvitedView = Callable[[HttpRequest, Invitation, str], HttpResponse]
LinkView = Callable[..., HttpResponse]
AFTER_ALL = "after_all"  # in the address: show the questions, though they were declined


def invited(view: InvitedView) -> LinkView:
    """Find the invitation behind the token, speak its language, keep the address to ourselves.

    An unknown, revoked or malformed link gets one and the same page, with status 404.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        invitation = find_invitation(token)
        if invitation is None or invitation.status not in ASKED:
            response = render(request, "assessments/link_unknown.html", status=404)
        else:
            _speak_language_of(request, invitation)
            response = view(request, invitation, token)
        # Nobody else learns the address. "no-referrer" would do too much: browsers then post with "Origin: null",
        # which the protection against other sites refuses.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return login_not_required(never_cache(wrapped))


def _speak_language_of(request: HttpRequest, invitation: Invitation) -> None:
    """The invited person's language, unless this browser was switched to another by hand."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(invitation.contact.language)
        request.LANGUAGE_CODE = invitation.contact.language


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """The questionnaire. A POST sends the answers, or (``later``) keeps them for another time.

    Who sends too late gets back what was typed.
    """
    if request.method == "POST":
        return _receive(request, invitation, token)
    if invitation.cycle.has_results:
        return redirect("assessments:answer-results", token)
    if invitation.cycle.status != CycleStatus.OPEN:
        return render(request, "assessments/answer_not_open.html", {"invitation": invitation})
    if invitation.status == InvitationStatus.DECLINED and AFTER_ALL not in request.GET:
        context = {"invitation": invitation, "token": token, "after_all": AFTER_ALL}
        return render(request, "assessments/answer_declined.html", context)
    return _questionnaire(request, invitation, token)


def _receive(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    instrument = invitation.cycle.instrument.definition
    answers, comments = questionnaire.read_answers(instrument, request.POST)
    page = _page_as_opened(request)
    try:
        if "later" in request.POST:
            save_answers(invitation=invitation, answers=answers, comments=comments, **page)
            messages.success(request, _("Your answers are kept. You can go on later with the same link."))
            return redirect("assessments:answer", token)
        kept = _kept(invitation)
        skipped = [key for key in instrument.items if key not in answers and key not in kept]
        if skipped and "anyway" not in request.POST:
            save_answers(invitation=invitation, answers=answers, comments=comments, **page)
            return _questionnaire(request, invitation, token, skipped=len(skipped))
        submit_answers(invitation=invitation, answers=answers, comments=comments, **page)
    except ActionRefused as refusal:
        invitation.cycle.refresh_from_db(fields=["status", "mode"])
        return _questionnaire(request, invitation, token, refusal=refusal, typed=(answers, comments))
    return redirect("assessments:answer-sent", token)


def _page_as_opened(request: HttpRequest) -> dict[str, Any]:
    """What the page said before anybody typed."""
    promised = request.POST.get(questionnaire.MODE_FIELD, "")
    return {"shown": questionnaire.read_shown(request.POST), "promised": promised}


def _kept(invitation: Invitation) -> dict[str, int | None]:
    response = Response.objects.filter(invitation=invitation).first()
    return response.answers if response else {}


def _questionnaire(
    request: HttpRequest,
    invitation: Invitation,
    token: str,
    *,
    skipped: int = 0,
    refusal: ActionRefused | None = None,
    typed: tuple[dict[str, Any], dict[str, str]] = ({}, {}),
) -> HttpResponse:
    instrument = invitation.cycle.instrument.definition
    language = translation.get_language() or "en"
    response = Response.objects.filter(invitation=invitation).first() or Response()
    page = questionnaire.build(
        instrument, language, {**response.answers, **typed[0]}, {**response.comments, **typed[1]}
    )
    context = {
        "invitation": invitation,
        "cycle": invitation.cycle,
        "token": token,
        "page": page,
        "title": instrument.title.get(language),
        "intro": instrument.intro.get(language),
        "notice": instrument.notice(invitation.cycle.mode, language),
        "terms": [(row.term.get(language), row.meaning.get(language)) for row in instrument.terms],
        "minutes": instrument.estimated_minutes,
        "low_prompt": instrument.low_answer_prompt.get(language),
        "is_submitted": invitation.status == InvitationStatus.SUBMITTED,
        "is_declined": invitation.status == InvitationStatus.DECLINED,
        "is_started": bool(response.answers or response.comments),
        "is_open": invitation.cycle.status == CycleStatus.OPEN,
        "shown": questionnaire.dump_shown(response.answers, response.comments),
        "skipped": skipped,
        "refusal": refusal,
        "save_url": reverse("assessments:answer-save", args=[token]),
    }
    return render(request, "assessments/answer.html", context, status=422 if refusal else 200)


@invited
@require_POST
def answer_save(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Autosave of one question; answers what the page says about it."""
    instrument = invitation.cycle.instrument.definition
    answers, comments = questionnaire.read_answers(instrument, request.POST)
    try:
        kept = save_answers(invitation=invitation, answers=answers, comments=comments, **_page_as_opened(request))
    except ActionRefused as refusal:
        return render(request, "assessments/answer_saved.html", {"refusal": refusal})
    progress = {"answered": len(kept.answers), "total": len(instrument.items)}
    return render(request, "assessments/answer_saved.html", progress)


@invited
@require_http_methods(["GET", "HEAD"])
def answer_sent(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Thank you, and what happens next."""
    if invitation.status != InvitationStatus.SUBMITTED or invitation.cycle.status != CycleStatus.OPEN:
        return redirect("assessments:answer", token)
    return render(request, "assessments/answer_sent.html", {"invitation": invitation, "token": token})


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def answer_decline(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Say no, after a question whether one is sure."""
    refusal = None
    if request.method == "POST":
        try:
            decline(invitation=invitation)
            return redirect("assessments:answer", token)
        except ActionRefused as error:
            refusal = error
    context = {"invitation": invitation, "token": token, "refusal": refusal}
    return render(request, "assessments/answer_decline.html", context, status=422 if refusal else 200)


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def answer_pass_on(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Name a colleague who answers instead."""
    form = PassOnForm(request.POST or None)
    if form.is_valid():
        try:
            passed_on = pass_on(invitation=invitation, **form.cleaned_data)
            return render(request, "assessments/answer_passed_on.html", {"invitation": passed_on})
        except ActionRefused as refusal:
            add_refusal(form, refusal)
    context = {"invitation": invitation, "token": token, "form": form}
    return render(request, "assessments/answer_pass_on.html", context, status=422 if form.errors else 200)


@invited
@require_http_methods(["GET", "HEAD"])
def answer_results(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """The same results as everybody sees, by the same link."""
    if not invitation.cycle.has_results:
        return redirect("assessments:answer", token)
    context = {**results_page(invitation.cycle), "invitation": invitation}
    return render(request, "assessments/cycle_results.html", context)
