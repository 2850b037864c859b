from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import signed_in
from common.actions import ActionRefused
from common.edits import EditConflict
from common.forms import add_refusal
from common.views import require_perm
from partners import actions
from partners.forms.addresses import AddressesForm, AddressFormSet, WebAddressFormSet, as_initial
from partners.models import Organisation


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_addresses(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the further addresses and web addresses; emptied rows are deleted, a few empty rows are added."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.change_registry")
    data = request.POST or None
    stored = {} if data else as_initial(actions.stored_addresses(organisation))
    form = AddressesForm(data, organisation=organisation)
    places = AddressFormSet(data, prefix="address", initial=stored.get("addresses"))
    links = WebAddressFormSet(data, prefix="web", initial=stored.get("web_addresses"))
    if data is not None and form.is_valid() & places.is_valid() & links.is_valid():
        try:
            actions.change_addresses(
                actor=signed_in(request),
                organisation=organisation,
                addresses=[details for row in places if (details := row.details)],
                web_addresses=[details for row in links if (details := row.details)],
                seen=form.cleaned_data["seen"],
            )
        except EditConflict as conflict:
            # Both variants are shown as rows: the one that is wrong is emptied.
            both = as_initial(conflict.merged)
            places = AddressFormSet(prefix="address", initial=both["addresses"])
            links = WebAddressFormSet(prefix="web", initial=both["web_addresses"])
            add_refusal(form, conflict)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The addresses are changed."))
            return redirect("partners:organisation-detail", pk=pk)
    context = {
        "form": form,
        "organisation": organisation,
        "places": places,
        "links": links,
        "back_url": reverse("partners:organisation-detail", args=[pk]),
    }
    return render(request, "partners/addresses_form.html", context, status=200 if data is None else 422)
