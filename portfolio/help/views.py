from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.models import Organisation
from portfolio.help.asking import helpers_for


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Show what the product does, first steps per kind of user, the keys, and who can be asked."""
    return render(request, "portfolio/help/help.html", {"helpers": helpers_for(request.user)})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement of this installation, after the model for Dutch public bodies."""
    context = {
        "organisation": settings.ACCESSIBILITY_ORGANISATION or Organisation.objects.host(),
        "status": settings.ACCESSIBILITY_STATUS,
        "day": settings.ACCESSIBILITY_DATE,
        "report_url": settings.ACCESSIBILITY_REPORT_URL,
        "site": settings.SITE_URL,
        "email": settings.ACCESSIBILITY_EMAIL or settings.HELP_EMAIL,
        "phone": settings.HELP_PHONE,
    }
    return render(request, "portfolio/help/accessibility.html", context)
