from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import signed_in
from common.actions import ActionRefused
from common.htmx import page_or_fragment
from common.paging import CappedPaginator
from common.views import require_perm
from notifications import kinds, links
from notifications.actions import retry_mail
from notifications.enums import MailStatus
from notifications.forms import MailFilter
from notifications.models import OutgoingMail

PER_PAGE = 50


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """Everything that was sent or waits, newest first."""
    require_perm(request, "notifications.view_mail")
    mails = OutgoingMail.objects.visible_to(request.user)
    found = MailFilter(request.GET, mails.defer("body_text", "body_html"))
    page = CappedPaginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    for mail in page:
        mail.kind_name = kinds.label(mail.kind)
    failed = CappedPaginator(mails.filter(status=MailStatus.FAILED), PER_PAGE)
    context = {"page": page, "filter": found, "failed": failed, "is_filtered": any(found.form.cleaned_data.values())}
    return page_or_fragment(request, "notifications/mail_list.html", context)


@require_safe
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as its reader got it, in plain text and without its personal link."""
    mail = get_object_or_404(OutgoingMail.objects.visible_to(request.user).defer("body_html"), pk=pk)
    context = {
        "mail": mail,
        "kind_name": kinds.label(mail.kind),
        "text": links.hide(mail.body_text),
        "can_retry": mail.status == MailStatus.FAILED and request.user.has_perm("notifications.retry_mail", mail),
    }
    return render(request, "notifications/mail_detail.html", context)


@require_POST
def mail_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a failed mail again."""
    mail = get_object_or_404(OutgoingMail.objects.visible_to(request.user), pk=pk)
    try:
        retry_mail(actor=signed_in(request), mail=mail)
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The mail goes out again within a minute."))
    return redirect("notifications:mail-detail", pk=mail.pk)
