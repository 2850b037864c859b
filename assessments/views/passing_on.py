"""Pages on which the person asked passes an invitation on, and takes that back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import actions
from assessments.forms import PassOnForm
from assessments.models import Invitation
from assessments.views.answering import invited, is_settled
from common.views import refusals_in, refusals_said
from notifications.link_pages import is_switch


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def answer_pass_on(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Name a colleague who answers instead."""
    if request.method != "POST" and is_settled(invitation):
        return redirect("assessments:answer", token)
    form = PassOnForm(initial=request.POST.dict()) if is_switch(request) else PassOnForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            actions.pass_on(invitation=invitation, **form.cleaned_data)
            return redirect("assessments:answer", token)
    context = {"invitation": invitation, "token": token, "form": form}
    return render(request, "assessments/answer_pass_on.html", context, status=422 if form.errors else 200)


@invited
@require_POST
def answer_take_back(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Take a passing on back, and go on with the questions."""
    with refusals_said(request):
        actions.take_back(invitation=invitation)
        messages.success(request, _("You took it back. You can answer the questions yourself."))
    return redirect("assessments:answer", token)
