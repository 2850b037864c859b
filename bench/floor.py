"""The least that a page costs here: session, user, one indexed query of 50 rows, a 50-row table; and a form."""

import json
import os
import uuid
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from partners.models import Organisation

ROWS = 50


def floor(request: HttpRequest) -> HttpResponse:
    """Show a bare table; name the process in a header, so that each client can choose a worker of its own."""
    rows = Organisation.objects.order_by("sort_name", "pk")[:ROWS]
    response = render(request, "floor.html", {"rows": rows})
    response["X-Worker"] = str(os.getpid())
    return response


@csrf_exempt
@login_not_required
def submission(request: HttpRequest) -> HttpResponse:
    """Save a bare form: one row found by a key and one row written, in a transaction; then redirect."""
    key = uuid.uuid4().hex
    with transaction.atomic():
        if not Session.objects.filter(session_key=key).exists():
            text = json.dumps(request.POST.dict())
            Session.objects.create(session_key=key, session_data=text, expire_date=timezone.now() + timedelta(days=1))
    return redirect("floor")
