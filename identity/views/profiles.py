from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from accounts.models import User
from common.htmx import page_or_fragment
from common.paging import CappedPaginator
from common.row_keys import keys_in
from common.views import refusals_in, require_perm
from identity import actions
from identity.comparison.organisations import (
    FEWEST,
    MOST,
    ComparisonSide,
    compare,
    compared_scales,
    field_label,
    is_long_ago,
)
from identity.comparison.versions import differences, replacement
from identity.culture.scales import SCALES
from identity.culture.words import SCALE_WORDS
from identity.forms import IdentityForm
from identity.guide.document import render_guide
from identity.models import WORDS, IdentityConversation, IdentityProfile, IdentityView
from identity.querysets import known_organisations
from identity.rules import writes_identity
from partners.enums import OrganisationStatus
from partners.models import Organisation
from partners.querysets import own_organisation_id

MOST_VERSIONS = 50
MOST_FOUND = 12
IN_PANEL, PER_PAGE = 4, 25


@require_safe
def profile_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the identity of an organisation, in its newest or an earlier version, with the changes of that version."""
    user = signed_in(request)
    organisation = get_object_or_404(known_organisations(user), pk=pk)
    rows = IdentityProfile.objects.visible_to(user).published().filter(organisation=organisation)
    versions = list(rows.select_related("written_by").order_by("-version")[:MOST_VERSIONS])
    number = request.GET.get("version", "")
    newest = versions[0] if versions else None
    profile = next((profile for profile in versions if str(profile.version) == number), newest)
    before = next((row for row in versions if profile and (row.version or 0) < (profile.version or 0)), None)
    changes = []
    if profile and before:
        for field in (*WORDS, *SCALES):
            old, new = (row.content[field] for row in (before, profile))
            if old != new:
                # Texts are compared by word.
                compare_words = differences if field in WORDS else replacement
                changes.append((field_label(field), compare_words(_said(field, old), _said(field, new))))
    side = ComparisonSide(1, organisation, profile)
    context = {
        "organisation": organisation,
        "profile": profile,
        "versions": versions,
        "is_current": profile is not None and profile == versions[0],
        "words": [(field_label(field), side.words(field)) for field in WORDS],
        "scales": compared_scales([side]),
        "changes": changes,
        "may_write": writes_identity(user, organisation),
        "own_id": _own_side(user),
        "host": Organisation.objects.host() if profile and profile.is_on_behalf else None,
    }
    return render(request, "identity/profile_detail.html", context)


def _said(field: str, value: str | int | None) -> str:
    return SCALE_WORDS[field].place(value) if isinstance(value, int) else value or ""


@require_safe
def organisation_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an identity in short with the latest conversations about it, as a panel and as a page of its own."""
    user = signed_in(request)
    organisation = get_object_or_404(Organisation.objects.visible_to(user), pk=pk)
    own = _own_side(user)
    profiles = IdentityProfile.objects.visible_to(user).filter(organisation=organisation)
    talks = IdentityConversation.objects.visible_to(user).filter(organisations=organisation)
    asked = IdentityView.objects.visible_to(user).filter(about=own, answer="", conversation__in=talks.values("pk"))
    page = CappedPaginator(
        talks.prefetch_related("organisations"), IN_PANEL if getattr(request, "htmx", False) else PER_PAGE
    )
    last = talks.last_with(own, [pk]).get(pk) if own and own != pk else None
    context = {
        "organisation": organisation,
        "profile": profiles.published().order_by("-version").first(),
        "last": last,
        "is_long_ago": last is not None and is_long_ago(last, timezone.localdate()),
        "own_id": own,
        "page": page.get_page(request.GET.get("page")),
        "asked": asked.exclude(by=own).select_related("by", "conversation").order_by("-pk")[:IN_PANEL],
        "may_write": writes_identity(user, organisation),
        "may_record": user.has_perm("identity.record_conversation"),
    }
    return page_or_fragment(request, "identity/organisation_panel.html", context, fragment="panel")


def _own_side(user: User) -> int | None:
    """Return the key of the organisation that the user speaks for."""
    if not user.is_colleague:
        return own_organisation_id(user)
    host = Organisation.objects.host()
    return host.pk if host else None


@require_http_methods(["GET", "HEAD", "POST"])
def profile_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Write an identity: keep it as a draft, or publish it as the next version."""
    user = signed_in(request)
    organisation = get_object_or_404(known_organisations(user), pk=pk)
    if not writes_identity(user, organisation):
        raise PermissionDenied("identity.write_identity")
    on_behalf = actions.writes_on_behalf(user, organisation)
    start = actions.identity_to_write_on(organisation, on_behalf=on_behalf)
    form = IdentityForm(request.POST or None, initial=start.content if start else {})
    publish = "draft" not in request.POST
    if form.is_valid():
        with refusals_in(form):
            actions.write_identity(actor=user, organisation=organisation, publish=publish, **form.cleaned_data)
            done = _("Published.") if publish else _("Kept as a draft. Nobody else reads it yet.")
            messages.success(request, done)
            return redirect("identity:profile-detail" if publish else "identity:profile-update", pk=pk)
    context = {
        "form": form,
        "organisation": organisation,
        "on_behalf": on_behalf,
        "is_draft": start is not None and start.is_draft,
        "back_url": reverse("identity:profile-detail", args=[pk]),
    }
    return render(request, "identity/profile_form.html", context, status=422 if form.errors else 200)


@require_safe
def identity_compare(request: HttpRequest) -> HttpResponse:
    """Show two to six organisations side by side, and the form that chooses them."""
    require_perm(request, "identity.compare_identities")
    user = signed_in(request)
    chosen, too_many = _chosen(request, user)
    search = request.GET.get("q", "").strip()
    rows = known_organisations(user).exclude(status=OrganisationStatus.ARCHIVED)
    rows = rows.exclude(pk__in=[row.pk for row in chosen]).only("name", "city")
    found = list(rows.found_by(user, search).order_by("-is_host", "sort_name", "pk")[: MOST_FOUND + 1])
    shown = chosen if len(chosen) >= FEWEST and "find" not in request.GET else []
    query = urlencode({"organisation": [row.pk for row in chosen]}, doseq=True)
    context = {
        "chosen": chosen,
        "too_many": too_many,
        "too_few": bool(chosen) and not shown and "find" not in request.GET,
        "search": search,
        "found": found[:MOST_FOUND],
        "has_more": len(found) > MOST_FOUND,
        "comparison": compare(shown, user) if shown else None,
        "guide_url": f"{reverse('identity:guide')}?{query}",
        "record_url": f"{reverse('identity:conversation-create')}?{query}",
        "may_record": user.has_perm("identity.record_conversation"),
    }
    return render(request, "identity/compare.html", context)


@require_safe
def identity_guide(request: HttpRequest) -> HttpResponse:
    """Send the guide for a conversation between the chosen organisations as a PDF."""
    require_perm(request, "identity.compare_identities")
    user = signed_in(request)
    chosen, _too_many = _chosen(request, user)
    if len(chosen) < FEWEST:
        return redirect("identity:compare")
    document = render_guide(compare(chosen, user), get_language() or "nl")
    name = _("conversation guide").replace(" ", "-")
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(document, content_type="application/pdf", headers=headers)


def _chosen(request: HttpRequest, user: User) -> tuple[list[Organisation], bool]:
    """Return the chosen organisations that the user may read, as many as fit, and whether there were more."""
    asked = keys_in(request.GET.getlist("organisation"))
    rows = {row.pk: row for row in known_organisations(user).filter(pk__in=asked[:100])}
    found = [rows[pk] for pk in asked if pk in rows]
    return found[:MOST], len(found) > MOST
