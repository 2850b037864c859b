from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from common.belongings import belongings_of
from common.edits import Seen
from common.views import refusals_in, refusals_said, require_perm
from partners import actions
from partners.forms.affiliations import AffiliationForm, AffiliationUpdateForm, MoveContactForm
from partners.forms.choices import offered, place_and_name
from partners.models import Affiliation, Contact

_MOST_OFFERED = 10


@require_safe
def organisation_options(request: HttpRequest) -> HttpResponse:
    """Return the organisations that match a few typed letters, for the suggestions of a field."""
    require_perm(request, "partners.view_registry")
    # The field is called as its form calls it.
    text = (request.GET.get("organisation") or request.GET.get("parent") or "")[:100]
    names = [place_and_name(row) for row in offered(text, _MOST_OFFERED)] if text.strip() else []
    return render(request, "partners/organisation_options.html", {"names": names})


@require_http_methods(["GET", "HEAD", "POST"])
def contact_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a person works at another organisation now."""
    contact = _contact(request, pk)
    form = MoveContactForm(request.POST or None, contact=contact)
    if form.is_valid():
        with refusals_in(form):
            stopped = actions.move_contact(actor=signed_in(request), contact=contact, **form.cleaned_data)
            told = {"name": contact, "organisation": contact.organisation}
            messages.success(request, " ".join([_("%(name)s now works at %(organisation)s.") % told, *stopped]))
            return redirect(reverse("partners:organisation-detail", args=[contact.organisation_id]) + "#contacts")
    return _render(
        request, "partners/contact_move.html", form, contact, belongings=belongings_of([contact], timezone.localdate())
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contact_affiliations(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a person works and worked, with a form to add another place."""
    contact = _contact(request, pk)
    form = AffiliationForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            actions.record_affiliation(actor=signed_in(request), contact=contact, **form.cleaned_data)
            messages.success(request, _("The place of work is noted."))
            return _to_places(pk)
    places = contact.affiliations.visible_to(signed_in(request)).select_related("organisation")
    return _render(request, "partners/contact_affiliations.html", form, contact, places=places)


@require_http_methods(["GET", "HEAD", "POST"])
def affiliation_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a recorded place of work."""
    affiliation = _affiliation(request, pk)
    form = AffiliationUpdateForm(request.POST or None, instance=Affiliation.objects.get(pk=pk))
    if form.is_valid():
        with refusals_in(form):
            actions.change_affiliation(actor=signed_in(request), affiliation=affiliation, **form.cleaned_data)
            messages.success(request, _("The place of work is changed."))
            return _to_places(affiliation.contact_id)
    return _render(request, "partners/affiliation_form.html", form, affiliation.contact, affiliation=affiliation)


@require_POST
def affiliation_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a place of work that was recorded by mistake."""
    affiliation = _affiliation(request, pk)
    seen = Seen.read(request.POST.get("seen", ""))
    with refusals_said(request):
        actions.remove_affiliation(actor=signed_in(request), affiliation=affiliation, seen=seen)
        messages.success(request, _("The place of work is removed."))
    return _to_places(affiliation.contact_id)


def _to_places(contact_id: int) -> HttpResponse:
    return redirect(reverse("partners:contact-affiliations", args=[contact_id]) + "#places")


def _contact(request: HttpRequest, pk: int) -> Contact:
    rows = Contact.objects.visible_to(request.user).select_related("organisation", "user")
    contact: Contact = get_object_or_404(rows, pk=pk)
    require_perm(request, "partners.change_registry")
    return contact


def _affiliation(request: HttpRequest, pk: int) -> Affiliation:
    require_perm(request, "partners.change_registry")
    rows = Affiliation.objects.visible_to(request.user).select_related("contact__organisation", "organisation")
    affiliation: Affiliation = get_object_or_404(rows, pk=pk)
    return affiliation


def _render(request: HttpRequest, template: str, form: Any, contact: Contact, **more: Any) -> HttpResponse:
    organisation_url = reverse("partners:organisation-detail", args=[contact.organisation_id])
    contact_url = reverse("partners:contact-update", args=[contact.pk])
    context = {
        "form": form,
        "contact": contact,
        "organisation": contact.organisation,
        "organisation_url": organisation_url,
        "back_url": contact_url,
        **more,
    }
    return render(request, template, context, status=422 if form.errors else 200)
