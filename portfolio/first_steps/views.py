import logging
from typing import Any

from allauth.account.views import login as sign_in
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.models import User
from common.views import refusals_in
from portfolio.first_steps.actions import set_up
from portfolio.first_steps.forms import FirstStepsForm
from portfolio.first_steps.link import first_steps_url, opens

logger = logging.getLogger(__name__)


@login_not_required
def sign_in_or_begin(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Show the sign-in page; in an installation without any account, lead to the first steps."""
    if request.method == "GET" and not User.objects.exists():
        return redirect("portfolio:first-steps")
    response: HttpResponse = sign_in(request, **kwargs)
    return response


@login_not_required
@sensitive_post_parameters("password1", "password2")
def first_steps(request: HttpRequest, token: str = "") -> HttpResponse:
    """Ask for the first administrator and our own organisation, and sign the administrator in.

    Leads to the sign-in page once there is an account. A visitor without the right token is refused, and the
    refusal writes the link to the log.
    """
    if User.objects.exists():
        return redirect("account_login")
    if not opens(request, token):
        if settings.SECRET_KEY_IS_PUBLIC:
            logger.warning("Nobody can sign in yet. Set up the installation with manage.py createadministrator")
        else:
            logger.warning("Nobody can sign in yet. Set up the installation at %s", first_steps_url())
        return render(request, "portfolio/first_steps_closed.html", status=403)
    form = FirstStepsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            user = set_up(
                organisation=form.cleaned_data.get("organisation", ""),
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                password=form.cleaned_data["password1"],
                language=get_language() or settings.LANGUAGE_CODE,
            )
            login(request, user, backend="accounts.backends.SignInBackend")
            messages.success(
                request, _("Welcome, %(name)s. You can now invite colleagues and add partners.") % {"name": user}
            )
            return redirect("portfolio:home")
    return render(request, "portfolio/first_steps.html", {"form": form}, status=422 if form.errors else 200)
