from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import signed_in
from common.belongings import belongings_of
from common.views import refusals_in, refusals_said, require_perm
from partners import actions
from partners.duplicates.people import same_name
from partners.forms.contacts import ContactForm, ContactUpdateForm, NewContactForm
from partners.models import Contact, Organisation


@require_http_methods(["GET", "HEAD", "POST"])
def contact_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a person at an organisation."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.change_registry")
    form = NewContactForm(request.POST or None)
    namesakes = _namesakes(request, form, organisation)
    if form.is_valid() and not namesakes:
        with refusals_in(form):
            contact = actions.add_contact(actor=signed_in(request), organisation=organisation, **form.cleaned_data)
            messages.success(request, _("%(name)s is added.") % {"name": contact})
            return redirect(_contacts_url(organisation.pk))
    return _render_form(request, form, organisation, namesakes=namesakes)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a contact's details."""
    contact = _contact(request, pk)
    form = ContactUpdateForm(request.POST or None, instance=copy(contact))
    is_renamed = "name" in form.changed_data
    namesakes = _namesakes(request, form, contact.organisation, contact.pk) if is_renamed else []
    if form.is_valid() and not namesakes:
        with refusals_in(form):
            actions.change_contact(actor=signed_in(request), contact=contact, **form.cleaned_data)
            messages.success(request, _("The details of %(name)s are changed.") % {"name": form.cleaned_data["name"]})
            return redirect(_contacts_url(contact.organisation_id))
    return _render_form(request, form, contact.organisation, contact=contact, namesakes=namesakes)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a person has left, after asking."""
    contact = _contact(request, pk)
    if request.method == "POST":
        return _carry_out(request, contact, actions.deactivate_contact, _("%(name)s is deactivated."))
    consequences = [
        _("Invitations and reminders no longer go to this person."),
        _("Collaborations in which this person decides or leads will ask for somebody else."),
        _("What this person did and answered stays."),
    ]
    if contact.user is not None:
        consequences.insert(1, _("This person can no longer sign in."))
    context = {
        "heading": _("Deactivate %(name)s?") % {"name": contact},
        "text": _("For somebody who has left %(organisation)s.") % {"organisation": contact.organisation},
        "consequences": consequences,
        "belongings": belongings_of([contact], timezone.localdate()),
        "label": _("Deactivate"),
        "back_url": reverse("partners:contact-update", args=[contact.pk]),
        "back_label": contact.name,
    }
    return render(request, "components/confirm_page.html", context)


@require_POST
def contact_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a person is back."""
    return _carry_out(request, _contact(request, pk), actions.reactivate_contact, _("%(name)s is active again."))


@require_POST
def contact_give_access(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a partner's contact sign in, and mail this to the contact."""
    message = _("%(name)s gets a mail and can sign in with a code.")
    return _carry_out(request, _contact(request, pk), actions.give_access, message)


def _contact(request: HttpRequest, pk: int) -> Contact:
    rows = Contact.objects.visible_to(request.user).select_related("organisation", "user")
    contact: Contact = get_object_or_404(rows, pk=pk)
    require_perm(request, "partners.change_registry")
    return contact


def _namesakes(request: HttpRequest, form: ContactForm, organisation: Organisation, besides: int = 0) -> list[Contact]:
    """Return the contacts there with the typed name; none once the form says that it is another person."""
    if not form.is_valid() or "same_person" in request.POST:
        return []
    return same_name(organisation, form.cleaned_data["name"], besides)


def _carry_out(request: HttpRequest, contact: Contact, action: Any, message: str) -> HttpResponse:
    with refusals_said(request):
        action(actor=signed_in(request), contact=contact)
        messages.success(request, message % {"name": contact})
    return redirect(_contacts_url(contact.organisation_id))


def _contacts_url(organisation_id: int) -> str:
    return reverse("partners:organisation-detail", args=[organisation_id]) + "#contacts"


def _render_form(request: HttpRequest, form: ContactForm, organisation: Organisation, **more: Any) -> HttpResponse:
    context = {"form": form, "organisation": organisation, "back_url": _contacts_url(organisation.pk), **more}
    status = 422 if form.errors or more.get("namesakes") else 200
    return render(request, "partners/contact_form.html", context, status=status)
