from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from collab import actions
from collab.forms import ParticipationCreateForm, ParticipationUpdateForm
from collab.models import Collaboration, Participation
from collab.picker import candidates, is_search, pick
from collab.views.shared import back, render_form, visible_collaboration
from common.forms import RemoveForm
from common.htmx import page_or_fragment
from common.row_keys import is_key
from common.views import refusals_in, require_perm
from partners.models import Organisation

PLACE = "#organisations"
MOST_SHOWN = 25


@require_http_methods(["GET", "HEAD", "POST"])
def participation_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an organisation of the registry to the collaboration."""
    collaboration = visible_collaboration(request, pk)
    require_perm(request, "collab.change_collaboration", collaboration)
    user = signed_in(request)
    searching = is_search(request.POST, "organisation")
    form = ParticipationCreateForm(
        None if searching else request.POST or None,
        initial=request.POST.dict(),
        candidates=candidates(user),
    )
    if form.is_valid():
        with refusals_in(form):
            actions.add_participation(actor=user, collaboration=collaboration, **form.cleaned_data)
            return back(request, pk, _("The organisation takes part now."), PLACE)
    picker = pick(user, request.POST or request.GET, "organisation", many=False, collaboration=collaboration)
    return render_form(request, form, collaboration, "collab/participation_create.html", picker=picker)


@require_http_methods(["GET", "HEAD", "POST"])
def participation_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the goal, motive and contribution of an organisation, which can do so itself."""
    participation = _visible(request, pk)
    require_perm(request, "collab.change_participation", participation)
    initial = {name: getattr(participation, name) for name in ("goal", "motive", "contribution")}
    form = ParticipationUpdateForm(request.POST or None, initial=initial)
    user = signed_in(request)
    if form.is_valid():
        with refusals_in(form):
            actions.change_participation(actor=user, participation=participation, **form.cleaned_data)
            return back(request, participation.collaboration_id, _("Saved."), PLACE)
    return render_form(
        request,
        form,
        participation.collaboration,
        heading=_("What %(organisation)s wants and brings") % {"organisation": participation.organisation},
        intro=_("All partners read this: it helps them to understand each other."),
        label=_("Save"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def participation_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an organisation that was added by mistake, after a question."""
    participation = _visible(request, pk)
    collaboration = participation.collaboration
    require_perm(request, "collab.change_collaboration", collaboration)
    data = request.POST if request.method == "POST" else None
    form = RemoveForm(data, row=participation, names=actions.PARTICIPATION_TEXTS)
    user = signed_in(request)
    if form.is_valid():
        with refusals_in(form):
            actions.remove_participation(actor=user, participation=participation, **form.cleaned_data)
            return back(request, collaboration.pk, _("The organisation does not take part any more."), PLACE)
    context = {
        "form": form,
        "participation": participation,
        "collaboration": collaboration,
        "back_url": reverse("collab:collaboration-detail", args=[collaboration.pk]) + PLACE,
    }
    return render(request, "collab/participation_delete.html", context, status=422 if form.errors else 200)


@require_safe
def organisation_picker(request: HttpRequest) -> HttpResponse:
    """Show the organisations that match the typed text, as a part of other pages; ticked ones stay."""
    require_perm(request, "collab.add_collaboration")
    name = request.GET.get("name", "")
    if name not in ("partners", "organisation"):
        return redirect("collab:collaboration-create")
    key = request.GET.get("collaboration", "")
    collaboration = visible_collaboration(request, int(key)) if is_key(key) else None
    picker = pick(
        signed_in(request), request.GET, name, many=request.GET.get("many") == "1", collaboration=collaboration
    )
    return render(request, "collab/organisation_picker.html#options", {"picker": picker})


@require_safe
def organisation_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the present and past collaborations with an organisation, as a panel or as a page of its own."""
    user = signed_in(request)
    organisation = get_object_or_404(Organisation.objects.visible_to(user), pk=pk)
    require_perm(request, "partners.view_organisation", organisation)
    rows = Collaboration.objects.visible_to(user).of_organisation(organisation.pk).order_by("sort_name", "pk")
    ended = rows.ended().order_by("-ends_on", "sort_name")
    now = list(rows.not_ended()[:MOST_SHOWN])
    context = {
        "organisation": organisation,
        "now": now,
        # Once we know somebody there, and until we do something together.
        "today": timezone.localdate(),
        "is_next": not now and organisation.contacts.active().exists(),
        "before": ended[:MOST_SHOWN],
        "may_add": user.has_perm("collab.add_collaboration", organisation) and not organisation.is_host,
        "may_consider": user.has_perm("collab.keep_shortlist") and not organisation.is_host,
    }
    return page_or_fragment(request, "collab/organisation_panel.html", context, fragment="panel")


def _visible(request: HttpRequest, pk: int) -> Participation:
    rows = Participation.objects.visible_to(signed_in(request)).select_related("collaboration", "organisation")
    return get_object_or_404(rows, pk=pk)
