"""Save, change and delete views of the registry."""

from copy import copy

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from common.forms import RemoveForm
from common.views import refusals_in, require_perm
from partners.lists import actions
from partners.lists.forms.saved_views import NewViewForm, SavedViewUpdateForm
from partners.lists.listing import Listing
from partners.models import SavedView


@require_safe
def view_list(request: HttpRequest) -> HttpResponse:
    """List the views that the user sees: to open, rename, share and delete."""
    require_perm(request, "partners.view_registry")
    user = signed_in(request)
    views = [
        (view, user.has_perm("partners.change_savedview", view))
        for view in SavedView.objects.visible_to(user).select_related("owner")
    ]
    return render(request, "partners/saved_view_list.html", {"views": views})


@require_http_methods(["GET", "HEAD", "POST"])
def view_create(request: HttpRequest) -> HttpResponse:
    """Save the query string of the list under a name."""
    require_perm(request, "partners.view_registry")
    user = signed_in(request)
    listing = Listing(user, request.GET)
    form = NewViewForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            view = actions.save_view(actor=user, query=listing.state, **form.cleaned_data)
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": view})
            return redirect(view.address)
    context = {
        "form": form,
        "heading": _("Save this view"),
        "words": listing.filter.in_words(),
        "columns": listing.columns,
        "back_url": f"{reverse('partners:organisation-list')}?{listing.state or 'view=all'}",
    }
    return render(request, "partners/saved_view_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def view_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a view, share it or stop sharing it."""
    view = _view(request, pk)
    form = SavedViewUpdateForm(request.POST or None, instance=copy(view), is_own=view.owner_id == signed_in(request).pk)
    if form.is_valid():
        with refusals_in(form):
            actions.change_view(actor=signed_in(request), view=view, **form.cleaned_data)
            messages.success(request, _("The view “%(name)s” is changed.") % {"name": form.cleaned_data["name"]})
            return redirect("partners:saved-view-list")
    context = {
        "form": form,
        "heading": _("Change the view"),
        "view": view,
        "back_url": reverse("partners:saved-view-list"),
    }
    return render(request, "partners/saved_view_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a view, after asking."""
    view = _view(request, pk)
    form = RemoveForm(request.POST if request.method == "POST" else None, row=view, names=actions.VIEW_FIELDS)
    if form.is_valid():
        with refusals_in(form):
            actions.delete_view(actor=signed_in(request), view=view, **form.cleaned_data)
            messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view})
            return redirect("partners:saved-view-list")
    consequences = [_("Addresses of this view that were mailed go on working.")]
    if view.is_shared:
        consequences.insert(0, _("No colleague sees this view any more."))
    context = {
        "form": form,
        "heading": _("Delete the view “%(name)s”?") % {"name": view},
        "consequences": consequences,
        "label": _("Delete"),
        "danger": True,
        "back_url": reverse("partners:saved-view-list"),
        "back_label": _("Views"),
    }
    return render(request, "components/confirm_page.html", context, status=422 if form.errors else 200)


def _view(request: HttpRequest, pk: int) -> SavedView:
    view: SavedView = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    require_perm(request, "partners.change_savedview", view)
    return view
