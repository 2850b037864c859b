"""Pages on which an invited person answers, behind a personal link."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from assessments import questionnaire
from assessments.actions import decline, save_answers, submit_answers
from assessments.drafts import milliseconds
from assessments.enums import CycleStatus, InvitationStatus
from assessments.forms import PassOnForm
from assessments.instruments import Instrument, newest_instrument
from assessments.models import EvaluationCycle, Invitation, PassOnRequest, Response
from assessments.personal_links import find_dead_link, find_invitation
from assessments.previews import DEAD_TOKEN, someone_reading
from assessments.querysets import ASKED, NOT_STARTED
from assessments.results import results_page
from assessments.senders import person_to_ask
from assessments.sides.reading import asked_by_side
from assessments.views.previews import people_to_preview, preview_language
from assessments.views.shared import find_managed_cycle
from common.actions import ActionRefused
from common.htmx import redirect_page
from notifications.link_pages import SWITCH_FIELD, Rows, is_switch, link_page, name_person
from notifications.senders import Sender

AFTER_ALL = "after_all"  # in the address: show the questions, though they were declined
GO_TO = "to"  # the part that a button leads to; "all" is the whole page
SIDES_OF_TWO = 2  # with more organisations, the partners of one can differ from each other


def _find_asked(token: str) -> Invitation | None:
    invitation = find_invitation(token)
    is_asked = invitation is not None and invitation.status in (*ASKED, InvitationStatus.PASSED_ON)
    return invitation if is_asked else None


def _typed_rows(sent: QueryDict) -> Rows:
    """Return the questions and answers of a form behind a link.

    They are read by the newest questionnaire: the version that was asked belongs to the round, which is not looked up.
    """
    rows = questionnaire.in_words(newest_instrument(), translation.get_language() or "en", sent)
    labels = ((str(field.label), sent.get(name, "")) for name, field in PassOnForm.base_fields.items())
    return [*rows, *((label, text) for label, text in labels if text)]


def _person_behind(token: str) -> Sender | None:
    link = find_dead_link(token)
    return person_to_ask(link.invitation.cycle, reader=link.email) if link else None


invited = link_page(
    find=_find_asked,
    language_of=lambda invitation: invitation.contact.language,
    typed_rows=_typed_rows,
    person_to_ask=lambda invitation: person_to_ask(invitation.cycle, reader=invitation.answering_email),
    person_behind=_person_behind,
    refused_in={"answer-save": "assessments/answer_saved.html"},
)


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Show the questionnaire, whole or one part of it; a POST sends the answers, or keeps them unsent.

    They are kept for another time (``later``), to go to another part (``to``), or to read the questions in another
    language. Answers that come too late are given back, to be copied.
    """
    if request.method == "POST":
        return _receive(request, invitation, token)
    if invitation.status == InvitationStatus.PASSED_ON:
        return _passed_on(request, invitation, token)
    if invitation.cycle.has_results:
        return redirect("assessments:answer-results", token)
    if invitation.cycle.status != CycleStatus.OPEN:
        return render(request, "assessments/answer_not_open.html", {"invitation": invitation})
    if invitation.status == InvitationStatus.TO_CONFIRM:
        return _passed_on(request, invitation, token)
    if invitation.status == InvitationStatus.DECLINED and AFTER_ALL not in request.GET:
        context = {"invitation": invitation, "token": token, "after_all": AFTER_ALL}
        return render(request, "assessments/answer_declined.html", context)
    return _questionnaire(request, invitation, token)


def is_settled(invitation: Invitation) -> bool:
    """Return whether an invitation can no longer be declined or passed on.

    It was passed on, its answers were sent, or its round is not open. The page of the link tells which.
    """
    settled = (InvitationStatus.PASSED_ON, InvitationStatus.TO_CONFIRM, InvitationStatus.SUBMITTED)
    return invitation.status in settled or invitation.cycle.status != CycleStatus.OPEN


def _passed_on(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Show the name of the colleague who answers instead, and offer to take it back as long as that is possible."""
    waiting = PassOnRequest.objects.filter(invitation=invitation).first()
    colleague = Invitation.objects.filter(passed_on_by=invitation).select_related("contact").first()
    not_started = colleague is not None and colleague.status in NOT_STARTED
    context = {
        "invitation": invitation,
        "token": token,
        "waiting": waiting,
        "colleague": waiting or (colleague.contact if colleague else None),
        "may_take_back": invitation.cycle.status == CycleStatus.OPEN and (waiting is not None or not_started),
    }
    return render(request, "assessments/answer_passed_on.html", context)


def _receive(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    instrument = invitation.cycle.instrument.definition
    answers, comments = questionnaire.read_answers(instrument, request.POST)
    sent = _sent(request, answers, comments)
    part = questionnaire.read_part(request.POST, instrument)
    # Enter in a field presses the first button there is: on a part before the last that goes to the next one.
    goes_on = part is not None and part <= len(instrument.factors) and "anyway" not in request.POST
    try:
        if "later" in request.POST or is_switch(request):
            save_answers(invitation=invitation, **sent)
            if not is_switch(request):
                messages.success(request, _("Your answers are kept. You can go on later with the same link."))
                part = None
            return redirect_page(request, questionnaire_page(token, part))
        if GO_TO in request.POST or goes_on:
            to = request.POST.get(GO_TO, str((part or 0) + 1))
            part = questionnaire.read_part({questionnaire.PART_FIELD: to}, instrument)
            save_answers(invitation=invitation, **sent, by_part=part is not None)
            return redirect_page(request, questionnaire_page(token, part))
        skipped = [key for key in instrument.items if key not in answers]
        if skipped and (before := Response.objects.written_for(invitation).first()):
            skipped = [key for key in skipped if key not in before.answers]
        if skipped and "anyway" not in request.POST:
            save_answers(invitation=invitation, **sent)
            return _questionnaire(request, invitation, token, skipped=len(skipped), part=part)
        submit_answers(invitation=invitation, **sent)
    except ActionRefused as refusal:
        invitation.cycle.refresh_from_db(fields=["status", "mode"])
        return _questionnaire(request, invitation, token, refusal=refusal, typed=(answers, comments), part=part)
    return redirect_page(request, reverse("assessments:answer-sent", args=[token]))


def questionnaire_page(token: str, part: int | None = None) -> str:
    """Return the address of the questions of a link, or of one part of them."""
    page = reverse("assessments:answer", args=[token])
    return f"{page}?{questionnaire.PART_FIELD}={part}" if part else page


def _sent(request: HttpRequest, answers: dict[str, int | None], comments: dict[str, str]) -> dict[str, Any]:
    """Return the answers of a request, with the times of typing and the values that its page had shown before."""
    page = questionnaire.read_sent(request.POST, answers, comments, milliseconds(timezone.now()))
    promised = request.POST.get(questionnaire.MODE_FIELD, "")
    return {"answers": answers, "comments": comments, "page": page, "promised": promised}


def _questionnaire(
    request: HttpRequest,
    invitation: Invitation,
    token: str,
    *,
    skipped: int = 0,
    refusal: ActionRefused | None = None,
    typed: tuple[dict[str, Any], dict[str, str]] = ({}, {}),
    part: int | None = None,
    is_preview: bool = False,
) -> HttpResponse:
    """Show the questions, or one part of them: ``part``, the one in the address, or where the person goes on.

    Of skipped questions it shows the part with the first.
    """
    instrument = invitation.cycle.instrument.definition
    language = translation.get_language() or "en"
    responses = {row.email: row for row in Response.objects.filter(invitation=invitation)}
    response = responses.pop(invitation.answering_email, None) or Response()
    has_sent = any(row.submitted_at is not None for row in responses.values())
    page = questionnaire.build(
        instrument,
        language,
        {**response.answers, **typed[0]},
        {**response.comments, **typed[1]},
        partners_can_differ=len(invitation.cycle.taking_part) > SIDES_OF_TWO,
    )
    part = part or questionnaire.read_part(request.GET, instrument)
    goes_on = part is None and response.by_part and request.method != "POST"
    if goes_on or (part and skipped):
        part = page.skipped[0].part if page.skipped else page.parts
    context = {
        **_wording(instrument, invitation.cycle.mode, language),
        "is_preview": is_preview,
        "invitation": invitation,
        "cycle": invitation.cycle,
        "token": token,
        "questions": page,
        "page": page.only(part) if part else page,
        "part": part,
        "parts": page.parts,
        "is_submitted": response.submitted_at is not None,
        "was_sent": invitation.status == InvitationStatus.SUBMITTED,
        # Answers by a link to another address are not shown here, only that they exist.
        "other_address": "sent" if has_sent else "started" if responses else "",
        "is_declined": invitation.status == InvitationStatus.DECLINED,
        "is_started": bool(response.answers or response.comments),
        "is_open": invitation.cycle.status == CycleStatus.OPEN,
        "shown": questionnaire.dump_shown(response.answers, response.comments),
        "skipped": skipped,
        "refusal": refusal,
        "save_url": reverse("assessments:answer-save", args=[token]),
        "opened_at": milliseconds(timezone.now()),
    }
    return render(request, "assessments/answer.html", context, status=422 if refusal else 200)


def _wording(instrument: Instrument, mode: str, language: str) -> dict[str, Any]:
    """Return the texts of the page around the questions, in one language."""
    return {
        "title": instrument.title.get(language),
        "intro": instrument.intro.get(language),
        "notice": instrument.notice(mode, language),
        "min_group": instrument.scoring.min_group_scores,
        "terms": [(row.term.get(language), row.meaning.get(language)) for row in instrument.terms],
        "minutes": instrument.estimated_minutes,
        "low_prompt": instrument.low_answer_prompt.get(language),
    }


@invited
@require_POST
def answer_save(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Save what was typed since the last autosave; answer with the state that the page shows.

    Where another value was typed later, on another page, the answer holds that.
    """
    instrument = invitation.cycle.instrument.definition
    answers, comments = questionnaire.read_answers(instrument, request.POST)
    try:
        kept = save_answers(invitation=invitation, **_sent(request, answers, comments))
    except ActionRefused as refusal:
        return render(request, "assessments/answer_saved.html", {"refusal": refusal}, status=422)
    context = {
        "answered": len(kept.answers),
        "total": len(instrument.items),
        "newer": questionnaire.newer_fields(answers, comments, kept.answers, kept.comments),
    }
    return render(request, "assessments/answer_saved.html", context)


@invited
@require_http_methods(["GET", "HEAD"])
def answer_sent(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Thank the person, and show the next steps."""
    sent = Response.objects.written_for(invitation).sent()
    if invitation.cycle.status != CycleStatus.OPEN or not sent.exists():
        return redirect("assessments:answer", token)
    return render(request, "assessments/answer_sent.html", {"invitation": invitation, "token": token})


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def answer_decline(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Decline the invitation, after a page that asks for confirmation."""
    refusal = None
    if request.method != "POST" and is_settled(invitation):
        return redirect("assessments:answer", token)
    if request.method == "POST":
        try:
            decline(invitation=invitation)
            return redirect("assessments:answer", token)
        except ActionRefused as error:
            refusal = error
    context = {"invitation": invitation, "token": token, "refusal": refusal}
    return render(request, "assessments/answer_decline.html", context, status=422 if refusal else 200)


@invited
@require_http_methods(["GET", "HEAD"])
def answer_results(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Show the results that all who were asked see, by the same link."""
    if not invitation.cycle.has_results or invitation.status == InvitationStatus.PASSED_ON:
        return redirect("assessments:answer", token)
    readable = EvaluationCycle.objects.with_party(invitation.party.organisation_id)
    sees_names = not invitation.cycle.is_confidential and invitation.is_opened_by_person
    context = {**results_page(invitation.cycle, readable, is_asked=sees_names), "invitation": invitation}
    return render(request, "assessments/cycle_results.html", context)


@invited
@require_http_methods(["GET", "HEAD"])
def answer_people(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Show the people asked in the round, on every side, but not who answered.

    A person who passed the invitation on is not asked.
    """
    if invitation.status == InvitationStatus.PASSED_ON:
        return redirect("assessments:answer", token)
    context = {"invitation": invitation, "token": token, "asked_by_side": asked_by_side(invitation.cycle)}
    return render(request, "assessments/answer_people.html", context)


# The form has no token, as behind a link; what is sent here is thrown away.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def cycle_preview_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the questions of a round as people will get them, to those who may open it; a POST keeps nothing."""
    cycle = find_managed_cycle(request, pk)
    people, language = people_to_preview(cycle), preview_language(request)
    if not people:
        raise Http404
    if is_switch(request):
        return redirect(f"{request.path}?language={request.POST[SWITCH_FIELD]}")
    if GO_TO in request.POST:
        part = questionnaire.read_part({questionnaire.PART_FIELD: request.POST[GO_TO]}, cycle.instrument.definition)
        return redirect(f"{request.path}?language={language}" + (f"&{questionnaire.PART_FIELD}={part}" if part else ""))
    if request.method == "POST":
        messages.info(request, _("This is a preview: nothing of it was kept."))
        return redirect(request.get_full_path())
    # In memory only: the form of a round that is open, of which nobody has answered anything.
    invitation = someone_reading(people, language)
    cycle.status, invitation.cycle = CycleStatus.OPEN, cycle
    invitation.status, invitation.opened_by = InvitationStatus.INVITED, DEAD_TOKEN
    name_person(request, partial(person_to_ask, cycle, reader=invitation.contact.email))
    with translation.override(language):
        request.LANGUAGE_CODE = language
        return _questionnaire(request, invitation, DEAD_TOKEN, is_preview=True)
