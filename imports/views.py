import logging
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
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
from accounts.models import User
from common import numbers
from common.actions import ActionRefused
from common.edits import EditConflict
from common.forms import add_refusal
from common.htmx import page_or_fragment
from common.incoming import accepts_upload
from common.paging import CappedPaginator
from common.progress import progress_of
from common.views import refusals_said, require_perm
from imports import actions
from imports.enums import ImportStatus, RowOutcome
from imports.forms import ColumnsForm, ImportForm, RowFilterForm
from imports.mapping.fields import FIELDS, guessed, usual_key
from imports.models import FileImport, ImportMapping, ImportRow
from imports.querysets import FileImportQuerySet
from imports.reports.preview import FilePreview
from imports.reports.refusals import in_words
from imports.reports.refused import refused_rows
from imports.reports.report import ImportReport
from imports.tasks import run_import
from imports.undoing.plan import UndoPlan

logger = logging.getLogger(__name__)
_RECENT = 10
PER_PAGE = 50
# Of one list on a page; a file of nothing but oddities stays readable.
MOST_SHOWN = 100
_TO_MATCH = (ImportStatus.MAPPING, ImportStatus.PREVIEW, ImportStatus.FAILED)


@accepts_upload("imports.import_organisations")
@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: HttpRequest) -> HttpResponse:
    """Keep an uploaded file of organisations; a job reads it, and nothing changes before it is confirmed."""
    require_perm(request, "imports.import_organisations")
    user = signed_in(request)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        upload = actions.upload_import(actor=user, file_name=file.name, data=file.read())
        _start_job(upload)
        return redirect("imports:import-detail", pk=upload.pk)
    recent = _files(user).listed_for(user)[:_RECENT]
    context = {"form": form, "recent": [(row, ImportReport.restored(row.report)) for row in recent]}
    return render(request, "imports/import_create.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Match the columns of a file to fields."""
    require_perm(request, "imports.import_organisations")
    upload = _upload(request, pk)
    if upload.status not in _TO_MATCH or not upload.file_preview:
        return redirect("imports:import-detail", pk=pk)
    preview = FilePreview.restored(upload.file_preview)
    sheet = preview.sheet((request.POST if request.method == "POST" else request.GET).get("sheet", upload.sheet))
    if sheet.problem:
        messages.error(request, f"{sheet.name}: {in_words(sheet.problem)}")
        return redirect("imports:import-columns", pk=pk)
    # The choices made for this file, else for the last one like it, else those that the names suggest.
    known = ImportMapping.objects.of_header(sheet.header)
    if upload.fields and upload.header == sheet.header:
        fields, key = upload.fields, upload.key
    else:
        fields = guessed(sheet.header, known.fields if known else None)
        key = known.key if known else usual_key(fields)
    form = ColumnsForm(
        sheet,
        request.POST or None,
        initial={"key": key, "sheet": sheet.name} | {f"column{place}": field for place, field in enumerate(fields)},
    )
    if form.is_valid():
        try:
            return _mapped(request, upload, form)
        except EditConflict as conflict:
            add_refusal(form, conflict)
    context = {"upload": upload, "form": form, "preview": preview, "sheet": sheet}
    return render(request, "imports/import_columns.html", context, status=422 if form.errors else 200)


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the state of an import, with the changes that its rows would make or made."""
    require_perm(request, "imports.import_organisations")
    upload = _upload(request, pk)
    if upload.is_running:
        done, total = progress_of(upload.job) or (0, 0)
        context: dict[str, Any] = {"upload": upload, "done": done, "total": total, "known": min(done, total)}
        return page_or_fragment(request, "imports/import_running.html", context, fragment="state")
    if getattr(request, "htmx", False) and request.htmx.target == "state":  # type: ignore[attr-defined]
        return HttpResponseClientRefresh()
    if upload.status == ImportStatus.MAPPING:
        return redirect("imports:import-columns", pk=pk)
    if upload.status in (ImportStatus.UNREADABLE, ImportStatus.CANCELLED):
        context = {"upload": upload, "problem": in_words(upload.problem)}
        return render(request, "imports/import_given_up.html", context)
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
    can_undo = upload.status == ImportStatus.DONE and upload == FileImport.objects.last_finished()
    url = reverse("imports:import-detail", args=[upload.pk])
    tabs = [{"label": _("All rows"), "url": url, "current": not outcome, "count": report.rows}]
    for choice, count in counts.items():
        address = f"{url}?outcome={choice.value}"
        tabs.append({"label": choice.label, "url": address, "current": outcome == choice, "count": count})
    context = {
        "upload": upload,
        "report": report,
        "problem": in_words(upload.problem),
        "counts": [(choice.label, count) for choice, count in counts.items()],
        "tabs": tabs,
        "page": page,
        "rows": [(row, [_change(change) for change in row.changes]) for row in page],
        "most": MOST_SHOWN,
        "can_undo": can_undo,
    }
    return page_or_fragment(request, "imports/import_detail.html", context)


@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop reading a file; nothing in the registry changed yet."""
    require_perm(request, "imports.import_organisations")
    upload = _upload(request, pk)
    actions.cancel_import(actor=signed_in(request), upload=upload)
    return redirect("imports:import-detail", pk=pk)


@require_POST
def import_repair(request: HttpRequest, pk: int) -> HttpResponse:
    """Set whether broken encodings are repaired."""
    require_perm(request, "imports.import_organisations")
    upload = _upload(request, pk)
    actions.repair_import(actor=signed_in(request), upload=upload, repair="repair" in request.POST)
    _start_job(upload)
    return redirect("imports:import-detail", pk=pk)


@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the import of a file; a second time does nothing."""
    require_perm(request, "imports.import_organisations")
    upload = _upload(request, pk)
    actions.confirm_import(actor=signed_in(request), upload=upload)
    if upload.status == ImportStatus.DONE:
        messages.info(request, _("This file was imported already."))
    else:
        _start_job(upload)
    return redirect("imports:import-detail", pk=pk)


@require_safe
def import_refused(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the refused rows as a file, each with its line and the reason, to be mended and uploaded again."""
    require_perm(request, "imports.import_organisations")
    upload = _upload(request, pk)
    refused = _("refused")
    name = f"{upload.file_name.rsplit('.', 1)[0]}-{refused}.csv"
    response = HttpResponse(refused_rows(upload), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the last import; first show what that does."""
    require_perm(request, "imports.import_organisations")
    upload = _upload(request, pk)
    if request.method == "POST":
        with refusals_said(request):
            actions.undo_import(actor=signed_in(request), upload=upload)
            _start_job(upload)
        return redirect("imports:import-detail", pk=pk)
    if upload != FileImport.objects.last_finished():
        messages.info(request, _("Only the last import can be taken back."))
        return redirect("imports:import-detail", pk=pk)
    plan = UndoPlan(upload).count()
    restored = ngettext(
        "%s organisation gets its earlier details back.",
        "%s organisations get their earlier details back.",
        len(plan.changed),
    )
    counts = [
        (plan.organisations, ngettext("%s organisation goes.", "%s organisations go.", plan.organisations)),
        (len(plan.contacts), ngettext("%s contact goes.", "%s contacts go.", len(plan.contacts))),
        (len(plan.changed), restored),
    ]
    consequences = [sentence % numbers.whole(number) for number, sentence in counts if number]
    consequences = [*(consequences or [_("Nothing can be taken back.")]), *plan.stayed[:MOST_SHOWN]]
    if (more := len(plan.stayed) - MOST_SHOWN) > 0:
        more_stay = ngettext("And %s more thing stays.", "And %s more things stay.", more)
        consequences.append(more_stay % numbers.whole(more))
    text = _("“%(file)s” was imported. Taking it back does this:") if plan.has_work else ""
    context = {
        "heading": _("Take back this import?"),
        "text": text % {"file": upload.file_name} if text else "",
        "consequences": consequences,
        "label": _("Take back") if plan.has_work else "",
        "leave_label": "" if plan.has_work else _("Back to the import"),
        "back_url": reverse("imports:import-detail", args=[pk]),
        "back_label": upload.file_name,
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


def _files(user: User | AnonymousUser) -> FileImportQuerySet:
    """Return the files that a user may see, without their bytes: no page opens one."""
    return FileImport.objects.visible_to(user).select_related("owner").defer("data")


def _upload(request: HttpRequest, pk: int) -> FileImport:
    return get_object_or_404(_files(request.user), pk=pk)


def _mapped(request: HttpRequest, upload: FileImport, form: ColumnsForm) -> HttpResponse:
    cleaned = form.cleaned_data
    try:
        actions.map_import(
            actor=signed_in(request),
            upload=upload,
            fields=form.chosen,
            key=cleaned["key"],
            sheet=cleaned["sheet"],
            seen=cleaned["seen"],
        )
    except EditConflict:
        raise
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
    else:
        _start_job(upload)
    return redirect("imports:import-detail", pk=upload.pk)


def _start_job(upload: FileImport) -> None:
    """Start the job of a file; without a broker the regular job finds it a few minutes later."""
    try:
        run_import.delay(upload.pk)
    except OperationalError:
        logger.exception("Import %s waits for the next regular job", upload.pk)


def _change(change: list[Any]) -> tuple[str, str, str]:
    """Return label, old and new value as people read them."""
    name, old, new = change
    if name == "contact":
        return _("Contact"), "", new
    field = FIELDS[name]
    return str(field.label), field.plain_in_words(old), field.plain_in_words(new)
