from collections import defaultdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import signed_in
from collab import actions
from collab.enums import RoleKind
from collab.forms import people_of
from collab.models import Collaboration, RoleAssignment
from collab.role_cells import role_cells
from collab.role_forms import RoleEndForm, RoleForm, RolesForm
from collab.views.shared import back, render_form, visible_collaboration
from common.sorting import NameOrder
from common.views import refusals_in, require_perm
from partners.models import Contact

PLACE = "#roles"


@require_http_methods(["GET", "HEAD", "POST"])
def roles_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill all roles of a collaboration: organisations down, roles across."""
    collaboration = visible_collaboration(request, pk)
    require_perm(request, "collab.change_collaboration", collaboration)
    today = timezone.localdate()
    people: dict[int, list[Contact]] = defaultdict(list)
    for contact in people_of(collaboration).order_by(NameOrder("name"), "pk"):
        people[contact.organisation_id].append(contact)
    shown = Collaboration.objects.with_people().get(pk=pk).participations.all()
    form = RolesForm(request.POST or None, cells=role_cells(shown, today), people=people, initial={"day": today})
    if form.is_valid():
        with refusals_in(form):
            replaced = actions.fill_roles(
                actor=signed_in(request),
                collaboration=collaboration,
                holders=form.holders,
                day=form.cleaned_data["day"],
                seen=form.cleaned_data["seen"],
            )
            for change in replaced:
                words = {"person": change.contact, "role": change.role.label.lower(), "former": change.former}
                words["day"] = date_format(form.cleaned_data["day"])
                messages.success(request, _("%(person)s takes over as %(role)s from %(former)s on %(day)s.") % words)
            return back(request, pk, _("The roles were saved."), PLACE)
    return render_form(request, form, collaboration, "collab/roles_update.html")


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
