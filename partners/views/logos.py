from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from common.edits import Seen
from common.incoming import accepts_upload
from common.views import refusals_in, refusals_said, require_perm
from partners import actions
from partners.actions.logos import MOST_BYTES
from partners.forms.logos import LogoForm
from partners.models import Logo, Organisation


@require_safe
def organisation_logo(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the picture."""
    seen = Organisation.objects.visible_to(signed_in(request))
    logo = get_object_or_404(Logo.objects.filter(organisation__in=seen).select_related("organisation"), organisation=pk)
    tag = f'"{logo.organisation.logo_at:%Y%m%d%H%M%S%f}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(bytes(logo.image), content_type="image/png")
    response["ETag"] = tag
    return response


@accepts_upload("partners.change_registry")
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_logo_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a logo, or another one."""
    organisation = _organisation(request, pk)
    is_sent = request.method == "POST"
    form = LogoForm(request.POST if is_sent else None, request.FILES if is_sent else None, organisation=organisation)
    if form.is_valid():
        data, seen = form.cleaned_data["file"].read(MOST_BYTES + 1), form.cleaned_data["seen"]
        with refusals_in(form):
            actions.set_logo(actor=signed_in(request), organisation=organisation, data=data, seen=seen)
            messages.success(request, _("The logo is changed."))
            return redirect("partners:organisation-detail", pk=pk)
    context = {
        "form": form,
        "organisation": organisation,
        "back_url": reverse("partners:organisation-detail", args=[pk]),
    }
    return render(request, "partners/logo_form.html", context, status=422 if form.errors else 200)


@require_POST
def organisation_logo_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the logo."""
    seen = Seen.read(request.POST.get("seen", ""))
    with refusals_said(request):
        actions.remove_logo(actor=signed_in(request), organisation=_organisation(request, pk), seen=seen)
        messages.success(request, _("The logo is removed."))
    return redirect("partners:organisation-detail", pk=pk)


def _organisation(request: HttpRequest, pk: int) -> Organisation:
    organisation: Organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.change_registry")
    return organisation
