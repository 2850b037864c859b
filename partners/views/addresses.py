from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import signed_in
from common.actions import ActionRefused
from common.views import require_perm
from partners import actions
from partners.forms.addresses import AddressFormSet, WebAddressFormSet, stored_addresses, stored_web_addresses
from partners.models import Organisation


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_addresses(request: HttpRequest, pk: int) -> HttpResponse:
    """Further addresses and web addresses; rows that are emptied go, a few empty rows wait for more."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.change_registry")
    data = request.POST or None
    places = AddressFormSet(data, prefix="address", initial=stored_addresses(organisation))
    links = WebAddressFormSet(data, prefix="web", initial=stored_web_addresses(organisation))
    refused, seen_at = "", organisation.updated_at.isoformat()
    if data is not None and places.is_valid() & links.is_valid():
        try:
            actions.keep_addresses(
                actor=signed_in(request),
                organisation=organisation,
                addresses=[details for form in places if (details := form.details)],
                web_addresses=[details for form in links if (details := form.details)],
                seen_at=_moment(request.POST.get("seen_at", "")),
            )
        except ActionRefused as refusal:
            refused = refusal.message
        else:
            messages.success(request, _("The addresses are changed."))
            return redirect("partners:organisation-detail", pk=pk)
    elif data is not None:
        seen_at = request.POST.get("seen_at", "")
    context = {
        "organisation": organisation,
        "places": places,
        "links": links,
        "refused": refused,
        "seen_at": seen_at,
        "back_url": reverse("partners:organisation-detail", args=[pk]),
    }
    wrong = bool(refused) or (data is not None)
    return render(request, "partners/addresses_form.html", context, status=422 if wrong else 200)


def _moment(text: str) -> datetime:
    """What was looked at; something unreadable was never the newest version."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.min
