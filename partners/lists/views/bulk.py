"""Change many organisations: chosen in the list, confirmed on a page with their number and names."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from common import numbers
from common.belongings import belongings_of
from common.views import refusals_in, require_perm
from partners.lists import actions
from partners.lists.actions.bulk import MOST_AT_ONCE, BulkOutcome, values_before
from partners.lists.forms.bulk import AddTagsForm, BulkForm, OwnerForm, RemoveTagForm, StatusForm
from partners.lists.listing import Listing

_NAMED = 10
# The pages on which organisations stand side by side, and how many they take; a test compares it with those pages.
SIDE_BY_SIDE = {"merge": ("partners:merge", 2), "compare": ("identity:compare", 6)}


@dataclass(frozen=True)
class BulkChange:
    """One kind of change: heading of its page, form, action, and the name ``value`` of the action's argument.

    ``field`` is the field of an organisation that it sets; empty for tags, which are added or removed one by one.
    """

    heading: str | Promise
    form: type[BulkForm]
    action: Callable[..., BulkOutcome]
    value: str
    field: str = ""


BULK_CHANGES = {
    "tag": BulkChange(gettext_lazy("Add tags"), AddTagsForm, actions.tag_many, "tags"),
    "untag": BulkChange(gettext_lazy("Remove a tag"), RemoveTagForm, actions.untag_many, "tag"),
    "owner": BulkChange(
        gettext_lazy("Assign a relation owner"), OwnerForm, actions.set_owner_of_many, "owner", "relation_owner"
    ),
    "status": BulkChange(gettext_lazy("Change the status"), StatusForm, actions.set_status_of_many, "status", "status"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_bulk(request: HttpRequest) -> HttpResponse:
    """Show the form of a change to the organisations in the address, and make the change."""
    require_perm(request, "partners.change_registry")
    listing, change = Listing(signed_in(request), request.GET), BULK_CHANGES.get(request.GET.get("do", ""))
    number = listing.chosen.order_by().values("pk")[: MOST_AT_ONCE + 1].count() if change else 0
    if problem := _problem(change, number):
        messages.error(request, problem)
        return redirect(_list_url(listing))
    assert change is not None
    before = values_before(listing.chosen, change.field) if change.field else ""
    form = change.form(request.POST or None, initial={"expected": number}, before=before)
    if form.is_valid():
        values = {change.value: form.cleaned_data["value"], "expected": form.cleaned_data["expected"]}
        if change.field:
            values["seen"] = form.cleaned_data["seen"]
        with refusals_in(form):
            outcome = change.action(actor=signed_in(request), chosen=listing.chosen, **values)
            changed = ngettext("%(number)d organisation changed.", "%(number)d organisations changed.", outcome.changed)
            same = ngettext("%(number)d was so already.", "%(number)d were so already.", outcome.same)
            sentences = [changed % {"number": outcome.changed}]
            if outcome.same:
                sentences.append(same % {"number": outcome.same})
            messages.success(request, " ".join(sentences))
            for reason in outcome.refused:
                messages.warning(request, reason)
            return redirect(_list_url(listing))
    form = form.saying(number) if form.is_bound else form
    named = list(listing.in_order(listing.chosen)[:_NAMED])
    names = [organisation.name for organisation in named]
    context = {
        "belongings": belongings_of(named, timezone.localdate()) if change is BULK_CHANGES["status"] else [],
        "heading": change.heading,
        "form": form,
        "number": numbers.whole(number),
        "count": number,
        "names": names,
        "more": number - len(names),
        "words": listing.filter.in_words() if listing.ticked is None else None,
        "back_url": _list_url(listing),
    }
    return render(request, "partners/organisation_bulk.html", context, status=422 if form.errors else 200)


@require_safe
def organisation_beside(request: HttpRequest) -> HttpResponse:
    """Redirect to the page that compares the ticked organisations, or merges two of them."""
    require_perm(request, "partners.view_registry")
    listing = Listing(signed_in(request), request.GET)
    page, most = SIDE_BY_SIDE.get(request.GET.get("to", ""), SIDE_BY_SIDE["compare"])
    keys = list(listing.chosen.values_list("pk", flat=True).order_by("sort_name", "pk")[: most + 1])
    if 2 <= len(keys) <= most:
        return redirect(f"{reverse(page)}?{urlencode({'organisation': keys}, doseq=True)}")
    wish = _("Tick two organisations.") if most == 2 else _("Tick two to %(most)d organisations.") % {"most": most}
    messages.error(request, wish)
    ticked = urlencode({"ids": listing.ticked or []}, doseq=True)
    return redirect("&".join(filter(None, [_list_url(listing), ticked])))


def _problem(change: BulkChange | None, number: int) -> str:
    if change is None:
        return _("This cannot be done to many organisations at once.")
    if not number:
        return _("Tick the organisations first.")
    if number > MOST_AT_ONCE:
        most = numbers.whole(MOST_AT_ONCE)
        return _("At most %(most)s organisations can be changed at once. Narrow the list.") % {"most": most}
    return ""


def _list_url(listing: Listing) -> str:
    return f"{reverse('partners:organisation-list')}?{listing.state or 'view=all'}"
