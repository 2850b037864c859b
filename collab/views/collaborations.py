from copy import copy
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from collab import actions, overview
from collab.enums import RoleKind, Stage
from collab.fields import COLLABORATION_FIELDS
from collab.forms import (
    CollaborationCreateForm,
    CollaborationFilter,
    CollaborationUpdateForm,
    NextEvaluationForm,
)
from collab.history import entries_of
from collab.identity import compare_url
from collab.lists import COLUMNS, SHOWN, list_rows
from collab.models import Collaboration
from collab.picker import candidates, is_search, pick
from collab.views.shared import back, render_form, visible_collaboration
from common.deadlines import SOON_DAYS
from common.htmx import page_or_fragment
from common.paging import CappedPaginator, SearchPaginator
from common.search import begins_with
from common.views import refusals_in, require_perm
from partners.models import Organisation

PER_PAGE = 25
IN_PANEL, ON_PAGE = 8, 100
# To count the collaborations of all partners that fit costs more than to show the first ones.
MOST_COUNTED_BY_PARTNER = 50


@require_safe
def collaboration_list(request: HttpRequest) -> HttpResponse:
    """Show the collaborations that the user may see: searched, narrowed, sorted, page by page."""
    require_perm(request, "collab.list_collaborations")
    today = timezone.localdate()
    user = signed_in(request)
    visible = Collaboration.objects.visible_to(user)
    narrowed = CollaborationFilter(request.GET, queryset=visible, request=request)
    sort, order = COLLABORATION_FIELDS.order_of(request.GET.get("sort", ""))
    everything, found = (rows.only(*SHOWN) for rows in (Collaboration.objects.all(), narrowed.qs))
    words, partner = narrowed.typed("q"), narrowed.typed("partner")
    pages = CappedPaginator(found.order_by(*order), PER_PAGE)
    if words or partner:
        first = begins_with("sort_name", words) if sort == "name" else None
        cap = MOST_COUNTED_BY_PARTNER if partner else None
        pages = SearchPaginator(found, PER_PAGE, everything=everything, order=order, first=first, cap=cap)
    page = pages.get_page(request.GET.get("page"))
    page.object_list = list_rows(page.object_list, user, today)
    context = {
        "page": page,
        "filter": narrowed,
        "sort": sort,
        "columns": COLUMNS,
        "today": today,
        "is_narrowed": narrowed.is_narrowed,
        "may_add": user.has_perm("collab.add_collaboration"),
    }
    return page_or_fragment(request, "collab/collaboration_list.html", context)


@require_safe
def collaboration_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a collaboration, beginning with its alerts."""
    user = signed_in(request)
    rows = Collaboration.objects.visible_to(user).with_people().with_agreements(user)
    collaboration = get_object_or_404(rows.defer("search", "search_text"), pk=pk)
    today = timezone.localdate()
    parties = overview.parties(collaboration, user, today)
    open_actions, closed_actions = overview.action_lines(collaboration, user)
    may = {
        name: user.has_perm(f"collab.{permission}", collaboration)
        for name, permission in {
            "change": "change_collaboration",
            "change_stage": "change_stage",
            "plan": "plan_evaluation",
            "add_action": "add_actionitem",
            "add_decision": "add_decision",
        }.items()
    }
    context = {
        "collaboration": collaboration,
        "today": today,
        "soon": today + timedelta(days=SOON_DAYS),
        "alerts": overview.alert_lines(collaboration, user, today),
        "steps": overview.steps(collaboration),
        "parties": parties,
        "leads": overview.holders(parties, RoleKind.LEAD),
        "deciders": overview.holders(parties, RoleKind.DECIDER),
        "open_actions": open_actions,
        "closed_actions": closed_actions,
        "may": may,
        "compare_url": compare_url(collaboration),
        # Partners never hear of one; colleagues can make one while exploring, and read it ever after.
        "has_shortlist": user.has_perm("collab.view_candidate", collaboration)
        and (collaboration.stage == Stage.EXPLORING or collaboration.candidates.exists()),
    }
    return render(request, "collab/collaboration_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def collaboration_create(request: HttpRequest) -> HttpResponse:
    """Start a collaboration with the partners chosen."""
    require_perm(request, "collab.add_collaboration")
    user, rows = signed_in(request), candidates(signed_in(request))
    searching = is_search(request.POST, "partners")
    form = CollaborationCreateForm(
        None if searching else request.POST or None, initial=request.POST.dict(), candidates=rows
    )
    if form.is_valid():
        with refusals_in(form):
            collaboration = actions.start_collaboration(actor=user, **form.cleaned_data)
            return back(request, collaboration.pk, _("The collaboration has started: you are exploring."))
    picker = pick(user, request.POST or request.GET, "partners", many=True)
    context = {"form": form, "picker": picker, "host_is_missing": not Organisation.objects.has_host()}
    return render(request, "collab/collaboration_create.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def collaboration_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the texts and dates of a collaboration."""
    collaboration = visible_collaboration(request, pk)
    require_perm(request, "collab.change_collaboration", collaboration)
    form = CollaborationUpdateForm(request.POST or None, instance=copy(collaboration))
    user = signed_in(request)
    if form.is_valid():
        with refusals_in(form):
            actions.change_collaboration(actor=user, collaboration=collaboration, **form.cleaned_data)
            return back(request, pk, _("The description is changed."))
    return render_form(request, form, collaboration, "collab/collaboration_update.html")


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree on the day of the next evaluation."""
    collaboration = visible_collaboration(request, pk)
    require_perm(request, "collab.plan_evaluation", collaboration)
    form = NextEvaluationForm(request.POST or None, initial={"on": collaboration.next_evaluation_on})
    user = signed_in(request)
    if form.is_valid():
        with refusals_in(form):
            actions.plan_next_evaluation(actor=user, collaboration=collaboration, **form.cleaned_data)
            return back(request, pk, _("The day of the next evaluation is set."))
    return render_form(
        request,
        form,
        collaboration,
        heading=_("When do you look back together?"),
        intro=_("Everybody who takes part answers the same questions. People are asked when you open the round."),
        label=_("Save"),
    )


@require_safe
def collaboration_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the changes, newest first, as a panel of the collaboration's page or as a page of its own."""
    collaboration = visible_collaboration(request, pk)
    limit = IN_PANEL if getattr(request, "htmx", False) else ON_PAGE
    context = {"collaboration": collaboration, "entries": entries_of(collaboration, signed_in(request), limit)}
    return page_or_fragment(request, "collab/collaboration_history.html", context, fragment="panel")
