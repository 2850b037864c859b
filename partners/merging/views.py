from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import signed_in
from accounts.models import User
from common.actions import ActionRefused
from common.forms import add_refusal
from common.row_keys import keys_in
from common.views import require_perm
from partners.merging.actions import merge_organisations
from partners.merging.forms import MergeForm
from partners.merging.plan import MergePlan, choose_survivor, plan_merge
from partners.models import Organisation

_MOST_FOUND = 10
_MOST_ASKED = 10


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Show the preview of a merge and carry it out.

    The address names the two organisations, and may name the survivor; without two the page asks for them.
    """
    require_perm(request, "partners.merge_organisations")
    user = signed_in(request)
    chosen = _chosen(request, user)
    if len(chosen) != 2:
        return _ask(request, user, chosen)
    plan = _plan(request, user, chosen)
    form = MergeForm(request.POST or None, differences=plan.differences, seen=plan.fingerprint)
    if form.is_valid():
        try:
            pair = plan.pair
            survivor = merge_organisations(
                actor=user,
                survivor=pair.survivor,
                duplicate=pair.duplicate,
                choices=form.choices,
                seen=form.cleaned_data["seen"],
            )
        except ActionRefused as refusal:
            return _refused(request, user, form, refusal)
        names = {"survivor": survivor, "duplicate": pair.duplicate}
        messages.success(request, _("%(duplicate)s is now part of %(survivor)s. The old address leads here.") % names)
        return redirect("partners:organisation-detail", pk=survivor.pk)
    return _show(request, plan, form)


def _refused(request: HttpRequest, user: User, form: MergeForm, refusal: ActionRefused) -> HttpResponse:
    """Show the preview as it is now, with the choices that were made and the refusal."""
    chosen = _chosen(request, user)
    if len(chosen) != 2:
        messages.error(request, refusal.message)
        return _ask(request, user, chosen)
    plan = _plan(request, user, chosen)
    data = request.POST.copy()
    data["seen"] = plan.fingerprint
    newer = MergeForm(data, differences=plan.differences, seen=plan.fingerprint)
    newer.full_clean()
    refusal.field = None if refusal.field == "seen" else refusal.field and f"from-{refusal.field}"
    add_refusal(newer, refusal)
    return _show(request, plan, newer)


def _show(request: HttpRequest, plan: MergePlan, form: MergeForm) -> HttpResponse:
    survivor, duplicate = plan.pair.survivor, plan.pair.duplicate
    context = {
        "plan": plan,
        "survivor": survivor,
        "duplicate": duplicate,
        "both": sorted((survivor, duplicate), key=lambda row: row.pk),
        "form": form,
        "back_url": reverse("partners:organisation-detail", args=[survivor.pk]),
    }
    return render(request, "partners/merge.html", context, status=422 if form.errors else 200)


def _plan(request: HttpRequest, user: User, chosen: list[Organisation]) -> MergePlan:
    asked = request.POST.get("survivor") or request.GET.get("survivor")
    survivor = next((row for row in chosen if str(row.pk) == asked), None) or choose_survivor(chosen)
    duplicate = next(row for row in chosen if row != survivor)
    return plan_merge(survivor, duplicate, actor=user, today=timezone.localdate())


def _ask(request: HttpRequest, user: User, chosen: list[Organisation]) -> HttpResponse:
    """Ask for the two organisations by search and tick, which works without a script."""
    search = request.GET.get("q", "").strip()
    rows = Organisation.objects.visible_to(user).exclude(pk__in=[row.pk for row in chosen]).only("name", "city")
    found = list(rows.matching(search).order_by("sort_name", "pk")[: _MOST_FOUND + 1]) if search else []
    context: dict[str, Any] = {
        "chosen": chosen,
        "search": search,
        "found": found[:_MOST_FOUND],
        "has_more": len(found) > _MOST_FOUND,
        "is_wrong_number": len(chosen) > 2 or request.method == "POST" or (chosen and "show" in request.GET),
    }
    return render(request, "partners/merge_choice.html", context, status=422 if request.method == "POST" else 200)


def _chosen(request: HttpRequest, user: User) -> list[Organisation]:
    """Return the requested organisations that exist, in the order of the request."""
    data = request.POST if request.method == "POST" else request.GET
    asked = keys_in(data.getlist("organisation"))
    rows = Organisation.objects.visible_to(user).select_related("parent", "relation_owner")
    found = {row.pk: row for row in rows.filter(pk__in=asked[:_MOST_ASKED])}
    return [found[pk] for pk in asked if pk in found]
