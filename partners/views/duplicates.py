from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import signed_in
from common.htmx import page_or_fragment
from common.views import require_perm
from partners import actions
from partners.duplicates import LikelyPairs, likes_while_typing
from partners.likeness import Reason
from partners.models import Distinction, Organisation

MOST_APART = 50


@require_safe
def organisation_alike(request: HttpRequest) -> HttpResponse:
    """Who may be the organisation that is being typed; a fragment of its form."""
    require_perm(request, "partners.change_registry")
    besides = _key(request.GET.get("besides", ""))
    likes = likes_while_typing(Organisation.objects.visible_to(request.user), request.GET, besides)
    return render(request, "partners/organisation_alike.html", {"likes": likes})


@require_safe
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one, the likeliest first; and those that were told apart."""
    require_perm(request, "partners.change_registry")
    reason = request.GET.get("reason", "")
    reason = reason if reason in list(Reason) else ""
    apart = Distinction.objects.visible_to(request.user).select_related("first", "second", "said_by")
    context = {
        "page": LikelyPairs(reason).get_page(request.GET.get("page")),
        "apart": list(apart[:MOST_APART]),
        "tabs": _tabs(reason),
        "reason": reason,
    }
    return page_or_fragment(request, "partners/duplicate_list.html", context)


@require_POST
def duplicate_apart(request: HttpRequest) -> HttpResponse:
    """Say that two are different."""
    require_perm(request, "partners.change_registry")
    keys = [_key(key) for key in request.POST.getlist("organisation")[:3]]
    found = list(Organisation.objects.visible_to(request.user).filter(pk__in=keys))
    if len(found) != 2:
        messages.error(request, _("Choose two organisations."))
    else:
        actions.tell_apart(actor=signed_in(request), one=found[0], other=found[1])
        said = _("%(first)s and %(second)s are different. They are not offered as one any more.")
        messages.success(request, said % {"first": found[0], "second": found[1]})
    return redirect("partners:duplicate-list")


@require_POST
def duplicate_apart_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Let two that were told apart be offered as one again."""
    require_perm(request, "partners.change_registry")
    distinction = get_object_or_404(Distinction.objects.visible_to(request.user), pk=pk)
    actions.take_back_distinction(actor=signed_in(request), distinction=distinction)
    messages.success(request, _("These two are offered again as long as they look alike."))
    return redirect("partners:duplicate-list")


def _key(text: str) -> int:
    """0, which no organisation has, for what is no key."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _tabs(reason: str) -> list[dict[str, object]]:
    url = reverse("partners:duplicate-list")
    labels = {Reason.NUMBER: _("Same number"), Reason.NAME: _("Same name"), Reason.WEBSITE: _("Same website")}
    tabs = [{"label": label, "url": f"{url}?reason={key}", "current": reason == key} for key, label in labels.items()]
    return [{"label": _("All"), "url": url, "current": not reason}, *tabs]
