from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from assessments import actions
from assessments.enums import CycleStatus, InvitationStatus, Mode
from assessments.forms import CycleFilter, CycleForm, ExtendForm, InviteForm
from assessments.models import EvaluationCycle, Invitation
from collab.models import Collaboration
from common.actions import ActionRefused
from common.forms import add_refusal
from common.htmx import page_or_fragment
from common.paging import CappedPaginator
from common.views import require_perm

IN_PANEL, PER_PAGE = 10, 25


@require_safe
def cycle_list(request: HttpRequest) -> HttpResponse:
    """All rounds, newest first, with how many people answered."""
    require_perm(request, "assessments.list_cycles")
    form = CycleFilter(request.GET)
    cycles = EvaluationCycle.objects.visible_to(signed_in(request))
    if form.is_valid():
        if form.cleaned_data["status"]:
            cycles = cycles.filter(status=form.cleaned_data["status"])
        if form.cleaned_data["q"]:
            found = Collaboration.objects.matching(form.cleaned_data["q"])
            cycles = cycles.filter(collaboration__in=found)
    page = CappedPaginator(cycles.order_by("-opens_on", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = _with_progress(list(page.object_list))
    return page_or_fragment(request, "assessments/cycle_list.html", {"page": page, "form": form})


def _with_progress(rows: list[EvaluationCycle]) -> list[EvaluationCycle]:
    """The same rows with their counts, without counting for the whole list."""
    keys = [row.pk for row in rows]
    counted = EvaluationCycle.objects.filter(pk__in=keys).with_progress().select_related("collaboration")
    by_key = {row.pk: row for row in counted.defer("result", "exact_means")}
    return [by_key[key] for key in keys]


@require_safe
def cycle_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a round stands. Colleagues steer it here; a partner sees how many answered, or the results."""
    cycle = _cycle(request, pk)
    user = signed_in(request)
    if not user.is_colleague and cycle.has_results:
        return redirect("assessments:cycle-results", cycle.pk)
    context = _detail_context(cycle, may_manage=user.has_perm("assessments.manage_cycle"))
    context["sees_people"] = user.is_colleague
    return render(request, "assessments/cycle_detail.html", context)


def _detail_context(cycle: EvaluationCycle, *, may_manage: bool) -> dict[str, Any]:
    invitations = list(cycle.invitations.select_related("contact", "party"))
    asked = [row for row in invitations if row.status not in (InvitationStatus.PASSED_ON, InvitationStatus.REVOKED)]
    parties = list(cycle.parties.all())
    submitted = [row for row in asked if row.status == InvitationStatus.SUBMITTED]
    return {
        "cycle": cycle,
        "collaboration": cycle.collaboration,
        "groups": [(party, [row for row in invitations if row.party_id == party.pk]) for party in parties],
        "progress": [
            {
                "name": party.name,
                "mark": number,
                "responded": sum(row.party_id == party.pk for row in submitted),
                "invited": sum(row.party_id == party.pk for row in asked),
            }
            for number, party in enumerate(parties, start=1)
        ],
        "submitted": len(submitted),
        "asked": len(asked),
        "small": [party for party in parties if sum(row.party_id == party.pk for row in asked) < 3],
        "mode_is_fixed": cycle.responses.exists(),
        "may_manage": may_manage,
        "can_be_cancelled": cycle.status in (CycleStatus.PLANNED, CycleStatus.OPEN) and not submitted,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a round for a collaboration, and open it at once when that is asked."""
    collaboration = get_object_or_404(Collaboration.objects.visible_to(signed_in(request)), pk=pk)
    require_perm(request, "assessments.manage_cycle")
    previous = collaboration.cycles.order_by("-number").first()
    initial: dict[str, Any] = {"mode": previous.mode if previous else Mode.CONFIDENTIAL}
    if previous:
        initial["contacts"] = list(previous.invitations.asked().values_list("contact", flat=True))
    form = CycleForm(request.POST or None, collaboration=collaboration, initial=initial)
    if form.is_valid():
        try:
            cycle = actions.plan_cycle(actor=signed_in(request), collaboration=collaboration, **form.cleaned_data)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
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
    cycle = _managed(request, pk)
    initial = {
        "opens_on": cycle.opens_on,
        "closes_on": cycle.closes_on,
        "mode": cycle.mode,
        "contacts": list(cycle.invitations.values_list("contact", flat=True)),
    }
    form = CycleForm(request.POST or None, collaboration=cycle.collaboration, initial=initial)
    if form.is_valid():
        try:
            actions.change_cycle(actor=signed_in(request), cycle=cycle, **form.cleaned_data)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The round is changed."))
            return redirect("assessments:cycle-detail", cycle.pk)
    context = {
        "form": form,
        "cycle": cycle,
        "collaboration": cycle.collaboration,
        "number": cycle.number,
    }
    return render(request, "assessments/cycle_plan.html", context, status=422 if form.errors else 200)


@require_POST
def cycle_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a planned round now."""
    cycle = _managed(request, pk)
    return _do(
        request,
        cycle,
        lambda: actions.open_cycle(actor=signed_in(request), cycle=cycle),
        _("The round is open. Everybody gets a mail."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give people longer."""
    cycle = _managed(request, pk)
    form = ExtendForm(request.POST or None, initial={"closes_on": cycle.closes_on + timedelta(days=7)})
    if form.is_valid():
        try:
            actions.extend_cycle(actor=signed_in(request), cycle=cycle, **form.cleaned_data)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("People have longer to answer now."))
            return redirect("assessments:cycle-detail", cycle.pk)
    context = {"form": form, "cycle": cycle, "collaboration": cycle.collaboration}
    return render(request, "assessments/cycle_extend.html", context, status=422 if form.errors else 200)


@require_POST
def cycle_mode(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch between confidential and open, as long as nobody answered."""
    cycle = _managed(request, pk)
    mode = Mode.OPEN if cycle.is_confidential else Mode.CONFIDENTIAL
    return _do(
        request,
        cycle,
        lambda: actions.change_mode(actor=signed_in(request), cycle=cycle, mode=mode),
        _("It is now: %(mode)s.") % {"mode": mode.label},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close before the last day, after a question whether one is sure."""
    cycle = _managed(request, pk)
    if request.method == "POST":
        return _do(
            request,
            cycle,
            lambda: actions.close_cycle(actor=signed_in(request), cycle=cycle),
            _("The round is closed. Everybody who was asked can see the results."),
            to="assessments:cycle-results",
        )
    waiting = cycle.invitations.unfinished().count()
    return _confirm(
        request,
        cycle,
        heading=_("Close this round?"),
        consequences=[
            ngettext(
                "%(count)d person has not answered yet and no longer can.",
                "%(count)d people have not answered yet and no longer can.",
                waiting,
            )
            % {"count": waiting},
            _("Answers that were not sent are thrown away."),
            _("Everybody who was asked gets a mail and sees the same results."),
        ],
        label=_("Close the round"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a round off, after a question whether one is sure."""
    cycle = _managed(request, pk)
    if request.method == "POST":
        return _do(
            request,
            cycle,
            lambda: actions.cancel_cycle(actor=signed_in(request), cycle=cycle),
            _("The round is called off."),
        )
    return _confirm(
        request,
        cycle,
        heading=_("Call this round off?"),
        consequences=[_("The personal links stop working."), _("Nobody is mailed about it: tell people yourself.")],
        label=_("Call the round off"),
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask more people in an open round."""
    cycle = _managed(request, pk)
    form = InviteForm(request.POST or None, cycle=cycle)
    if form.is_valid():
        try:
            asked = actions.invite(actor=signed_in(request), cycle=cycle, **form.cleaned_data)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            names = ", ".join(invitation.contact.name for invitation in asked)
            messages.success(request, _("Invited: %(names)s.") % {"names": names})
            return redirect("assessments:cycle-detail", cycle.pk)
    context = {"form": form, "cycle": cycle, "collaboration": cycle.collaboration}
    return render(request, "assessments/cycle_invite.html", context, status=422 if form.errors else 200)


@require_POST
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a new link; earlier ones stop working."""
    invitation = _invitation(request, pk)
    return _do(
        request,
        invitation.cycle,
        lambda: actions.resend_link(actor=signed_in(request), invitation=invitation),
        _("%(name)s gets a new link by mail. Earlier links no longer work.") % {"name": invitation.contact.name},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back, after a question whether one is sure."""
    invitation = _invitation(request, pk)
    if request.method == "POST":
        return _do(
            request,
            invitation.cycle,
            lambda: actions.withdraw_invitation(actor=signed_in(request), invitation=invitation),
            _("The invitation of %(name)s is withdrawn.") % {"name": invitation.contact.name},
        )
    return _confirm(
        request,
        invitation.cycle,
        heading=_("Withdraw the invitation of %(name)s?") % {"name": invitation.contact.name},
        consequences=[_("The personal link stops working."), _("What was filled in but not sent is thrown away.")],
        label=_("Withdraw the invitation"),
        danger=True,
    )


@require_safe
def collaboration_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The rounds of one collaboration; a panel of its page and a page of its own."""
    user = signed_in(request)
    collaboration = get_object_or_404(Collaboration.objects.visible_to(user), pk=pk)
    cycles = EvaluationCycle.objects.visible_to(user).filter(collaboration=collaboration)
    page_size = IN_PANEL if getattr(request, "htmx", False) else PER_PAGE
    rows = cycles.with_progress().defer("result", "exact_means").order_by("-number")
    context = {
        "collaboration": collaboration,
        "page": CappedPaginator(rows, page_size).get_page(request.GET.get("page")),
        "may_plan": user.has_perm("assessments.manage_cycle"),
        "has_running": cycles.filter(status__in=[CycleStatus.PLANNED, CycleStatus.OPEN]).exists(),
    }
    return page_or_fragment(request, "assessments/collaboration_panel.html", context, fragment="panel")


def _cycle(request: HttpRequest, pk: int) -> EvaluationCycle:
    cycles = EvaluationCycle.objects.visible_to(signed_in(request)).select_related("collaboration", "instrument")
    cycle: EvaluationCycle = get_object_or_404(cycles.defer("instrument__content", "result"), pk=pk)
    return cycle


def _managed(request: HttpRequest, pk: int) -> EvaluationCycle:
    cycle = _cycle(request, pk)
    require_perm(request, "assessments.manage_cycle")
    return cycle


def _invitation(request: HttpRequest, pk: int) -> Invitation:
    cycles = EvaluationCycle.objects.visible_to(signed_in(request)).values("pk")
    invitations = Invitation.objects.filter(cycle__in=cycles).select_related("contact", "cycle__collaboration")
    invitation: Invitation = get_object_or_404(invitations, pk=pk)
    require_perm(request, "assessments.manage_cycle")
    return invitation


def _confirm(
    request: HttpRequest,
    cycle: EvaluationCycle,
    *,
    heading: str,
    consequences: list[str],
    label: str,
    danger: bool = False,
) -> HttpResponse:
    """Ask whether one is sure; the page posts to its own address."""
    context = {
        "heading": heading,
        "back_label": str(cycle),
        "consequences": consequences,
        "label": label,
        "danger": danger,
        "back_url": reverse("assessments:cycle-detail", args=[cycle.pk]),
    }
    return render(request, "components/confirm_page.html", context)


def _do(
    request: HttpRequest,
    cycle: EvaluationCycle,
    action: Callable[[], object],
    done: str,
    to: str = "assessments:cycle-detail",
) -> HttpResponse:
    """Run an action that asks nothing; say how it went, on the page of the round."""
    try:
        action()
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("assessments:cycle-detail", cycle.pk)
    messages.success(request, done)
    return redirect(to, cycle.pk)
