"""The mail and the form as people will get them, for those who may open the round; nothing there is sent or kept."""

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from assessments.models import EvaluationCycle, Invitation
from assessments.previews import languages_of, preview_invitation, someone_reading
from assessments.querysets import RUNNING
from assessments.views.shared import find_managed_cycle
from common.enums import Language


def preview_language(request: HttpRequest) -> str:
    """Return the language that a preview is asked in: that of the address, else that of the reader."""
    asked = request.GET.get("language", "")
    return asked if asked in Language.values else request.LANGUAGE_CODE


def people_to_preview(cycle: EvaluationCycle) -> list[Invitation]:
    """Return the people who are asked, or will be; 404 for a round that is over."""
    if cycle.status not in RUNNING:
        raise Http404
    return list(cycle.invitations.asked().reachable().select_related("contact", "party").by_side())


@csp_replace({"frame-src": [SELF]})  # type: ignore[arg-type]
@require_safe
def cycle_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the invitation per language, with the way to the form; a planned round can be opened from here."""
    cycle = find_managed_cycle(request, pk)
    people = people_to_preview(cycle)
    if not people:
        messages.info(request, _("Choose people first: then you see what they get."))
        return redirect("assessments:cycle-detail", pk)
    languages = languages_of(people)
    code = preview_language(request) if "language" in request.GET else languages[0].code
    invitation = someone_reading(people, code)
    context = {
        "cycle": cycle,
        "collaboration": cycle.collaboration,
        "languages": languages,
        "shown": code,
        "person": invitation.contact,
        "mail": preview_invitation(cycle, invitation),
        "mail_url": f"{reverse('assessments:cycle-preview-mail', args=[pk])}?language={code}",
        "form_url": f"{reverse('assessments:cycle-preview-form', args=[pk])}?language={code}",
    }
    return render(request, "assessments/cycle_preview.html", context)


# A mail brings its style along, which no page of ours may do: this answer is only that mail, and can do nothing.
@csp_replace(  # type: ignore[arg-type]
    {
        "default-src": [NONE],
        "script-src": [NONE],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": [SELF],
        "form-action": [NONE],
        "sandbox": ["allow-popups"],
    }
)
@xframe_options_sameorigin
@require_safe
def cycle_preview_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the HTML of the invitation, to be shown in a frame of the preview."""
    cycle = find_managed_cycle(request, pk)
    people = people_to_preview(cycle)
    if not people:
        raise Http404
    return HttpResponse(preview_invitation(cycle, someone_reading(people, preview_language(request))).html)
