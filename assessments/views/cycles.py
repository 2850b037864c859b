"""Pages that show rounds: the list, one round with its history, and the panel of a collaboration."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from assessments.agreed import agreed_items, correction_of, who_were_there
from assessments.enums import CycleStatus, InvitationStatus
from assessments.forms import CycleFilter
from assessments.history import entries_of
from assessments.mails import delivery_problems
from assessments.models import EvaluationCycle, Invitation, PassOnRequest, ReviewMeeting
from assessments.obstacles import Obstacle, obstacles, reasons_stuck
from assessments.querysets import ASKED, RUNNING
from assessments.reminders import mailed
from assessments.reminding import reminding_now
from assessments.rules import is_asked
from assessments.sides.reading import asked_by_side, party_led_by, sides_with_leads, unseen_sides
from assessments.views.shared import find_cycle
from collab.models import Collaboration
from common.htmx import page_or_fragment
from common.paging import CappedPaginator
from common.text import address_key
from common.views import require_perm

# Giving more time is what one may want then.
LAST_DAYS = timedelta(days=3)
IN_PANEL, PER_PAGE = 10, 25
HISTORY_IN_PANEL, HISTORY_ON_PAGE = 10, 200


@require_safe
def cycle_list(request: HttpRequest) -> HttpResponse:
    """Show all rounds, newest first, with how many people answered."""
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
    # The counts are read for the rows of this page, not for the whole list.
    keys = [row.pk for row in page.object_list]
    counted = EvaluationCycle.objects.filter(pk__in=keys).with_progress().select_related("collaboration")
    by_key = {row.pk: row for row in counted.defer("result", "exact_means")}
    page.object_list = [by_key[key] for key in keys]
    return page_or_fragment(request, "assessments/cycle_list.html", {"page": page, "form": form})


@require_safe
def cycle_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the state of a round. Colleagues steer it here; a partner sees the number of answers, or the results."""
    cycle = find_cycle(request, pk)
    user = signed_in(request)
    if user.is_colleague and request.GET.get("part") == "invitations":
        made = _invitations_made(cycle.invitations.asked())
        return render(request, "assessments/cycle_invitations.html", {"cycle": cycle, "made": made})
    if not user.is_colleague and cycle.has_results:
        return redirect("assessments:cycle-results", cycle.pk)
    context = _detail_context(cycle, may_manage=user.has_perm("assessments.manage_cycle"))
    context["sees_people"] = user.is_colleague
    context["asked_by_side"] = asked_by_side(cycle) if not user.is_colleague and is_asked(user, cycle) else []
    return render(request, "assessments/cycle_detail.html", context)


@require_safe
def cycle_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the changes of a round to colleagues, as a panel of its page or as a page of its own."""
    cycle = find_cycle(request, pk)
    require_perm(request, "assessments.list_cycles")
    limit = HISTORY_IN_PANEL if getattr(request, "htmx", False) else HISTORY_ON_PAGE
    context = {"cycle": cycle, "collaboration": cycle.collaboration, "entries": entries_of(cycle, limit)}
    return page_or_fragment(request, "assessments/cycle_history.html", context, fragment="panel")


def _invitations_made(asked: Iterable[Invitation]) -> tuple[int, int] | None:
    """Return how many invitations of a large round are made, and of how many; None when all are."""
    made = [not (row.mail_waits and row.is_unfinished) for row in asked]
    return None if all(made) else (sum(made), len(made))


def _detail_context(cycle: EvaluationCycle, *, may_manage: bool) -> dict[str, Any]:
    invitations = list(cycle.invitations.select_related("contact__organisation", "party"))
    sent_from = dict(cycle.responses.sent().values_list("invitation", "email"))
    for row in invitations:
        row.is_answered_elsewhere = sent_from.get(row.pk, own := address_key(row.contact.email)) != own
    sides = {side.party.pk: side for side in sides_with_leads(cycle)} if cycle.status == CycleStatus.PLANNED else {}
    asked = [row for row in invitations if row.status in ASKED]
    parties = list(cycle.parties.all())
    submitted = [row for row in asked if row.status == InvitationStatus.SUBMITTED]
    # Asked of the database only when some wait.
    keys = [row.pk for row in invitations if row.status == InvitationStatus.TO_CONFIRM] if may_manage else []
    to_confirm = PassOnRequest.objects.filter(invitation__in=keys).select_related("invitation__contact") if keys else []
    today = timezone.localdate()
    main_step = "extend" if cycle.closes_on - today < LAST_DAYS else "invite"
    if not any(row.is_unfinished for row in asked):
        main_step = "close"
    return {
        "cycle": cycle,
        "collaboration": cycle.collaboration,
        "groups": [
            (party, [row for row in invitations if row.party_id == party.pk], sides.get(party.pk)) for party in parties
        ],
        "unseen": unseen_sides(sides.values(), cycle),
        "opens_today": cycle.status == CycleStatus.PLANNED and cycle.opens_on <= today,
        "main_step": main_step,
        "progress": [
            {
                "name": party.name,
                "mark": number,
                "responded": sum(row.party_id == party.pk for row in submitted),
                "invited": sum(row.party_id == party.pk for row in asked),
            }
            for number, party in enumerate(parties, start=1)
        ],
        "problems": delivery_problems(invitations) if cycle.status in (CycleStatus.PLANNED, CycleStatus.OPEN) else {},
        "mailed": mailed(invitations, today) if may_manage and cycle.status == CycleStatus.OPEN else {},
        "reminding": reminding_now(cycle, today) if may_manage and cycle.status == CycleStatus.OPEN else None,
        "submitted": len(submitted),
        "asked": len(asked),
        "small": [party for party in parties if sum(row.party_id == party.pk for row in asked) < 3],
        "are_two": len(parties) == 2,
        "mode_is_fixed": cycle.mode_is_fixed,
        "made": _invitations_made(asked) if cycle.status == CycleStatus.OPEN else None,
        "obstacles": _obstacles(cycle),
        "may_manage": may_manage,
        "to_confirm": list(to_confirm),
        "can_be_cancelled": cycle.status in RUNNING and not submitted,
    }


def _obstacles(cycle: EvaluationCycle) -> list[Obstacle]:
    """Return the obstacles that keep a planned round from opening, now or on its first day to come."""
    today = timezone.localdate()
    if cycle.status != CycleStatus.PLANNED or not cycle.collaboration.is_awake:
        return []
    return reasons_stuck(cycle, today) if cycle.opens_on < today else obstacles(cycle, today)


@require_safe
def collaboration_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rounds of one collaboration, as a panel of its page or as a page of its own."""
    user = signed_in(request)
    collaboration = get_object_or_404(Collaboration.objects.visible_to(user), pk=pk)
    cycles = EvaluationCycle.objects.visible_to(user).filter(collaboration=collaboration)
    page_size = IN_PANEL if getattr(request, "htmx", False) else PER_PAGE
    rows = cycles.with_progress().defer("result", "exact_means").order_by("-number")
    # Partners see no planned round; its leads see their own side of it.
    running = collaboration.cycles.running().only("pk", "number", "status", "opens_on").first()
    reviews = ReviewMeeting.objects.filter(cycle__in=cycles).select_related("cycle__collaboration")
    review = reviews.order_by("-cycle__number").first()
    context = {
        "collaboration": collaboration,
        "page": CappedPaginator(rows, page_size).get_page(request.GET.get("page")),
        "may_plan": user.has_perm("assessments.manage_cycle"),
        "to_choose": running if running is not None and party_led_by(user, running) else None,
        "has_running": running is not None,
    }
    if review is not None:
        context |= {
            "review": review,
            "next_evaluation_on": review.cycle.collaboration.next_evaluation_on,
            "agreed": agreed_items(review).get(review.pk, []),
            "corrected": correction_of(review),
            "present": who_were_there(review),
        }
    return page_or_fragment(request, "assessments/collaboration_panel.html", context, fragment="panel")
