from copy import copy
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from common.actions import ActionRefused
from common.forms import add_refusal
from common.htmx import page_or_fragment
from common.views import require_perm
from partners import actions
from partners.duplicates import Like, likes_of
from partners.forms.organisations import OrganisationForm, OrganisationUpdateForm
from partners.history import entries_of
from partners.models import Affiliation, Organisation

_RECENT = 20
MOST_BRANCHES = 200


@require_safe
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who an organisation is and whom we know there; what we do together comes in as a panel."""
    user = signed_in(request)
    organisation = get_object_or_404(Organisation.objects.visible_to(user).with_facts(), pk=pk)
    places = Affiliation.objects.visible_to(user).filter(organisation=organisation)
    here = Prefetch("affiliations", places.filter(ends_on=None), to_attr="here_now")
    contacts = list(organisation.contacts.visible_to(user).select_related("user").prefetch_related(here))
    elsewhere = places.exclude(contact__organisation=organisation).select_related("contact__organisation")
    today = timezone.localdate()
    context = {
        "organisation": organisation,
        "active": [contact for contact in contacts if contact.is_active],
        "left": [contact for contact in contacts if not contact.is_active],
        "also_here": [place for place in elsewhere if not place.is_past(today)],
        "worked_here": [place for place in elsewhere if place.is_past(today)],
        "branches": organisation.branches.visible_to(user).only("pk", "name", "city")[:MOST_BRANCHES],
        "may_change": user.has_perm("partners.change_registry"),
        "may_choose_host": user.has_perm("partners.choose_host") and not Organisation.objects.has_host(),
    }
    return render(request, "partners/organisation_detail.html", context)


@require_safe
def own_organisation(request: HttpRequest) -> HttpResponse:
    """To the page of one's own organisation."""
    user = signed_in(request)
    own = get_object_or_404(Organisation.objects.visible_to(user), contacts__user=user)
    return redirect("partners:organisation-detail", pk=own.pk)


@require_safe
def organisation_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who changed what of an organisation and its people; a panel of its page and a page of its own."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.view_registry")
    limit = _RECENT if request.htmx else 200  # type: ignore[attr-defined]
    context = {"organisation": organisation, "entries": entries_of(organisation, limit)}
    return page_or_fragment(request, "partners/organisation_history.html", context, fragment="entries")


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_create(request: HttpRequest) -> HttpResponse:
    """Put an organisation in the registry."""
    require_perm(request, "partners.change_registry")
    form = OrganisationForm(request.POST or None, initial={"country": "NL"})
    likes: list[Like] = []
    if form.is_valid() and "anyway" not in request.POST:
        likes = likes_of(Organisation.objects.visible_to(request.user), form.cleaned_data)
    if form.is_valid() and not likes:
        try:
            organisation = actions.add_organisation(actor=signed_in(request), **form.cleaned_data)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s is in the registry.") % {"name": organisation})
            return redirect("partners:organisation-detail", pk=organisation.pk)
    return _render_form(request, form, reverse("partners:organisation-list"), likes=likes, asks=True)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is written about an organisation; when somebody else did meanwhile, nothing typed is lost."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.change_registry")
    differences: list[tuple[str, str]] = []
    form = OrganisationUpdateForm(request.POST or None, instance=copy(organisation))
    if form.is_valid():
        try:
            actions.change_organisation(actor=signed_in(request), organisation=organisation, **form.cleaned_data)
        except ActionRefused as refusal:
            if refusal.field == "seen_at":
                newer = Organisation.objects.get(pk=pk)
                differences, form = form.differences_from(newer), form.overtaken_by(newer)
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The details are changed."))
            return redirect("partners:organisation-detail", pk=pk)
    back_url = reverse("partners:organisation-detail", args=[pk])
    return _render_form(request, form, back_url, organisation=organisation, differences=differences)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an organisation away, after asking."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.change_registry")
    back_url = reverse("partners:organisation-detail", args=[pk])
    if request.method == "POST":
        try:
            actions.archive_organisation(actor=signed_in(request), organisation=organisation)
        except ActionRefused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("%(name)s is archived.") % {"name": organisation})
        return redirect(back_url)
    context = {
        "heading": _("Archive %(name)s?") % {"name": organisation},
        "consequences": [
            _("The list of partners leaves it out, unless you ask for what is archived."),
            _("Everything that is known about it stays: contacts, collaborations, history."),
            _("You can take it out of the archive by giving it another status."),
        ],
        "label": _("Archive"),
        "back_url": back_url,
        "back_label": organisation.name,
    }
    return render(request, "components/confirm_page.html", context)


@require_POST
def organisation_make_host(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that this organisation is our own."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.choose_host")
    try:
        actions.make_host(actor=signed_in(request), organisation=organisation)
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("%(name)s is now your own organisation here.") % {"name": organisation})
    return redirect("partners:organisation-detail", pk=pk)


def _render_form(request: HttpRequest, form: OrganisationForm, back_url: str, **more: Any) -> HttpResponse:
    context = {"form": form, "back_url": back_url, **more}
    is_refused = form.errors or more.get("likes")
    return render(request, "partners/organisation_form.html", context, status=422 if is_refused else 200)
