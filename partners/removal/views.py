from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from common.htmx import page_or_fragment
from common.paging import CappedPaginator
from common.views import refusals_in, require_perm
from partners.models import DeletedOrganisation, Organisation
from partners.removal.actions import delete_organisation
from partners.removal.forms import DeleteForm
from partners.removal.references import references_to

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an organisation after its name was typed, or say what refers to it."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.delete_organisation")
    form = DeleteForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            delete_organisation(actor=signed_in(request), organisation=organisation, **form.cleaned_data)
            messages.success(request, _("%(name)s is deleted.") % {"name": organisation})
            return redirect("partners:organisation-list")
    context = {"form": form, "organisation": organisation, "found": references_to(organisation)}
    return render(request, "partners/organisation_delete.html", context, status=422 if form.errors else 200)


@require_safe
def deleted_list(request: HttpRequest) -> HttpResponse:
    """List the deleted organisations, each with its day and the colleague who deleted it."""
    require_perm(request, "partners.delete_organisation")
    rows = DeletedOrganisation.objects.select_related("deleted_by")
    page = CappedPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return page_or_fragment(request, "partners/deleted_list.html", {"page": page})
