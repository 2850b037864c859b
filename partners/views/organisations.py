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
from common.belongings import belongings_of
from common.htmx import page_or_fragment
from common.views import refusals_in, refusals_said, require_perm
from partners import actions
from partners.duplicates.matches import PossibleMatch, possible_matches
from partners.fields import ORGANISATION_FIELDS
from partners.forms.contacts import PeopleFormSet, people_typed
from partners.forms.organisations import OrganisationForm, OrganisationUpdateForm
from partners.history import entries_of
from partners.models import Affiliation, Organisation

_RECENT = 20
MOST_BRANCHES = 200


@require_safe
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an organisation and its people; a panel shows the collaborations."""
    user = signed_in(request)
    organisation = get_object_or_404(Organisation.objects.visible_to(user).with_facts(), pk=pk)
    places = Affiliation.objects.visible_to(user).filter(organisation=organisation)
    here = Prefetch("affiliations", places.filter(ends_on=None), to_attr="here_now")
    contacts = list(organisation.contacts.visible_to(user).select_related("user").prefetch_related(here))
    elsewhere = places.exclude(contact__organisation=organisation).select_related("contact__organisation")
    today = timezone.localdate()
    context = {
        "organisation": organisation,
        "facts": facts_of(organisation),
        "active": [contact for contact in contacts if contact.is_active],
        "left": [contact for contact in contacts if not contact.is_active],
        "also_here": [place for place in elsewhere if not place.is_past(today)],
        "worked_here": [place for place in elsewhere if place.is_past(today)],
        "branches": organisation.branches.visible_to(user).only("pk", "name", "city")[:MOST_BRANCHES],
        "may_change": user.has_perm("partners.change_registry"),
        "may_delete": user.has_perm("partners.delete_organisation") and not organisation.is_host,
        "may_choose_host": user.has_perm("partners.choose_host") and not Organisation.objects.has_host(),
    }
    return render(request, "partners/organisation_detail.html", context)


def facts_of(organisation: Organisation) -> list[tuple[str, str]]:
    """Return label and value of each declared fact of which something is known."""
    facts = [(str(row.label), row.in_words(getattr(organisation, row.name))) for row in ORGANISATION_FIELDS.facts]
    return [(label, text) for label, text in facts if text]


@require_safe
def own_organisation(request: HttpRequest) -> HttpResponse:
    """Redirect to the page of the user's own organisation."""
    user = signed_in(request)
    own = get_object_or_404(Organisation.objects.visible_to(user), contacts__user=user)
    return redirect("partners:organisation-detail", pk=own.pk)


@require_safe
def organisation_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the changes of an organisation and its people: as a panel of its page, and as a page."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.view_registry")
    limit = _RECENT if request.htmx else 200  # type: ignore[attr-defined]
    context = {"organisation": organisation, "entries": entries_of(organisation, limit)}
    return page_or_fragment(request, "partners/organisation_history.html", context, fragment="entries")


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_create(request: HttpRequest) -> HttpResponse:
    """Add an organisation to the registry, with the people there; ``add_person`` asks for an empty row more."""
    require_perm(request, "partners.change_registry")
    usual = {"country": "NL", "relation_owner": request.user.pk}
    back_url = reverse("partners:organisation-list")
    if "add_person" in request.POST:
        form = OrganisationForm(initial=request.POST.dict())
        return _render_form(request, form, back_url, people=people_typed(request.POST))
    form = OrganisationForm(request.POST or None, initial=usual)
    # A caller that knows of no people, such as an older page, sends no rows.
    has_rows = "people-TOTAL_FORMS" in request.POST
    people = PeopleFormSet(request.POST if has_rows else None, prefix="people")
    matches: list[PossibleMatch] = []
    named_twice: list[str] = []
    is_right = form.is_valid() and (not has_rows or people.is_valid())
    if is_right and "anyway" not in request.POST:
        matches = possible_matches(Organisation.objects.visible_to(request.user), form.cleaned_data)
    if is_right and has_rows and "same_person" not in request.POST:
        named_twice = people.named_twice
    if is_right and not matches and not named_twice:
        with refusals_in(form):
            persons = people.filled if has_rows else []
            organisation = actions.add_partner(actor=signed_in(request), people=persons, **form.cleaned_data)
            messages.success(request, _("%(name)s is in the registry.") % {"name": organisation})
            return redirect("partners:organisation-detail", pk=organisation.pk)
    context = {"matches": matches, "asks": True, "people": people, "named_twice": named_twice}
    return _render_form(request, form, back_url, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the details of an organisation."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.change_registry")
    form = OrganisationUpdateForm(request.POST or None, instance=copy(organisation))
    if form.is_valid():
        with refusals_in(form):
            actions.change_organisation(actor=signed_in(request), organisation=organisation, **form.cleaned_data)
            messages.success(request, _("The details are changed."))
            return redirect("partners:organisation-detail", pk=pk)
    back_url = reverse("partners:organisation-detail", args=[pk])
    return _render_form(request, form, back_url, organisation=organisation)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Archive an organisation, after asking."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.change_registry")
    back_url = reverse("partners:organisation-detail", args=[pk])
    if request.method == "POST":
        with refusals_said(request):
            actions.archive_organisation(actor=signed_in(request), organisation=organisation)
            messages.success(request, _("%(name)s is archived.") % {"name": organisation})
        return redirect(back_url)
    context = {
        "heading": _("Archive %(name)s?") % {"name": organisation},
        "consequences": [
            _("The list of partners leaves it out, unless you ask for what is archived."),
            _("Its people are no longer offered, asked or mailed."),
            _("Everything that is known about it stays: contacts, collaborations, history."),
            _("You can take it out of the archive by giving it another status."),
        ],
        "belongings": belongings_of([organisation], timezone.localdate()),
        "label": _("Archive"),
        "back_url": back_url,
        "back_label": organisation.name,
    }
    return render(request, "components/confirm_page.html", context)


@require_POST
def organisation_make_host(request: HttpRequest, pk: int) -> HttpResponse:
    """Make this organisation our own."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.choose_host")
    with refusals_said(request):
        actions.make_host(actor=signed_in(request), organisation=organisation)
        messages.success(request, _("%(name)s is now your own organisation here.") % {"name": organisation})
    return redirect("partners:organisation-detail", pk=pk)


def _render_form(request: HttpRequest, form: OrganisationForm, back_url: str, **more: Any) -> HttpResponse:
    context = {"form": form, "back_url": back_url, **more}
    people = more.get("people")
    has_wrong_people = people is not None and people.is_bound and not people.is_valid()
    is_refused = form.errors or more.get("matches") or more.get("named_twice") or has_wrong_people
    return render(request, "partners/organisation_form.html", context, status=422 if is_refused else 200)
