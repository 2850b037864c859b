"""Export the list as a file: all pages, with the same filters, order and columns."""

import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from common.spreadsheets import Cell, csv_lines, write_xlsx
from common.views import require_perm
from partners.lists.columns import as_cells, with_links
from partners.lists.listing import Listing

_AT_ONCE = 1000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_IN_MEMORY = 1_000_000


@require_safe
def organisation_export(request: HttpRequest) -> HttpResponseBase:
    """Return the organisations that the filter finds, or the ticked ones, as CSV or XLSX.

    The columns are named as on the page, and their values are what the import reads: kinds and statuses in words,
    country codes, tags separated by commas, days as 2026-11-25 or, in XLSX, as days. CSV is separated as the reader's
    spreadsheet expects: by semicolons in Dutch, by commas in English.
    """
    require_perm(request, "partners.view_registry")
    listing = Listing(signed_in(request), request.GET)
    kind, day = request.GET.get("format", "csv"), timezone.localdate().isoformat()
    what = _("partners")
    name = f"{what}-{day}.{kind}"
    if kind == "csv":
        lines = csv_lines(_rows(listing), ";" if get_language() == "nl" else ",")
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    if kind == "xlsx":
        file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (the response closes it)
        write_xlsx(_rows(listing), file, _("Partners"))
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX)
    raise Http404(kind)


def _rows(listing: Listing) -> Iterator[list[Cell]]:
    """Yield the headings, then row after row as the database returns them."""
    yield [str(column.label) for column in listing.columns]
    wanted = listing.chosen if "ids" in listing.data or "all" in listing.data else listing.filter.qs
    rows: Iterator[dict[str, Any]] = listing.in_order(wanted).values(*listing.fields).iterator(chunk_size=_AT_ONCE)
    while batch := list(islice(rows, _AT_ONCE)):
        yield from as_cells(with_links(batch, listing.columns), listing.columns)
