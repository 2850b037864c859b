"""Redirect old addresses of merged organisations."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from partners.models import MergedOrganisation

OF_AN_ORGANISATION = ("partners/<int:pk>/", "organisations/<int:pk>/")


def merged_organisation(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Redirect a page of a merged organisation to the same page of its survivor.

    Redirects only people who may see the survivor; others get the 404 of an unknown organisation. Queries the database
    for missing pages only.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        if response.status_code != 404 or request.method not in ("GET", "HEAD") or match is None:
            return response
        if not match.route.startswith(OF_AN_ORGANISATION):
            return response
        merged = MergedOrganisation.objects.visible_to(request.user).filter(key=match.kwargs["pk"])
        into = merged.values_list("into", flat=True).first()
        if into is None:
            return response
        address = reverse(match.view_name, args=[into])
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"{address}?{query}" if query else address)

    return middleware
