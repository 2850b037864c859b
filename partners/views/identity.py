from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from accounts.models import User
from common.actions import ActionRefused
from common.forms import add_refusal
from common.htmx import page_or_fragment
from common.paging import CappedPaginator
from common.views import require_perm
from partners import actions, guide
from partners.comparison import FEWEST, MOST, Side, compare, is_long_ago, scale_lines, word_label
from partners.culture import SCALES
from partners.differences import differences, replacement
from partners.enums import OrganisationStatus
from partners.forms.identity import IdentityForm
from partners.identity_querysets import known_organisations
from partners.identity_words import SCALE_WORDS
from partners.models import WORDS, IdentityConversation, IdentityProfile, IdentityView, Organisation
from partners.querysets import own_organisation_id
from partners.rules import writes_identity

MOST_VERSIONS = 50
MOST_FOUND = 12
IN_PANEL, PER_PAGE = 4, 25


@require_safe
def identity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How an organisation describes itself, now or in an earlier version, and what was new in it."""
    user = signed_in(request)
    organisation = get_object_or_404(known_organisations(user), pk=pk)
    rows = IdentityProfile.objects.visible_to(user).published().filter(organisation=organisation)
    versions = list(rows.select_related("written_by").order_by("-version")[:MOST_VERSIONS])
    profile = _asked(versions, request.GET.get("version", ""))
    side = Side(1, organisation, profile)
    context = {
        "organisation": organisation,
        "profile": profile,
        "versions": versions,
        "is_current": profile is not None and profile == versions[0],
        "words": [(word_label(field), side.words(field)) for field in WORDS],
        "scales": scale_lines([side]),
        "changes": _changes(profile, versions),
        "may_write": writes_identity(user, organisation),
        "own_id": _own_side(user),
        "host": Organisation.objects.host() if profile and profile.is_on_behalf else None,
    }
    return render(request, "partners/identity_detail.html", context)


def _asked(versions: list[IdentityProfile], number: str) -> IdentityProfile | None:
    """The version that was asked for, else the newest."""
    newest = versions[0] if versions else None
    return next((profile for profile in versions if str(profile.version) == number), newest)


def _changes(profile: IdentityProfile | None, versions: list[IdentityProfile]) -> list[tuple[str, Any]]:
    """Field by field what is new in this version: texts word by word, places on a scale in words."""
    if profile is None:
        return []
    before = next((row for row in versions if (row.version or 0) < (profile.version or 0)), None)
    if before is None:
        return []
    found = []
    for field in (*WORDS, *SCALES):
        old, new = (row.content[field] for row in (before, profile))
        if old != new:
            compare_words = differences if field in WORDS else replacement
            found.append((word_label(field), compare_words(_said(field, old), _said(field, new))))
    return found


def _said(field: str, value: str | int | None) -> str:
    return SCALE_WORDS[field].place(value) if isinstance(value, int) else value or ""


@require_safe
def identity_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Who an organisation is in short, and when we last talked about it; a panel and a page of its own."""
    user = signed_in(request)
    organisation = get_object_or_404(Organisation.objects.visible_to(user), pk=pk)
    own = _own_side(user)
    profiles = IdentityProfile.objects.visible_to(user).filter(organisation=organisation)
    talks = IdentityConversation.objects.visible_to(user).filter(organisations=organisation)
    asked = IdentityView.objects.visible_to(user).filter(about=own, answer="", conversation__in=talks.values("pk"))
    page = CappedPaginator(talks.prefetch_related("organisations"), _page_size(request))
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
        "may_record": user.has_perm("partners.record_conversation"),
    }
    return page_or_fragment(request, "partners/identity_panel.html", context, fragment="panel")


def _page_size(request: HttpRequest) -> int:
    return IN_PANEL if getattr(request, "htmx", False) else PER_PAGE


def _own_side(user: User) -> int | None:
    """The organisation that somebody speaks for."""
    if not user.is_colleague:
        return own_organisation_id(user)
    host = Organisation.objects.host()
    return host.pk if host else None


@require_http_methods(["GET", "HEAD", "POST"])
def identity_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Write who one is: keep it as a draft, or publish it as the next version."""
    user = signed_in(request)
    organisation = get_object_or_404(known_organisations(user), pk=pk)
    if not writes_identity(user, organisation):
        raise PermissionDenied("partners.write_identity")
    on_behalf = actions.writes_on_behalf(user, organisation)
    start = actions.identity_to_write_on(organisation, on_behalf=on_behalf)
    seen = actions.identity_seen(organisation, on_behalf=on_behalf)
    initial = {**(start.content if start else {}), "seen": seen}
    form = IdentityForm(request.POST or None, initial=initial)
    publish = "draft" not in request.POST
    if form.is_valid():
        try:
            actions.write_identity(actor=user, organisation=organisation, publish=publish, **form.cleaned_data)
        except ActionRefused as refusal:
            form = _overtaken(request.POST, refusal, seen) if refusal.field == "seen" else form
            add_refusal(form, refusal)
        else:
            done = _("Published.") if publish else _("Kept as a draft. Nobody else reads it yet.")
            messages.success(request, done)
            return redirect("partners:identity-detail" if publish else "partners:identity-update", pk=pk)
    context = {
        "form": form,
        "organisation": organisation,
        "on_behalf": on_behalf,
        "is_draft": start is not None and start.is_draft,
        "back_url": reverse("partners:identity-detail", args=[pk]),
    }
    return render(request, "partners/identity_form.html", context, status=422 if form.errors else 200)


def _overtaken(typed: QueryDict, refusal: ActionRefused, seen: str) -> IdentityForm:
    """What was typed, on top of what somebody else wrote meanwhile; saving again replaces that."""
    data = typed.copy()
    data["seen"] = seen
    refusal.field = None
    form = IdentityForm(data)
    form.full_clean()
    return form


@require_safe
def identity_compare(request: HttpRequest) -> HttpResponse:
    """Two to six organisations side by side, and choosing them."""
    require_perm(request, "partners.compare_identities")
    user = signed_in(request)
    chosen, too_many = _chosen(request, user)
    search = request.GET.get("q", "").strip()
    rows = known_organisations(user).exclude(status=OrganisationStatus.ARCHIVED)
    rows = rows.exclude(pk__in=[row.pk for row in chosen]).only("name", "city")
    found = list(rows.matching(search).order_by("-is_host", "sort_name", "pk")[: MOST_FOUND + 1])
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
        "guide_url": f"{reverse('partners:identity-guide')}?{query}",
        "record_url": f"{reverse('partners:conversation-create')}?{query}",
        "may_record": user.has_perm("partners.record_conversation"),
    }
    return render(request, "partners/identity_compare.html", context)


@require_safe
def identity_guide(request: HttpRequest) -> HttpResponse:
    """The guide for a conversation between the chosen organisations, to print."""
    require_perm(request, "partners.compare_identities")
    user = signed_in(request)
    chosen, _too_many = _chosen(request, user)
    if len(chosen) < FEWEST:
        return redirect("partners:identity-compare")
    document = guide.document(compare(chosen, user), get_language() or "nl")
    name = _("conversation guide").replace(" ", "-")
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(document, content_type="application/pdf", headers=headers)


def _chosen(request: HttpRequest, user: User) -> tuple[list[Organisation], bool]:
    """The organisations that were asked for and one may read, in that order; and whether there were too many."""
    asked = dict.fromkeys(
        int(value) for value in request.GET.getlist("organisation") if value.isdecimal() and len(value) < 19
    )
    rows = {row.pk: row for row in known_organisations(user).filter(pk__in=list(asked)[:100])}
    found = [rows[pk] for pk in asked if pk in rows]
    return found[:MOST], len(found) > MOST
