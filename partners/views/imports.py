import logging
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh
from kombu.exceptions import OperationalError

from accounts.http import signed_in
from common import numbers
from common.actions import ActionRefused
from common.forms import add_refusal
from common.htmx import page_or_fragment
from common.paging import CappedPaginator
from common.progress import told
from common.views import require_perm
from partners import actions
from partners.enums import ImportStatus, RowOutcome
from partners.forms.imports import MAX_COLUMNS, ColumnsForm, ImportForm, RowFilterForm
from partners.importer.fields import FIELDS, guessed, usual_key
from partners.importer.matching import shown
from partners.importer.opening import Glance, look_at
from partners.importer.reading import FileRefused
from partners.importer.refused import refused_rows
from partners.importer.report import ImportReport
from partners.importer.undoing import Undoing
from partners.models import ImportMapping, ImportRow, OrganisationImport
from partners.tasks import run_import

logger = logging.getLogger(__name__)
_RECENT = 10
PER_PAGE = 50
# Of one list on a page; a file of nothing but oddities stays readable.
MOST_SHOWN = 100
_TO_MATCH = (ImportStatus.MAPPING, ImportStatus.PREVIEW, ImportStatus.FAILED)


@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: HttpRequest) -> HttpResponse:
    """Upload a file of organisations; its columns come next, and nothing changes before it is confirmed."""
    require_perm(request, "partners.import_organisations")
    user = signed_in(request)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = actions.upload_import(actor=user, file_name=file.name, data=file.read())
        except ActionRefused as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("partners:import-columns", pk=upload.pk)
    recent = OrganisationImport.objects.visible_to(user).settled().select_related("owner").defer("data")[:_RECENT]
    context = {"form": form, "recent": [(row, ImportReport.restored(row.report)) for row in recent]}
    return render(request, "partners/import_create.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the columns of the file are."""
    require_perm(request, "partners.import_organisations")
    upload = get_object_or_404(OrganisationImport.objects.visible_to(request.user), pk=pk)
    if upload.status not in _TO_MATCH or not upload.data:
        return redirect("partners:import-detail", pk=pk)
    sheet = (request.POST if request.method == "POST" else request.GET).get("sheet", upload.sheet)
    try:
        glance = look_at(bytes(upload.data), sheet)
    except FileRefused as refused:
        messages.error(request, str(refused))
        return redirect("partners:import-create")
    if len(glance.header) > MAX_COLUMNS:
        numbers = {"count": len(glance.header), "limit": MAX_COLUMNS}
        messages.error(request, _("The file has %(count)d columns; at most %(limit)d can be matched.") % numbers)
        return redirect("partners:import-create")
    if request.method != "POST":
        form = ColumnsForm(glance, initial=_initial(upload, glance, sheet))
    else:
        form = ColumnsForm(glance, request.POST)
        if form.is_valid():
            return _mapped(request, upload, form)
    context = {"upload": upload, "form": form, "glance": glance, "sheet": sheet or next(iter(glance.sheets), "")}
    return render(request, "partners/import_columns.html", context, status=422 if form.errors else 200)


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would do, is doing or did; row by row."""
    require_perm(request, "partners.import_organisations")
    upload = _upload(request, pk)
    if upload.status == ImportStatus.MAPPING:
        return redirect("partners:import-columns", pk=pk)
    if upload.is_running:
        done, total = told(upload.job) or (0, 0)
        context: dict[str, Any] = {"upload": upload, "done": done, "total": total, "known": min(done, total)}
        return page_or_fragment(request, "partners/import_running.html", context, fragment="state")
    if getattr(request, "htmx", False) and request.htmx.target == "state":  # type: ignore[attr-defined]
        return HttpResponseClientRefresh()
    return page_or_fragment(request, "partners/import_detail.html", _rows_in_view(request, upload))


@require_POST
def import_repair(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes, or no again, to repairing broken encodings."""
    require_perm(request, "partners.import_organisations")
    upload = _upload(request, pk)
    actions.repair_import(actor=signed_in(request), upload=upload, repair="repair" in request.POST)
    _start(upload)
    return redirect("partners:import-detail", pk=pk)


@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the file imported; pressing twice is pressing once."""
    require_perm(request, "partners.import_organisations")
    upload = _upload(request, pk)
    actions.confirm_import(actor=signed_in(request), upload=upload)
    if upload.status == ImportStatus.DONE:
        messages.info(request, _("This file was imported already."))
    else:
        _start(upload)
    return redirect("partners:import-detail", pk=pk)


@require_safe
def import_refused(request: HttpRequest, pk: int) -> HttpResponse:
    """The refused rows as a file, each with its line and the reason, to be mended and uploaded again."""
    require_perm(request, "partners.import_organisations")
    upload = _upload(request, pk)
    refused = _("refused")
    name = f"{upload.file_name.rsplit('.', 1)[0]}-{refused}.csv"
    response = HttpResponse(refused_rows(upload), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what the last import did; first what that means."""
    require_perm(request, "partners.import_organisations")
    upload = _upload(request, pk)
    if request.method == "POST":
        try:
            actions.undo_import(actor=signed_in(request), upload=upload)
        except ActionRefused as refusal:
            messages.error(request, refusal.message)
        else:
            _start(upload)
        return redirect("partners:import-detail", pk=pk)
    if upload != OrganisationImport.objects.last_finished():
        messages.info(request, _("Only the last import can be taken back."))
        return redirect("partners:import-detail", pk=pk)
    context = {
        "heading": _("Take back this import?"),
        "text": _("“%(file)s” was imported. Taking it back does this:") % {"file": upload.file_name},
        "consequences": _consequences(Undoing(upload).count()),
        "label": _("Take back"),
        "back_url": reverse("partners:import-detail", args=[pk]),
        "back_label": upload.file_name,
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


def _upload(request: HttpRequest, pk: int) -> OrganisationImport:
    rows = OrganisationImport.objects.visible_to(request.user).select_related("owner").defer("data")
    return get_object_or_404(rows, pk=pk)


def _initial(upload: OrganisationImport, glance: Glance, sheet: str) -> dict[str, str]:
    """As chosen for this file before, else for the last one like it, else as the names of the columns suggest."""
    known = ImportMapping.objects.of_header(glance.header)
    if upload.fields and upload.header == glance.header:
        fields, key = upload.fields, upload.key
    else:
        fields = guessed(glance.header, known.fields if known else None)
        key = known.key if known else usual_key(fields)
    return {"key": key, "sheet": sheet} | {f"column{place}": field for place, field in enumerate(fields)}


def _mapped(request: HttpRequest, upload: OrganisationImport, form: ColumnsForm) -> HttpResponse:
    cleaned = form.cleaned_data
    try:
        actions.map_import(
            actor=signed_in(request), upload=upload, fields=form.chosen, key=cleaned["key"], sheet=cleaned["sheet"]
        )
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
    else:
        _start(upload)
    return redirect("partners:import-detail", pk=upload.pk)


def _start(upload: OrganisationImport) -> None:
    """Without a broker the regular job finds the file a few minutes later."""
    try:
        run_import.delay(upload.pk)
    except OperationalError:
        logger.exception("Import %s waits for the next regular job", upload.pk)


def _rows_in_view(request: HttpRequest, upload: OrganisationImport) -> dict[str, Any]:
    report = ImportReport.restored(upload.report)
    filters = RowFilterForm(request.GET)
    outcome = filters.cleaned_data["outcome"] if filters.is_valid() else ""
    rows = ImportRow.objects.visible_to(request.user).filter(upload=upload).defer("values", "original")
    rows = rows.filter(outcome=outcome) if outcome else rows
    page = CappedPaginator(rows.order_by("line"), PER_PAGE).get_page(request.GET.get("page"))
    counts = {
        RowOutcome.CREATED: report.created,
        RowOutcome.UPDATED: report.updated,
        RowOutcome.UNCHANGED: report.unchanged,
        RowOutcome.REFUSED: len(report.refused),
    }
    can_undo = upload.status == ImportStatus.DONE and upload == OrganisationImport.objects.last_finished()
    return {
        "upload": upload,
        "report": report,
        "counts": [(choice.label, count) for choice, count in counts.items()],
        "tabs": _tabs(upload, outcome, counts, report.rows),
        "page": page,
        "rows": [(row, [_change(change) for change in row.changes]) for row in page],
        "most": MOST_SHOWN,
        "can_undo": can_undo,
    }


def _tabs(upload: OrganisationImport, current: str, counts: dict[RowOutcome, int], total: int) -> list[dict[str, Any]]:
    url = reverse("partners:import-detail", args=[upload.pk])
    every = {"label": _("All rows"), "url": url, "current": not current, "count": total}
    return [every] + [
        {"label": choice.label, "url": f"{url}?outcome={choice.value}", "current": current == choice, "count": count}
        for choice, count in counts.items()
    ]


def _change(change: list[Any]) -> tuple[str, str, str]:
    """Label, old and new value as people read them."""
    name, old, new = change
    label = _("Contact") if name == "contact" else str(FIELDS[name].label)
    return label, shown(name, old) if old else "", shown(name, new)


def _consequences(undoing: Undoing) -> list[str]:
    counts = [
        (undoing.organisations, ngettext("%s organisation goes.", "%s organisations go.", undoing.organisations)),
        (len(undoing.contacts), ngettext("%s contact goes.", "%s contacts go.", len(undoing.contacts))),
        (
            len(undoing.changed),
            ngettext(
                "%s organisation gets its earlier details back.",
                "%s organisations get their earlier details back.",
                len(undoing.changed),
            ),
        ),
    ]
    sentences = [sentence % numbers.whole(number) for number, sentence in counts if number] or [
        _("Nothing can be taken back.")
    ]
    sentences += undoing.stayed[:MOST_SHOWN]
    if (more := len(undoing.stayed) - MOST_SHOWN) > 0:
        sentences.append(ngettext("And %s more thing stays.", "And %s more things stay.", more) % numbers.whole(more))
    return sentences
