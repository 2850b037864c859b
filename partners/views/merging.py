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
from common.views import require_perm
from partners import actions
from partners.forms.merging import MergeForm
from partners.merging.plan import Plan, plan_merge, which_stays
from partners.models import Organisation

_MOST_FOUND = 10
_MOST_ASKED = 10


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Two organisations that are one: which of the two stays, what of each, and what happens; then it is done.

    The address names the two, and may name the one that stays. Without two it asks for them.
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
            kept = actions.merge_organisations(
                actor=user, kept=pair.kept, other=pair.other, choices=form.choices, seen=form.cleaned_data["seen"]
            )
        except ActionRefused as refusal:
            return _refused(request, user, form, refusal)
        names = {"kept": kept, "other": pair.other}
        messages.success(request, _("%(other)s is now part of %(kept)s. The old address leads here.") % names)
        return redirect("partners:organisation-detail", pk=kept.pk)
    return _show(request, plan, form)


def _refused(request: HttpRequest, user: User, form: MergeForm, refusal: ActionRefused) -> HttpResponse:
    """Everything as it is now, with what was chosen."""
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


def _show(request: HttpRequest, plan: Plan, form: MergeForm) -> HttpResponse:
    kept, other = plan.pair.kept, plan.pair.other
    context = {
        "plan": plan,
        "kept": kept,
        "other": other,
        "both": sorted((kept, other), key=lambda row: row.pk),
        "form": form,
        "back_url": reverse("partners:organisation-detail", args=[kept.pk]),
    }
    return render(request, "partners/merge.html", context, status=422 if form.errors else 200)


def _plan(request: HttpRequest, user: User, chosen: list[Organisation]) -> Plan:
    asked = request.POST.get("kept") or request.GET.get("kept")
    kept = next((row for row in chosen if str(row.pk) == asked), None) or which_stays(chosen)
    other = next(row for row in chosen if row != kept)
    return plan_merge(kept, other, actor=user, today=timezone.localdate())


def _ask(request: HttpRequest, user: User, chosen: list[Organisation]) -> HttpResponse:
    """Search and tick: works without any script."""
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
    """The organisations that were asked for and are there, in the order of asking."""
    data = request.POST if request.method == "POST" else request.GET
    asked = dict.fromkeys(int(value) for value in data.getlist("organisation") if value.isdecimal() and len(value) < 19)
    rows = Organisation.objects.visible_to(user).select_related("parent", "relation_owner")
    found = {row.pk: row for row in rows.filter(pk__in=list(asked)[:_MOST_ASKED])}
    return [found[pk] for pk in asked if pk in found]
