from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from common.actions import ActionRefused
from common.forms import add_refusal
from common.views import require_perm
from partners import actions
from partners.forms.affiliations import AffiliationForm, AffiliationUpdateForm, MoveContactForm
from partners.forms.choices import offered, place_and_name
from partners.models import Affiliation, Contact

_MOST_OFFERED = 10


@require_safe
def organisation_options(request: HttpRequest) -> HttpResponse:
    """What a few typed letters may mean, for the list that a browser unfolds under a field."""
    require_perm(request, "partners.view_registry")
    # The field is called as its form calls it.
    text = (request.GET.get("organisation") or request.GET.get("parent") or "")[:100]
    names = [place_and_name(row) for row in offered(text, _MOST_OFFERED)] if text.strip() else []
    return render(request, "partners/organisation_options.html", {"names": names})


@require_http_methods(["GET", "HEAD", "POST"])
def contact_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that somebody works at another organisation now."""
    contact = _contact(request, pk)
    form = MoveContactForm(request.POST or None, contact=contact)
    if form.is_valid():
        try:
            stopped = actions.move_contact(actor=signed_in(request), contact=contact, **form.cleaned_data)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            told = {"name": contact, "organisation": contact.organisation}
            messages.success(request, " ".join([_("%(name)s now works at %(organisation)s.") % told, *stopped]))
            return _to_organisation(contact.organisation_id)
    return _render(request, "partners/contact_move.html", form, contact)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_affiliations(request: HttpRequest, pk: int) -> HttpResponse:
    """Where somebody works and worked, with a form to add another place."""
    contact = _contact(request, pk)
    form = AffiliationForm(request.POST or None)
    if form.is_valid():
        try:
            actions.note_affiliation(actor=signed_in(request), contact=contact, **form.cleaned_data)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The place of work is noted."))
            return redirect("partners:contact-affiliations", pk=pk)
    places = contact.affiliations.visible_to(signed_in(request)).select_related("organisation")
    return _render(request, "partners/contact_affiliations.html", form, contact, places=places)


@require_http_methods(["GET", "HEAD", "POST"])
def affiliation_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is noted about a place of work."""
    affiliation = _affiliation(request, pk)
    form = AffiliationUpdateForm(request.POST or None, instance=Affiliation.objects.get(pk=pk))
    if form.is_valid():
        try:
            actions.change_affiliation(actor=signed_in(request), affiliation=affiliation, **form.cleaned_data)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The place of work is changed."))
            return redirect("partners:contact-affiliations", pk=affiliation.contact_id)
    return _render(request, "partners/affiliation_form.html", form, affiliation.contact, affiliation=affiliation)


@require_POST
def affiliation_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away what was noted by mistake."""
    affiliation = _affiliation(request, pk)
    actions.remove_affiliation(actor=signed_in(request), affiliation=affiliation)
    messages.success(request, _("The place of work is removed."))
    return redirect("partners:contact-affiliations", pk=affiliation.contact_id)


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


def _to_organisation(pk: int) -> HttpResponse:
    return redirect(reverse("partners:organisation-detail", args=[pk]) + "#contacts")


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
