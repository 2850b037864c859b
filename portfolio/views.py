from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from collab.enums import Stage
from collab.lists import SHOWN
from collab.models import Collaboration
from common.htmx import page_or_fragment
from common.paging import CappedPaginator, SearchPaginator
from common.search import begins_with
from common.views import require_perm
from partners.models import Organisation
from portfolio.alerts import dashboard_alerts
from portfolio.asked import asked_of
from portfolio.counts import count_line
from portfolio.forms import PortfolioFilter
from portfolio.health import factor_heads, health_rows

PER_PAGE = 20
# Beside what needs attention, it is enough to know of a search that it found many.
MOST_COUNTED = 200
SORTS = {
    "next": ("next_evaluation_on", "pk"),
    "-next": ("-next_evaluation_on", "-pk"),
    "lowest": ("lowest_score", "pk"),
    "change": ("lowest_change", "pk"),
    "name": ("sort_name", "pk"),
    "-name": ("-sort_name", "-pk"),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Redirect after signing in: colleagues to the portfolio, partners to their tasks."""
    return redirect("portfolio:dashboard" if signed_in(request).is_colleague else "portfolio:asked")


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Show a partner's contact the own tasks, with one clear next step; colleagues have the portfolio."""
    user = signed_in(request)
    if user.is_colleague:
        return redirect("portfolio:dashboard")
    context = {
        "asks": asked_of(user, timezone.localdate()),
        "has_collaborations": Collaboration.objects.visible_to(user).exists(),
    }
    return render(request, "portfolio/asked.html", context)


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the alerts, and every collaboration with the bands of its last round and its next evaluation."""
    require_perm(request, "portfolio.view_dashboard")
    user, today = signed_in(request), timezone.localdate()
    form = PortfolioFilter(request.GET)
    sort = request.GET.get("sort", "next")
    order = SORTS.get(sort, SORTS["next"])
    words, stage = (form.cleaned_data["q"], form.cleaned_data["stage"]) if form.is_valid() else ("", "")
    everything = Collaboration.objects.visible_to(user).only(*SHOWN, "lowest_change")
    found = everything.filter(stage=stage) if stage in Stage else everything
    found = found if stage else found.not_ended()
    pages = CappedPaginator(found.order_by(*order), PER_PAGE)
    if words:
        first = begins_with("sort_name", words) if sort == "name" else None
        found = found.matching(words)
        pages = SearchPaginator(found, PER_PAGE, everything=everything, order=order, first=first, cap=MOST_COUNTED)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": health_rows(page.object_list, today),
        "factors": factor_heads(),
        "form": form,
        "sort": sort if sort in SORTS else "next",
        "today": today,
        "nothing_yet": not page.object_list and not form.data and not Collaboration.objects.visible_to(user).exists(),
    }
    if context["nothing_yet"]:
        context["host_is_missing"] = not Organisation.objects.has_host()
    if not request.htmx:  # type: ignore[attr-defined]
        context["alerts"] = dashboard_alerts(user, today)
        context["counts"] = count_line(user, today)
    return page_or_fragment(request, "portfolio/dashboard.html", context)
