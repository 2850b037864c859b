from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import signed_in
from collab import actions
from collab.enums import RoleKind
from collab.forms import RoleEndForm, RoleForm
from collab.models import Collaboration, RoleAssignment
from collab.views.shared import back, render_form, visible_collaboration
from common.views import refusals_in, require_perm

PLACE = "#roles"


@require_http_methods(["GET", "HEAD", "POST"])
def role_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role to a contact of either side; ``?role=`` and ``?contact=`` fill in the form."""
    collaboration = visible_collaboration(request, pk)
    require_perm(request, "collab.change_collaboration", collaboration)
    initial = {
        "role": request.GET.get("role"),
        "contact": request.GET.get("contact"),
        "starts_on": timezone.localdate(),
    }
    form = RoleForm(request.POST or None, collaboration=collaboration, initial=initial)
    if form.is_valid():
        side = collaboration.participations.get(organisation=form.cleaned_data["contact"].organisation_id)
        with refusals_in(form):
            actions.assign_role(actor=signed_in(request), participation=side, **form.cleaned_data)
            role = str(RoleKind(form.cleaned_data["role"]).label).lower()
            news = _("%(person)s is %(role)s now.") % {"person": form.cleaned_data["contact"], "role": role}
            return back(request, pk, news, PLACE)
    context = {"parties": collaboration.participations.select_related("organisation")}
    return render_form(request, form, collaboration, "collab/role_create.html", **context)


@require_http_methods(["GET", "HEAD", "POST"])
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the role of a contact."""
    user = signed_in(request)
    rows = RoleAssignment.objects.visible_to(user).select_related("participation__collaboration", "contact")
    assignment = get_object_or_404(rows, pk=pk)
    collaboration: Collaboration = assignment.participation.collaboration
    require_perm(request, "collab.change_collaboration", collaboration)
    initial = {"ends_on": assignment.ends_on or timezone.localdate()}
    form = RoleEndForm(request.POST or None, assignment=assignment, initial=initial)
    if form.is_valid():
        with refusals_in(form):
            actions.end_role(actor=user, assignment=assignment, **form.cleaned_data)
            return back(request, collaboration.pk, _("The role has an end now. It stays on record."), PLACE)
    words = {"person": assignment.contact, "role": assignment.get_role_display()}
    return render_form(
        request,
        form,
        collaboration,
        heading=_("End the role of %(person)s") % words,
        intro=_("%(person)s, %(role)s. The role stays on record, with its period.") % words,
        label=_("End the role"),
    )
