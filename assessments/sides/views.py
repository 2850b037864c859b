"""Pages on which a lead sees and changes the people who are asked on their side of a planned round."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import signed_in
from assessments.enums import CycleStatus
from assessments.models import CycleParty, EvaluationCycle
from assessments.senders import person_to_ask
from assessments.sides.actions import Newcomer, choose_people
from assessments.sides.forms import Newcomers, SideForm
from assessments.sides.links import OpenedSide, find_side
from assessments.sides.reading import leads_of, party_led_by, sides_shown_to
from common.views import refusals_in
from notifications.link_pages import Rows, is_switch, link_page
from partners.models import Contact


@require_http_methods(["GET", "HEAD", "POST"])
def side_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a lead with an account the people who are asked on their side; a POST changes them."""
    user = signed_in(request)
    cycle = get_object_or_404(EvaluationCycle.objects.select_related("collaboration"), pk=pk)
    party = party_led_by(user, cycle)
    if party is None:
        raise Http404
    return _side_page(request, party, leads_of([party])[party.pk], layout="base.html")


def _typed_newcomers(sent: QueryDict) -> Rows:
    """Return the names and addresses of a list of people, to be given back."""
    labels = {"name": _("Name"), "email": _("E-mail address")}
    typed = ((labels.get(key.rpartition("-")[2]), sent.get(key, "")) for key in sent if key.startswith("new-"))
    return [(label, text) for label, text in typed if label and text]


@link_page(
    find=find_side,
    language_of=lambda opened: opened.lead.language,
    typed_rows=_typed_newcomers,
    person_to_ask=lambda opened: person_to_ask(opened.party.cycle, reader=opened.lead.email),
)
@require_http_methods(["GET", "HEAD", "POST"])
def side_by_link(request: HttpRequest, opened: OpenedSide, token: str) -> HttpResponse:
    """Show the same list to a lead without an account."""
    return _side_page(request, opened.party, opened.lead, layout="base_link.html")


def _side_page(request: HttpRequest, party: CycleParty, lead: Contact, *, layout: str) -> HttpResponse:
    cycle = party.cycle
    context: dict[str, Any] = {"layout": layout, "party": party, "cycle": cycle, "collaboration": cycle.collaboration}
    if cycle.status != CycleStatus.PLANNED:
        context["asked_by_side"] = sides_shown_to(lead, party)
        return render(request, "assessments/side_people.html", context)
    form = SideForm(request.POST or None, party=party)
    newcomers = Newcomers(request.POST or None, prefix="new")
    is_sent = request.method == "POST" and not is_switch(request)
    if is_sent and form.is_valid() & newcomers.is_valid():
        added = [Newcomer(row["name"], row["email"]) for row in newcomers.cleaned_data if row.get("email")]
        with refusals_in(form):
            choose_people(lead=lead, party=party, newcomers=added, **form.cleaned_data)
            messages.success(request, _("The list is saved. You can change it until the round opens."))
            return redirect(request.path)
    has_errors = is_sent and not (form.is_valid() and newcomers.is_valid())
    context |= {"form": form, "newcomers": newcomers}
    return render(request, "assessments/side_people.html", context, status=422 if has_errors else 200)
