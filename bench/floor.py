"""The least that a page with a table costs here: session, user, one indexed query of 50 rows, a 50-row table."""

import os

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from partners.models import Organisation

ROWS = 50


def floor(request: HttpRequest) -> HttpResponse:
    """A bare view; its answer names the process, so that each client can choose a worker of its own."""
    rows = Organisation.objects.order_by("sort_name", "pk")[:ROWS]
    response = render(request, "floor.html", {"rows": rows})
    response["X-Worker"] = str(os.getpid())
    return response
