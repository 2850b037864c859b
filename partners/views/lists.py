"""The registry as a list; as quick for a hundred thousand organisations as for a hundred."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from common.htmx import page_or_fragment
from common.paging import CappedPaginator, SearchPaginator
from common.search import begins_with
from common.templatetags.ui import status_pill
from common.views import require_perm
from partners.countries import country_names
from partners.enums import OrganisationKind, OrganisationStatus
from partners.forms.filters import OrganisationFilter
from partners.models import Organisation
from partners.querysets import OrganisationQuerySet

PER_PAGE = 25
MOST_COUNTED = 10_000
SORTS = {
    "name": ("sort_name", "pk"),
    "city": ("sort_city", "sort_name", "pk"),
    "country": ("country", "sort_name", "pk"),
    "status": ("status", "sort_name", "pk"),
}
_SHOWN = ("pk", "name", "city", "country", "kind", "status", "relation_owner__name")


class RegistryPaginator(CappedPaginator):
    """Counts the whole registry further than other lists: along an index that costs little."""

    def __init__(self, narrowed: OrganisationFilter, order: list[str]) -> None:
        self.found: OrganisationQuerySet = narrowed.qs
        super().__init__(self.found.order_by(*order).values(*_SHOWN), PER_PAGE)
        self.cap = self.cap if narrowed.is_narrowed else MOST_COUNTED

    @cached_property
    def _counted(self) -> int:
        """Counted without the join with the owners, which costs more than the counting."""
        return self.found.order_by().values("pk")[: self.cap + 1].count()


def _pages(narrowed: OrganisationFilter, sort: str, order: list[str]) -> CappedPaginator:
    words = narrowed.typed("q")
    if not words:
        return RegistryPaginator(narrowed, order)
    first = begins_with("sort_name", words) if sort == "name" else None
    everything: QuerySet[Any] = Organisation.objects.values(*_SHOWN)
    return SearchPaginator(narrowed.qs.values(*_SHOWN), PER_PAGE, everything=everything, order=order, first=first)


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Every organisation: searched, narrowed, sorted, page by page. The address holds all of it."""
    require_perm(request, "partners.view_registry")
    user = signed_in(request)
    narrowed = OrganisationFilter(request.GET, queryset=Organisation.objects.visible_to(user))
    sort, order = _order(request.GET.get("sort", ""))
    page = _pages(narrowed, sort, order).get_page(request.GET.get("page"))
    page.object_list = _as_shown(list(page.object_list))
    context = {
        "page": page,
        "filter": narrowed,
        "sort": sort,
        "is_narrowed": narrowed.is_narrowed,
        "may_change": user.has_perm("partners.change_registry"),
        "host_is_missing": user.has_perm("partners.choose_host") and not Organisation.objects.has_host(),
    }
    return page_or_fragment(request, "partners/organisation_list.html", context)


def _order(wish: str) -> tuple[str, list[str]]:
    """The sort in the address, or by name; downwards every column turns round, so that the same index serves."""
    name, down = wish.removeprefix("-"), wish.startswith("-")
    if name not in SORTS:
        return "name", list(SORTS["name"])
    return wish, [f"-{field}" if down else field for field in SORTS[name]]


def _as_shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rows in words; labels and addresses are looked up once, not for each row."""
    kinds = {value: str(label) for value, label in OrganisationKind.choices}
    pills = {value: status_pill(value, str(label)) for value, label in OrganisationStatus.choices}
    countries = country_names(get_language() or "en")
    start, end = reverse("partners:organisation-detail", args=[0]).split("0")
    for row in rows:
        row["url"] = f"{start}{row['pk']}{end}"
        row["kind_name"], row["status_pill"] = kinds[row["kind"]], pills[row["status"]]
        row["country_name"] = countries.get(row["country"], row["country"])
    return rows
