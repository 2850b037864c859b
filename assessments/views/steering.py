"""Pages on which a coordinator plans, opens, extends, closes and calls off a round."""

import logging
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from kombu.exceptions import OperationalError

from accounts.http import signed_in
from assessments import actions
from assessments.enums import InvitationStatus, Mode
from assessments.forms import CycleForm, CycleUpdateForm, ExtendForm
from assessments.models import EvaluationCycle
from assessments.querysets import RUNNING
from assessments.sides.reading import sides_with_leads, unseen_sides
from assessments.stages import why_not_planned
from assessments.tasks import erase_ties, send_invitations
from assessments.views.shared import carry_out, confirm, find_managed_cycle, say_when_mails_leave
from collab.models import Collaboration, RoleAssignment
from common.views import refusals_in, require_perm

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a round for a collaboration; one that is planned or open already is shown instead.

    Ticks the people who were asked last time but for those who said no, in a first round those who have a role.

    Leads back to a collaboration that is paused or has ended, where nothing is planned, before a form is filled in.
    """
    collaboration = get_object_or_404(Collaboration.objects.visible_to(signed_in(request)), pk=pk)
    require_perm(request, "assessments.manage_cycle")
    if request.method != "POST" and (reason := why_not_planned(collaboration)):
        messages.info(request, reason)
        return redirect("collab:collaboration-detail", pk)
    previous = collaboration.cycles.order_by("-number").first()
    if request.method != "POST" and previous and previous.status in RUNNING:
        messages.info(request, _("This round is planned or open already; only one at a time can be."))
        return redirect("assessments:cycle-detail", previous.pk)
    initial: dict[str, Any] = {"mode": previous.mode if previous else Mode.CONFIDENTIAL}
    if previous:
        ticked: QuerySet[Any] = previous.invitations.asked().exclude(status=InvitationStatus.DECLINED)
    else:
        roles = RoleAssignment.objects.filter(participation__collaboration=collaboration)
        ticked = roles.current(timezone.localdate())
    initial["contacts"] = list(ticked.values_list("contact", flat=True))
    form = CycleForm(request.POST or None, collaboration=collaboration, initial=initial)
    if form.is_valid():
        with refusals_in(form):
            cycle = actions.plan_cycle(actor=signed_in(request), collaboration=collaboration, **form.cleaned_data)
            messages.success(request, _("The round is planned. Nobody has been mailed yet."))
            return redirect("assessments:cycle-detail", cycle.pk)
    context = {
        "form": form,
        "collaboration": collaboration,
        "number": (previous.number if previous else 0) + 1,
    }
    return render(request, "assessments/cycle_plan.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a planned round."""
    cycle = find_managed_cycle(request, pk)
    initial = {
        "opens_on": cycle.opens_on,
        "closes_on": cycle.closes_on,
        "mode": cycle.mode,
        "is_extra": cycle.is_extra,
        "word": cycle.word,
        "contacts": list(cycle.invitations.values_list("contact", flat=True)),
    }
    chosen = [side for side in sides_with_leads(cycle) if side.is_chosen_by_lead]
    form = CycleUpdateForm(
        request.POST or None,
        collaboration=cycle.collaboration,
        initial=initial,
        left_out=[side.party.organisation_id for side in chosen],
    )
    if form.is_valid():
        with refusals_in(form):
            actions.change_cycle(actor=signed_in(request), cycle=cycle, **form.cleaned_data)
            messages.success(request, _("The round is changed."))
            return redirect("assessments:cycle-detail", cycle.pk)
    context = {
        "form": form,
        "cycle": cycle,
        "collaboration": cycle.collaboration,
        "number": cycle.number,
        "chosen_sides": chosen,
    }
    return render(request, "assessments/cycle_plan.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a planned round now; a GET asks for confirmation and names the sides whose lead has not looked yet."""
    cycle = find_managed_cycle(request, pk)
    if request.method != "POST":
        waiting = _("%(name)s has not yet looked at who is asked at %(organisation)s, and can no longer do so.")
        unseen = [(side.lead, side.party) for side in unseen_sides(sides_with_leads(cycle), cycle)]
        return confirm(
            request,
            cycle,
            heading=_("Open this round now?"),
            consequences=[
                *(waiting % {"name": lead, "organisation": party.name} for lead, party in unseen),
                _("Everybody on the list gets a mail with a personal link."),
            ],
            label=_("Open now and invite"),
        )
    return carry_out(
        request,
        cycle,
        lambda: _open(request, cycle),
        _("The round is open. Everybody gets a mail."),
        sends_mail=True,
    )


def _open(request: HttpRequest, cycle: EvaluationCycle) -> None:
    """Open a round, and have the mails of a large one made; without a broker the regular job does that."""
    actions.open_cycle(actor=signed_in(request), cycle=cycle)
    if not cycle.invitations.waiting_for_mail().exists():
        return
    try:
        send_invitations.delay(cycle.pk)
    except OperationalError:
        logger.exception("Round %s: its invitations wait for the next regular job", cycle.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Extend the round: give people longer to answer."""
    cycle = find_managed_cycle(request, pk)
    form = ExtendForm(request.POST or None, cycle=cycle)
    if form.is_valid():
        with refusals_in(form):
            actions.extend_cycle(actor=signed_in(request), cycle=cycle, **form.cleaned_data)
            messages.success(request, _("People have longer to answer now. Who has not answered is told by mail."))
            say_when_mails_leave(request)
            return redirect("assessments:cycle-detail", cycle.pk)
    context = {"form": form, "cycle": cycle, "collaboration": cycle.collaboration}
    return render(request, "assessments/cycle_extend.html", context, status=422 if form.errors else 200)


@require_POST
def cycle_mode(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch to the mode that the button names, until an answer has come in; pressing twice changes nothing more."""
    cycle = find_managed_cycle(request, pk)
    other = Mode.OPEN if cycle.is_confidential else Mode.CONFIDENTIAL
    asked = request.POST.get("mode", "")
    mode = Mode(asked) if asked in Mode.values else other
    return carry_out(
        request,
        cycle,
        lambda: actions.change_mode(actor=signed_in(request), cycle=cycle, mode=mode),
        _("It is now: %(mode)s.") % {"mode": mode.label},
        place="#choices",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a round before its last day, after a page that asks for confirmation."""
    cycle = find_managed_cycle(request, pk)
    if request.method == "POST":
        return carry_out(
            request,
            cycle,
            lambda: _close(request, cycle),
            _("The round is closed. Everybody who was asked can see the results."),
            to="assessments:cycle-results",
            sends_mail=True,
        )
    waiting = cycle.invitations.unfinished().count()
    what_is_lost = [
        ngettext(
            "%(count)d person has not answered yet and no longer can.",
            "%(count)d people have not answered yet and no longer can.",
            waiting,
        )
        % {"count": waiting},
        _("Answers that were not sent are deleted."),
    ]
    return confirm(
        request,
        cycle,
        heading=_("Close this round?"),
        consequences=[
            *(what_is_lost if waiting else []),
            _("Everybody who was asked gets a mail and sees the same results."),
        ],
        label=_("Close the round"),
    )


def _close(request: HttpRequest, cycle: EvaluationCycle) -> None:
    """Close a round, and have its dead rows erased; without a broker the regular job does that minutes later."""
    actions.close_cycle(actor=signed_in(request), cycle=cycle)
    try:
        erase_ties.delay()
    except OperationalError:
        logger.exception("Round %s: its dead rows wait for the next regular job", cycle.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a round off, after a page that asks for confirmation."""
    cycle = find_managed_cycle(request, pk)
    if request.method == "POST":
        return carry_out(
            request,
            cycle,
            lambda: actions.cancel_cycle(actor=signed_in(request), cycle=cycle),
            _("The round is called off."),
        )
    return confirm(
        request,
        cycle,
        heading=_("Call this round off?"),
        consequences=[_("The personal links stop working."), _("Nobody is mailed about it: tell people yourself.")],
        label=_("Call the round off"),
        danger=True,
    )
