from copy import copy

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import add_colleague, change_colleague, change_preferences
from accounts.enums import Role
from accounts.forms import AppearanceForm, ColleagueUpdateForm, LanguageForm, NewColleagueForm, PreferencesForm
from accounts.history import entries_of
from accounts.http import is_own_address, remember, signed_in
from accounts.models import User
from common.belongings import belongings_of
from common.htmx import page_or_fragment
from common.paging import CappedPaginator
from common.request_origin import is_from_own_page
from common.sorting import NameOrder
from common.views import refusals_in, require_perm

RECENT = 20


def preferences(request: HttpRequest) -> HttpResponse:
    """Show the user's own account, with language, appearance and the link to change the password; save the choices."""
    user = signed_in(request)
    # A copy: what is typed must not change how the refused page looks.
    form = PreferencesForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            change_preferences(actor=user, **form.cleaned_data)
            with override(user.language):
                messages.success(request, _("Your choices are saved."))
            return remember(redirect("accounts:preferences"), language=user.language, appearance=user.appearance)
    roles = [Role(role).label for role in Role.values if role in user.roles]
    context = {"form": form, "roles": roles}
    return render(request, "accounts/preferences.html", context, status=422 if form.errors else 200)


@csrf_exempt
@login_not_required
@require_POST
def language_change(request: HttpRequest) -> HttpResponse:
    """Change the language of the account and of this browser, and return to the page.

    Pages behind a personal link offer it without any cookie, so a request from a page of this site needs no CSRF token.
    """
    if is_from_own_page(request):
        return _change_one(request, LanguageForm(request.POST))
    return _language_change_with_token(request)


@csrf_protect
def _language_change_with_token(request: HttpRequest) -> HttpResponse:
    return _change_one(request, LanguageForm(request.POST))


@login_not_required
@require_POST
def appearance_change(request: HttpRequest) -> HttpResponse:
    """Change the theme (light, dark or like the device) of the account and this browser, and return to the page."""
    return _change_one(request, AppearanceForm(request.POST))


def colleague_list(request: HttpRequest) -> HttpResponse:
    """Show the colleagues of the host organisation who have an account."""
    require_perm(request, "accounts.manage_colleagues")
    colleagues = User.objects.visible_to(request.user).colleagues().prefetch_related("groups")
    page = CappedPaginator(colleagues.order_by("-is_active", NameOrder("name"), "pk"), 50).get_page(
        request.GET.get("page")
    )
    return page_or_fragment(request, "accounts/colleague_list.html", {"page": page, "role_labels": dict(Role.choices)})


def colleague_create(request: HttpRequest) -> HttpResponse:
    """Make an account for a colleague."""
    require_perm(request, "accounts.manage_colleagues")
    form = NewColleagueForm(request.POST or None, initial={"language": signed_in(request).language})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            user = add_colleague(actor=signed_in(request), **form.cleaned_data)
            messages.success(request, _("%(name)s can now sign in with a code by e-mail.") % {"name": user})
            return redirect("accounts:colleague-list")
    return render(request, "accounts/colleague_form.html", {"form": form}, status=422 if form.errors else 200)


def colleague_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a colleague's details and roles, and whether the account can sign in."""
    require_perm(request, "accounts.manage_colleagues")
    user = get_object_or_404(User.objects.visible_to(request.user).colleagues(), pk=pk)
    form = ColleagueUpdateForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        # A copy: what is typed must not change how the refused page looks.
        changed = copy(user)
        with refusals_in(form):
            change_colleague(actor=signed_in(request), user=changed, **form.cleaned_data)
            if changed == request.user:
                # Administrators who change their own roles stay signed in here; their other sessions end.
                update_session_auth_hash(request, changed)
            messages.success(request, _("The account of %(name)s is changed.") % {"name": changed})
            return redirect("accounts:colleague-list")
    belongings = belongings_of([user], timezone.localdate()) if user.is_active else []
    context = {"form": form, "colleague": user, "belongings": belongings}
    return render(request, "accounts/colleague_form.html", context, status=422 if form.errors else 200)


@require_safe
def colleague_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who changed a colleague's account and roles, as a panel of its page or as a page of its own."""
    require_perm(request, "accounts.manage_colleagues")
    colleague = get_object_or_404(User.objects.visible_to(request.user).colleagues(), pk=pk)
    limit = RECENT if request.htmx else 200  # type: ignore[attr-defined]
    context = {"colleague": colleague, "entries": entries_of(colleague, limit)}
    return page_or_fragment(request, "accounts/colleague_history.html", context, fragment="entries")


def _change_one(request: HttpRequest, form: BaseForm) -> HttpResponse:
    page = request.POST.get("next", "")
    response = HttpResponseRedirect(page if is_own_address(request, page) else "/")
    if not form.is_valid():
        return response
    if isinstance(request.user, User):
        change_preferences(actor=request.user, **form.cleaned_data)
    return remember(response, **form.cleaned_data)
