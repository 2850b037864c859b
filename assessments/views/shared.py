"""Find rounds and invitations for the views of this app, ask for confirmation, and carry out actions."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.http import signed_in
from assessments.models import EvaluationCycle, Invitation
from common.views import refusals_said, require_perm
from notifications.daytime import next_daytime


def find_cycle(request: HttpRequest, pk: int) -> EvaluationCycle:
    """Return a round that the user may see; 404 for any other."""
    cycles = EvaluationCycle.objects.visible_to(signed_in(request)).select_related("collaboration", "instrument")
    cycle: EvaluationCycle = get_object_or_404(cycles.defer("instrument__content", "result"), pk=pk)
    return cycle


def find_managed_cycle(request: HttpRequest, pk: int) -> EvaluationCycle:
    """Return a round that the user may steer; 404 where it is not seen, 403 without the permission."""
    cycle = find_cycle(request, pk)
    require_perm(request, "assessments.manage_cycle")
    return cycle


def find_invitation_to_manage(request: HttpRequest, pk: int) -> Invitation:
    """Return an invitation of a round that the user may steer; 404 and 403 as ``find_managed_cycle``."""
    cycles = EvaluationCycle.objects.visible_to(signed_in(request)).values("pk")
    invitations = Invitation.objects.filter(cycle__in=cycles).select_related("contact", "cycle__collaboration")
    invitation: Invitation = get_object_or_404(invitations, pk=pk)
    require_perm(request, "assessments.manage_cycle")
    return invitation


def confirm(
    request: HttpRequest,
    cycle: EvaluationCycle,
    *,
    heading: str,
    consequences: list[str],
    label: str,
    danger: bool = False,
) -> HttpResponse:
    """Ask for confirmation; the page posts to its own address."""
    context = {
        "heading": heading,
        "back_label": str(cycle),
        "consequences": consequences,
        "label": label,
        "danger": danger,
        "back_url": reverse("assessments:cycle-detail", args=[cycle.pk]),
    }
    return render(request, "components/confirm_page.html", context)


def carry_out(
    request: HttpRequest,
    cycle: EvaluationCycle,
    action: Callable[[], object],
    done: str,
    to: str = "assessments:cycle-detail",
    place: str = "",
    sends_mail: bool = False,
) -> HttpResponse:
    """Run an action without a form; say how it went on the page of the round, at its ``place`` (``#choices``)."""
    with refusals_said(request):
        action()
        messages.success(request, done)
        if sends_mail:
            say_when_mails_leave(request)
        return redirect(reverse(to, args=[cycle.pk]) + place)
    return redirect(reverse("assessments:cycle-detail", args=[cycle.pk]) + place)


def say_when_mails_leave(request: HttpRequest) -> None:
    """Say that the mails wait until daytime, to a user who acts at night or in the weekend."""
    now = timezone.now()
    leaves_at = next_daytime(now)
    if leaves_at > now:
        moment = date_format(timezone.localtime(leaves_at), "DATETIME_FORMAT")
        messages.info(request, _("Mails leave in daytime: these go out on %(moment)s.") % {"moment": moment})
