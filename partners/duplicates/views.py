from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import signed_in
from common.htmx import page_or_fragment
from common.row_keys import is_key, keys_in
from common.views import require_perm
from partners.duplicates.actions import dismiss_duplicate, undo_dismissal
from partners.duplicates.matches import DuplicatePairs, possible_matches_while_typing
from partners.matching_keys import Reason
from partners.models import NotDuplicate, Organisation

MOST_DISMISSED = 50


@require_safe
def possible_match_list(request: HttpRequest) -> HttpResponse:
    """Show the organisations that may be the one being typed; a fragment of its form."""
    require_perm(request, "partners.change_registry")
    key = request.GET.get("besides", "")
    besides = int(key) if is_key(key) else 0
    matches = possible_matches_while_typing(Organisation.objects.visible_to(request.user), request.GET, besides)
    return render(request, "partners/possible_matches.html", {"matches": matches})


@require_safe
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Show the pairs of possible duplicates, the likeliest first, and the latest dismissed pairs."""
    require_perm(request, "partners.change_registry")
    reason = request.GET.get("reason", "")
    reason = reason if reason in list(Reason) else ""
    dismissed = NotDuplicate.objects.visible_to(request.user).select_related("first", "second", "said_by")
    url = reverse("partners:duplicate-list")
    labels = {Reason.NUMBER: _("Same number"), Reason.NAME: _("Same name"), Reason.WEBSITE: _("Same website")}
    tabs = [{"label": label, "url": f"{url}?reason={key}", "current": reason == key} for key, label in labels.items()]
    context = {
        "page": DuplicatePairs(reason).get_page(request.GET.get("page")),
        "dismissed": list(dismissed[:MOST_DISMISSED]),
        "tabs": [{"label": _("All"), "url": url, "current": not reason}, *tabs],
        "reason": reason,
    }
    return page_or_fragment(request, "partners/duplicate_list.html", context)


@require_POST
def duplicate_dismiss(request: HttpRequest) -> HttpResponse:
    """Record that two organisations are different."""
    require_perm(request, "partners.change_registry")
    keys = keys_in(request.POST.getlist("organisation")[:3])
    found = list(Organisation.objects.visible_to(request.user).filter(pk__in=keys))
    if len(found) != 2:
        messages.error(request, _("Choose two organisations."))
    else:
        dismiss_duplicate(actor=signed_in(request), one=found[0], other=found[1])
        said = _("%(first)s and %(second)s are different. They are not offered as one any more.")
        messages.success(request, said % {"first": found[0], "second": found[1]})
    return redirect(reverse("partners:duplicate-list") + "#results")


@require_POST
def duplicate_dismiss_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a dismissed pair again."""
    require_perm(request, "partners.change_registry")
    not_duplicate = get_object_or_404(NotDuplicate.objects.visible_to(request.user), pk=pk)
    undo_dismissal(actor=signed_in(request), not_duplicate=not_duplicate)
    messages.success(request, _("These two are offered again as long as they look alike."))
    return redirect(reverse("partners:duplicate-list") + "#results")
