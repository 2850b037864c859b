"""One change to many organisations: chosen in the list, confirmed on a page that says how many and which."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from common import numbers
from common.actions import ActionRefused
from common.forms import add_refusal
from common.views import require_perm
from partners import actions
from partners.actions.bulk import MOST_AT_ONCE, Outcome
from partners.comparison import FEWEST, MOST
from partners.forms.bulk import AddTagsForm, BulkForm, OwnerForm, RemoveTagForm, StatusForm
from partners.listing import Listing

_NAMED = 10


@dataclass(frozen=True)
class Doing:
    """``heading`` is of the page, ``value`` the argument of the action that is asked for."""

    heading: str | Promise
    form: type[BulkForm]
    action: Callable[..., Outcome]
    value: str


DOINGS = {
    "tag": Doing(gettext_lazy("Add tags"), AddTagsForm, actions.tag_many, "tags"),
    "untag": Doing(gettext_lazy("Take off a tag"), RemoveTagForm, actions.untag_many, "tag"),
    "owner": Doing(gettext_lazy("Assign a relation owner"), OwnerForm, actions.give_many, "owner"),
    "status": Doing(gettext_lazy("Change the status"), StatusForm, actions.set_status_of_many, "status"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_bulk(request: HttpRequest) -> HttpResponse:
    """The address holds what is to be done and to which organisations; the form asks the rest and does it."""
    require_perm(request, "partners.change_registry")
    listing, doing = Listing(signed_in(request), request.GET), DOINGS.get(request.GET.get("do", ""))
    number = listing.chosen.order_by().values("pk")[: MOST_AT_ONCE + 1].count() if doing else 0
    if problem := _problem(doing, number):
        messages.error(request, problem)
        return redirect(_list_url(listing))
    assert doing is not None
    form = doing.form(request.POST or None, initial={"expected": number})
    if form.is_valid():
        values = {doing.value: form.cleaned_data["value"], "expected": form.cleaned_data["expected"]}
        try:
            outcome = doing.action(actor=signed_in(request), chosen=listing.chosen, **values)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            _tell(request, outcome)
            return redirect(_list_url(listing))
    return _ask(request, listing, doing, form.saying(number) if form.is_bound else form, number)


@require_safe
def organisation_beside(request: HttpRequest) -> HttpResponse:
    """To the page on which the ticked ones stand beside each other: to compare them, or to merge two."""
    require_perm(request, "partners.view_registry")
    listing = Listing(signed_in(request), request.GET)
    page, most = ("partners:merge", 2) if request.GET.get("to") == "merge" else ("partners:identity-compare", MOST)
    keys = list(listing.chosen.values_list("pk", flat=True).order_by("sort_name", "pk")[: most + 1])
    if FEWEST <= len(keys) <= most:
        return redirect(f"{reverse(page)}?{urlencode({'organisation': keys}, doseq=True)}")
    wish = _("Tick two organisations.") if most == FEWEST else _("Tick two to %(most)d organisations.") % {"most": most}
    messages.error(request, wish)
    ticked = urlencode({"ids": listing.ticked or []}, doseq=True)
    return redirect("&".join(filter(None, [_list_url(listing), ticked])))


def _ask(request: HttpRequest, listing: Listing, doing: Doing, form: BulkForm, number: int) -> HttpResponse:
    names = list(listing.in_order(listing.chosen).values_list("name", flat=True)[:_NAMED])
    context = {
        "heading": doing.heading,
        "form": form,
        "number": numbers.whole(number),
        "count": number,
        "names": names,
        "more": number - len(names),
        "words": listing.filter.in_words() if listing.ticked is None else None,
        "back_url": _list_url(listing),
    }
    return render(request, "partners/organisation_bulk.html", context, status=422 if form.errors else 200)


def _problem(doing: Doing | None, number: int) -> str:
    if doing is None:
        return _("This cannot be done to many organisations at once.")
    if not number:
        return _("Tick the organisations first.")
    if number > MOST_AT_ONCE:
        most = numbers.whole(MOST_AT_ONCE)
        return _("At most %(most)s organisations can be changed at once. Narrow the list.") % {"most": most}
    return ""


def _tell(request: HttpRequest, outcome: Outcome) -> None:
    changed = ngettext("%(number)d organisation changed.", "%(number)d organisations changed.", outcome.changed)
    same = ngettext("%(number)d was so already.", "%(number)d were so already.", outcome.same)
    sentences = [changed % {"number": outcome.changed}]
    if outcome.same:
        sentences.append(same % {"number": outcome.same})
    messages.success(request, " ".join(sentences))
    for reason in outcome.refused:
        messages.warning(request, reason)


def _list_url(listing: Listing) -> str:
    return f"{reverse('partners:organisation-list')}?{listing.state or 'view=all'}"
