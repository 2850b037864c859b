"""Pages on which a coordinator asks more people in an open round, and decides about invitations."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import signed_in
from assessments import actions
from assessments.forms import InviteForm
from assessments.models import Invitation
from assessments.reminding import remind_people
from assessments.views.shared import (
    carry_out,
    confirm,
    find_invitation_to_manage,
    find_managed_cycle,
    say_when_mails_leave,
)
from common.views import refusals_in, refusals_said


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask more people in an open round."""
    cycle = find_managed_cycle(request, pk)
    form = InviteForm(request.POST or None, cycle=cycle)
    if form.is_valid():
        with refusals_in(form):
            asked = actions.invite(actor=signed_in(request), cycle=cycle, **form.cleaned_data)
            names = ", ".join(invitation.contact.name for invitation in asked)
            messages.success(request, _("Invited: %(names)s.") % {"names": names})
            say_when_mails_leave(request)
            return redirect("assessments:cycle-detail", cycle.pk)
    context = {"form": form, "cycle": cycle, "collaboration": cycle.collaboration}
    return render(request, "assessments/cycle_invite.html", context, status=422 if form.errors else 200)


@require_POST
def answer_own(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the questions for a person with an account who is asked, by a personal link of that moment."""
    user = signed_in(request)
    invitation = get_object_or_404(Invitation.objects.of_user(user), pk=pk)
    with refusals_said(request):
        return redirect("assessments:answer", actions.make_own_link(actor=user, invitation=invitation))
    return redirect("portfolio:home")


@require_POST
def cycle_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind all people who have not answered and can be reminded; pressing twice sends nothing twice."""
    cycle = find_managed_cycle(request, pk)
    with refusals_said(request):
        if count := remind_people(actor=signed_in(request), cycle=cycle):
            said = ngettext("%(count)d person gets a reminder.", "%(count)d people get a reminder.", count)
            messages.success(request, said % {"count": count})
            say_when_mails_leave(request)
        else:
            messages.info(request, _("There is nobody left to remind now. The reason stands below."))
    return redirect("assessments:cycle-detail", cycle.pk)


@require_POST
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a new link; earlier ones stop working."""
    done = _("%(name)s gets a new link by mail. Earlier links no longer work.")
    return _carry_out(request, pk, actions.resend_link, done)


@require_POST
def pass_on_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to an address outside the organisations that take part."""
    return _carry_out(request, pk, actions.agree_to_pass_on, _("The colleague of %(name)s gets a mail."))


@require_POST
def pass_on_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline an address outside the organisations that take part."""
    return _carry_out(request, pk, actions.refuse_to_pass_on, _("The colleague is not asked. %(name)s gets a mail."))


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back, after a page that asks for confirmation."""
    if request.method == "POST":
        return _carry_out(request, pk, actions.withdraw_invitation, _("The invitation of %(name)s is withdrawn."))
    invitation = find_invitation_to_manage(request, pk)
    return confirm(
        request,
        invitation.cycle,
        heading=_("Withdraw the invitation of %(name)s?") % {"name": invitation.contact.name},
        consequences=[_("The personal link stops working."), _("What was filled in but not sent is deleted.")],
        label=_("Withdraw the invitation"),
        danger=True,
    )


def _carry_out(request: HttpRequest, pk: int, action: Callable[..., object], done: str) -> HttpResponse:
    """Run an action on an invitation; ``done`` says what follows for the person, called ``name`` there."""
    invitation = find_invitation_to_manage(request, pk)
    return carry_out(
        request,
        invitation.cycle,
        lambda: action(actor=signed_in(request), invitation=invitation),
        done % {"name": invitation.contact.name},
        place=f"#people-{invitation.party_id}",
    )
