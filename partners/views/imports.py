import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from accounts.http import signed_in
from common.actions import ActionRefused
from common.forms import add_refusal
from common.htmx import page_or_fragment
from common.views import require_perm
from partners import actions
from partners.enums import ImportStatus
from partners.forms.imports import ImportForm
from partners.importer.report import ImportReport
from partners.models import OrganisationImport
from partners.tasks import run_import

logger = logging.getLogger(__name__)
_RECENT = 10
# Rows of one list on a page; a file of nothing but mistakes stays readable.
MOST_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: HttpRequest) -> HttpResponse:
    """Upload a file of organisations; the preview comes next, and nothing changes before it is confirmed."""
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
            return redirect("partners:import-detail", pk=upload.pk)
    recent = OrganisationImport.objects.visible_to(user).settled().select_related("owner").defer("data")[:_RECENT]
    context = {"form": form, "recent": [(row, ImportReport.restored(row.report)) for row in recent]}
    return render(request, "partners/import_create.html", context, status=422 if form.errors else 200)


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would do, is doing or did."""
    require_perm(request, "partners.import_organisations")
    upload = _upload(request, pk)
    report = ImportReport.restored(upload.report)
    samples = [(title, report.samples[key]) for key, title in _titles().items() if key in report.samples]
    context = {"upload": upload, "report": report, "samples": samples, "most": MOST_SHOWN}
    return page_or_fragment(request, "partners/import_detail.html", context, fragment="state")


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


def _upload(request: HttpRequest, pk: int) -> OrganisationImport:
    rows = OrganisationImport.objects.visible_to(request.user).select_related("owner").defer("data")
    return get_object_or_404(rows, pk=pk)


def _start(upload: OrganisationImport) -> None:
    """Without a broker the regular job finds the file a few minutes later."""
    try:
        run_import.delay(upload.pk)
    except OperationalError:
        logger.exception("Import %s waits for the next regular job", upload.pk)


def _titles() -> dict[str, str]:
    return {"created": _("New"), "updated": _("Changed"), "unchanged": _("The same")}
