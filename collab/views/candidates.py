"""Pages of the shortlist and the choice of partners. For colleagues only; others get 404."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from collab import actions
from collab.candidate_forms import CandidateForm, CandidatesForm, CarryOverForm, ChoiceForm, ConsiderForm
from collab.enums import RoleKind, Stage
from collab.load import about_parties
from collab.models import Candidate, Collaboration, RoleAssignment
from collab.picker import candidates, is_search, pick
from collab.querysets import CollaborationQuerySet
from collab.shortlist import shortlist
from collab.views.agreements import DECISIONS
from collab.views.shared import back, render_form, visible_collaboration
from common.actions import ActionRefused
from common.edits import EditConflict
from common.forms import RemoveForm, add_refusal
from common.views import refusals_in, require_perm
from partners.models import Contact, Organisation

MOST_FOUND = 12
PICKED = "partners"


@require_safe
def shortlist_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the candidates of a collaboration side by side."""
    collaboration = visible_collaboration(request, pk)
    _hide_from_partners(request)
    user = signed_in(request)
    context = {
        "collaboration": collaboration,
        "shortlist": shortlist(collaboration, user, timezone.localdate()),
        "may_keep": collaboration.stage == Stage.EXPLORING and user.has_perm("collab.keep_shortlist", collaboration),
    }
    return render(request, "collab/shortlist.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Put organisations of the registry on the shortlist, or consider settled candidates again."""
    collaboration = _kept(request, pk)
    user, rows = signed_in(request), candidates(signed_in(request), collaboration)
    searching = is_search(request.POST, PICKED)
    form = CandidatesForm(None if searching else request.POST or None, initial=request.POST.dict(), candidates=rows)
    if form.is_valid():
        with refusals_in(form):
            added = actions.add_candidates(
                actor=user, collaboration=collaboration, organisations=form.cleaned_data[PICKED]
            )
            return _back(request, pk, _news(len(added)))
    picker = pick(user, request.POST or request.GET, PICKED, many=True, collaboration=collaboration)
    heading = _("Add candidates")
    return _render(request, form, collaboration, "collab/candidate_create.html", heading=heading, picker=picker)


def _news(number: int) -> str:
    return ngettext("%(count)d candidate was added.", "%(count)d candidates were added.", number) % {"count": number}


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the texts about the offer and the need of a candidate, and our notes."""
    candidate = _candidate(request, pk)
    form = CandidateForm(request.POST or None, instance=copy(candidate))
    user = signed_in(request)
    if form.is_valid():
        with refusals_in(form):
            actions.change_candidate(actor=user, candidate=candidate, **form.cleaned_data)
            return _back(request, candidate.collaboration_id, _("Saved."), f"#candidate-{pk}")
    return _render(
        request,
        form,
        candidate.collaboration,
        "collab/candidate_update.html",
        heading=_("What we know of %(organisation)s") % {"organisation": candidate},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a candidate off the shortlist, after a question."""
    candidate = _candidate(request, pk)
    collaboration = candidate.collaboration
    form = RemoveForm(request.POST if request.method == "POST" else None, row=candidate, names=actions.CANDIDATE_TEXTS)
    if form.is_valid():
        try:
            actions.remove_candidate(actor=signed_in(request), candidate=candidate, **form.cleaned_data)
        except EditConflict as conflict:
            add_refusal(form, conflict)
        except ActionRefused as refusal:
            messages.warning(request, refusal.message)
            return redirect("collab:shortlist", collaboration.pk)
        else:
            news = _("%(organisation)s is off the shortlist.") % {"organisation": candidate}
            return _back(request, collaboration.pk, news)
    context = {
        "form": form,
        "heading": _("Take %(organisation)s off the shortlist?") % {"organisation": candidate},
        "text": _("Do this when it should not have been on it. Otherwise choose: then it stays on record why not."),
        "consequences": [_("What you wrote about it is no longer shown.")],
        "label": _("Take it off"),
        "danger": True,
        "back_url": reverse("collab:shortlist", args=[collaboration.pk]),
        "back_label": _("Shortlist"),
    }
    return render(request, "components/confirm_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the partners among the candidates, with the reason and the texts for them: one decision."""
    collaboration = _kept(request, pk)
    considered = collaboration.candidates.considered().select_related("organisation")
    rows = list(considered.order_by("organisation__sort_name", "pk"))
    if not rows or collaboration.stage != Stage.EXPLORING:
        messages.info(request, _("There is nobody to choose from now."))
        return redirect("collab:shortlist", pk)
    held = RoleAssignment.objects.current(timezone.localdate()).filter(
        participation__collaboration=collaboration, participation__organisation__is_host=True, role=RoleKind.DECIDER
    )
    deciders = Contact.objects.filter(pk__in=held.values("contact"))
    form = ChoiceForm(request.POST or None, candidates=rows, deciders=deciders)
    carried = [CarryOverForm(request.POST or None, candidate=row) for row in rows]
    user = signed_in(request)
    if form.is_valid() and not all(row.is_valid() for row in carried):
        form.add_error(None, _("Something that you write down cannot be kept: see below."))
    if form.is_valid():
        typed = dict(form.cleaned_data)
        keys = {candidate.pk for candidate in typed.pop("chosen")}
        choices = [row.choice() for row in carried if row.candidate.pk in keys]
        with refusals_in(form):
            actions.choose_partners(actor=user, collaboration=collaboration, chosen=choices, **typed)
            for remark in about_parties(collaboration.participations.count()):
                messages.warning(request, f"{remark.what} {remark.advice}")
            return back(request, pk, _("The choice is made. The decision is kept below."), DECISIONS)
    return _render(
        request,
        form,
        collaboration,
        "collab/candidate_choose.html",
        heading=_("Choose partners"),
        carried=carried,
        has_deciders=deciders.exists(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_consider(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one organisation on the shortlist of a collaboration that is being explored."""
    user = signed_in(request)
    organisation = get_object_or_404(Organisation.objects.visible_to(user).filter(is_host=False), pk=pk)
    _hide_from_partners(request)
    require_perm(request, "collab.keep_shortlist")
    rows: CollaborationQuerySet = Collaboration.objects.visible_to(user).filter(stage=Stage.EXPLORING)
    rows = rows.exclude(participations__organisation=organisation)
    form = ConsiderForm(request.POST or None, open_to=rows)
    if form.is_valid():
        collaboration = form.cleaned_data["collaboration"]
        try:
            actions.add_candidates(actor=user, collaboration=collaboration, organisations=[organisation])
        except ActionRefused as refusal:
            form.add_error("collaboration", refusal.message)
        else:
            return _back(request, collaboration.pk, _news(1))
    search = request.GET.get("q", "").strip()
    found = list(rows.matching(search).only("name", "sort_name").order_by("sort_name", "pk")[: MOST_FOUND + 1])
    context = {
        "organisation": organisation,
        "form": form,
        "search": search,
        "found": found[:MOST_FOUND],
        "has_more": len(found) > MOST_FOUND,
        "back_url": reverse("partners:organisation-detail", args=[pk]),
    }
    return render(request, "collab/organisation_consider.html", context, status=422 if form.errors else 200)


def _hide_from_partners(request: HttpRequest) -> None:
    """Answer 404 to partners, who must not learn that the page exists."""
    if not signed_in(request).has_perm("collab.view_candidate"):
        raise Http404


def _kept(request: HttpRequest, pk: int) -> Collaboration:
    collaboration = visible_collaboration(request, pk)
    _hide_from_partners(request)
    require_perm(request, "collab.keep_shortlist", collaboration)
    return collaboration


def _candidate(request: HttpRequest, pk: int) -> Candidate:
    rows = Candidate.objects.visible_to(signed_in(request)).select_related("collaboration", "organisation")
    candidate = get_object_or_404(rows, pk=pk)
    require_perm(request, "collab.keep_shortlist", candidate.collaboration)
    return candidate


def _render(request: HttpRequest, form: Any, collaboration: Collaboration, template: str, **more: Any) -> HttpResponse:
    """Render a form that leads back to the shortlist."""
    shortlist_url = reverse("collab:shortlist", args=[collaboration.pk])
    return render_form(request, form, collaboration, template, shortlist_url=shortlist_url, **more)


def _back(request: HttpRequest, collaboration_id: int, message: str, place: str = "") -> HttpResponse:
    messages.success(request, message)
    return redirect(reverse("collab:shortlist", args=[collaboration_id]) + place)
