from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from accounts.actions import add_colleague, change_colleague, change_preferences
from accounts.enums import Role
from accounts.forms import AppearanceForm, ColleagueForm, LanguageForm, PreferencesForm
from accounts.http import signed_in
from accounts.models import User
from common.actions import ActionRefused
from common.forms import add_refusal
from common.htmx import page_or_fragment
from common.paging import CappedPaginator
from common.views import require_perm

YEAR = 365 * 24 * 60 * 60


def preferences(request: HttpRequest) -> HttpResponse:
    """The own account: language, appearance, and the way to the password."""
    user = signed_in(request)
    # A copy: what is typed must not change how the refused page looks.
    form = PreferencesForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        change_preferences(actor=user, **form.cleaned_data)
        with override(user.language):
            messages.success(request, _("Your choices are saved."))
        return _remember(redirect("accounts:preferences"), **form.cleaned_data)
    roles = [Role(role).label for role in Role.values if role in user.roles]
    return render(request, "accounts/preferences.html", {"form": form, "roles": roles})


@login_not_required
@require_POST
def language_change(request: HttpRequest) -> HttpResponse:
    """Change the language, of the account and of this browser, and stay on the page."""
    return _change_one(request, LanguageForm(request.POST))


@login_not_required
@require_POST
def appearance_change(request: HttpRequest) -> HttpResponse:
    """Light, dark or like the device, for the account and this browser; stay on the page."""
    return _change_one(request, AppearanceForm(request.POST))


def colleague_list(request: HttpRequest) -> HttpResponse:
    """Who works with Samenspel in the host organisation."""
    require_perm(request, "accounts.manage_colleagues")
    colleagues = User.objects.visible_to(request.user).colleagues().prefetch_related("groups")
    page = CappedPaginator(colleagues.order_by("-is_active", "name", "pk"), 50).get_page(request.GET.get("page"))
    return page_or_fragment(request, "accounts/colleague_list.html", {"page": page, "role_labels": dict(Role.choices)})


def colleague_create(request: HttpRequest) -> HttpResponse:
    """Make an account for a colleague."""
    require_perm(request, "accounts.manage_colleagues")
    form = ColleagueForm(request.POST or None, initial={"language": signed_in(request).language})
    if request.method == "POST" and form.is_valid():
        try:
            user = add_colleague(actor=signed_in(request), **form.cleaned_data)
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s can now sign in with a code by e-mail.") % {"name": user})
            return redirect("accounts:colleague-list")
    return render(request, "accounts/colleague_form.html", {"form": form})


def colleague_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a colleague's details, roles and whether the account works."""
    require_perm(request, "accounts.manage_colleagues")
    user = get_object_or_404(User.objects.visible_to(request.user).colleagues(), pk=pk)
    form = ColleagueForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            change_colleague(actor=signed_in(request), user=user, **form.cleaned_data)
        except ActionRefused as refusal:
            user.refresh_from_db()
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The account of %(name)s is changed.") % {"name": user})
            return redirect("accounts:colleague-list")
    return render(request, "accounts/colleague_form.html", {"form": form, "colleague": user})


def _change_one(request: HttpRequest, form: BaseForm) -> HttpResponse:
    response = redirect(_next_page(request))
    if not form.is_valid():
        return response
    if isinstance(request.user, User):
        change_preferences(actor=request.user, **form.cleaned_data)
    return _remember(response, **form.cleaned_data)


def _next_page(request: HttpRequest) -> str:
    page = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if safe else "/"


def _remember(response: HttpResponse, **choices: str) -> HttpResponse:
    """Keep choices in cookies, for the pages that are seen before signing in."""
    names = {"language": settings.LANGUAGE_COOKIE_NAME, "appearance": "appearance"}
    for choice, value in choices.items():
        response.set_cookie(
            names[choice],
            value,
            max_age=YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response
