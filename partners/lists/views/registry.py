"""Show the registry as a list, as fast for a hundred thousand organisations as for a hundred."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from common.htmx import page_or_fragment
from common.paging import CappedPaginator, SearchPaginator
from common.search import begins_with
from common.views import require_perm
from partners.lists.columns import COLUMNS, as_html, with_links
from partners.lists.facets import facets
from partners.lists.listing import Listing
from partners.models import Organisation, SavedView

PER_PAGE = 25
MOST_COUNTED = 10_000


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Show a page of the organisations, searched, filtered and sorted as the address says."""
    require_perm(request, "partners.view_registry")
    user = signed_in(request)
    views = [] if getattr(request, "htmx", False) else list(SavedView.objects.visible_to(user))
    mine = next((view for view in views if view.is_default and view.owner_id == user.pk), None)
    if mine is not None and not request.GET:
        return redirect(mine.address)
    listing = Listing(user, request.GET)
    found: QuerySet[Any] = listing.filter.qs
    if listing.words:
        first = begins_with("sort_name", listing.words) if listing.sort == "name" else None
        everything: QuerySet[Any] = Organisation.objects.all()
        pages: CappedPaginator = SearchPaginator(
            found, PER_PAGE, everything=everything, order=listing.order, first=first, read=listing.read
        )
    else:
        pages = CappedPaginator(found.order_by(*listing.order), PER_PAGE, listing.read)
        # The whole registry is counted further than other lists: along an index that costs little.
        pages.cap = pages.cap if listing.filter.is_narrowed else MOST_COUNTED
    page = pages.get_page(request.GET.get("page"))
    page.object_list = as_html(with_links(list(page.object_list), listing.columns), listing.columns)
    opened = request.GET.get("view", "")
    tabs = [{"label": view.name, "url": view.address, "current": str(view.pk) == opened} for view in views]
    if tabs:
        url = f"{reverse('partners:organisation-list')}?view=all"
        tabs.insert(0, {"label": _("All"), "url": url, "current": opened == "all" or not request.GET})
    names = ("q", "kind", "status", "country", "tag", "theme", "owner", "sort")
    context = {
        "page": page,
        "filter": listing.filter,
        "sort": listing.sort,
        "listing": listing,
        "columns": listing.columns,
        "all_columns": [(column, column in listing.columns) for column in COLUMNS.values()],
        "kept": [(name, str(request.GET[name])) for name in names if request.GET.get(name)],
        "tabs": tabs,
        "is_narrowed": listing.filter.is_narrowed,
        "may_change": user.has_perm("partners.change_registry"),
        "host_is_missing": user.has_perm("partners.choose_host") and not Organisation.objects.has_host(),
    }
    return page_or_fragment(request, "partners/organisation_list.html", context)


@require_safe
def organisation_counts(request: HttpRequest) -> HttpResponse:
    """Show the number of organisations behind every choice of the filters: beside the list, or as a page."""
    require_perm(request, "partners.view_registry")
    listing = Listing(signed_in(request), request.GET)
    context = {"facets": list(facets(listing)), "listing": listing, "words": listing.filter.in_words()}
    return page_or_fragment(request, "partners/organisation_counts.html", context, fragment="counts")
