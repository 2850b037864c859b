from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from assessments.experience import experiences
from assessments.organisation import due_with, last_talk
from common.htmx import page_or_fragment
from common.views import require_perm
from partners.models import Organisation

IN_PANEL, ON_PAGE = 3, 50


@require_safe
def organisation_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the due dates with an organisation and the last talk, as a panel of its page or as a page of its own."""
    user = signed_in(request)
    organisation = get_object_or_404(Organisation.objects.visible_to(user), pk=pk)
    require_perm(request, "partners.view_organisation", organisation)
    today = timezone.localdate()
    context = {
        "organisation": organisation,
        "due": due_with(organisation, user, today),
        "talk": last_talk(organisation, user, today),
    }
    return page_or_fragment(request, "assessments/organisation_panel.html", context, fragment="panel")


@require_safe
def organisation_results(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the results of present and past collaborations, as a panel of other pages or as a page of its own."""
    user = signed_in(request)
    organisation = get_object_or_404(Organisation.objects.visible_to(user).filter(is_host=False), pk=pk)
    require_perm(request, "partners.view_organisation", organisation)
    found = experiences(organisation, user)
    most = IN_PANEL if getattr(request, "htmx", False) else ON_PAGE
    context = {"organisation": organisation, "experiences": found[:most], "more": max(len(found) - most, 0)}
    return page_or_fragment(request, "assessments/organisation_results.html", context, fragment="panel")
