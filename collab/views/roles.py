from datetime import date
from typing import Any

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
from collab.views.shared import back, carried_out, render_form, visible_collaboration
from common.views import require_perm
from partners.models import Contact

PLACE = "#roles"


@require_http_methods(["GET", "HEAD", "POST"])
def role_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody of either side a role; ``?role=`` and ``?contact=`` fill in what is known."""
    collaboration = visible_collaboration(request, pk)
    require_perm(request, "collab.change_collaboration", collaboration)
    initial = {"role": request.GET.get("role"), "contact": request.GET.get("contact"), "starts_on": _today()}
    form = RoleForm(request.POST or None, collaboration=collaboration, initial=initial)

    def assign(*, role: str, contact: Contact, starts_on: date, ends_on: date | None) -> None:
        participation = collaboration.participations.get(organisation=contact.organisation_id)
        actions.assign_role(
            actor=signed_in(request),
            participation=participation,
            contact=contact,
            role=role,
            starts_on=starts_on,
            ends_on=ends_on,
        )

    if carried_out(form, assign):
        return back(request, pk, _assigned(form.cleaned_data), PLACE)
    context = {"parties": collaboration.participations.select_related("organisation")}
    return render_form(request, form, collaboration, "collab/role_create.html", **context)


def _assigned(typed: dict[str, Any]) -> str:
    return _("%(person)s is %(role)s now.") % {
        "person": typed["contact"],
        "role": str(RoleKind(typed["role"]).label).lower(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody stop in a role."""
    user = signed_in(request)
    rows = RoleAssignment.objects.visible_to(user).select_related("participation__collaboration", "contact")
    assignment = get_object_or_404(rows, pk=pk)
    collaboration: Collaboration = assignment.participation.collaboration
    require_perm(request, "collab.change_collaboration", collaboration)
    form = RoleEndForm(request.POST or None, initial={"ends_on": _today()})
    if carried_out(form, lambda **typed: actions.end_role(actor=user, assignment=assignment, **typed)):
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


def _today() -> date:
    return timezone.localdate()
