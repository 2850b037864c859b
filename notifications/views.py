from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import signed_in
from common.actions import ActionRefused
from common.htmx import page_or_fragment
from common.paging import CappedPaginator, SearchPaginator
from common.views import require_perm
from notifications import kinds, links
from notifications.actions import retry_mail
from notifications.enums import MailStatus
from notifications.forms import MailFilter
from notifications.models import OutgoingMail
from notifications.querysets import OutgoingMailQuerySet

PER_PAGE = 25
NEWEST_FIRST = ("-created_at", "-pk")
_SHOWN = ("pk", "kind", "to_email", "to_name", "subject", "status", "created_at")


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """Everything that was sent or waits, newest first."""
    require_perm(request, "notifications.view_mail")
    mails = OutgoingMail.objects.visible_to(request.user)
    narrowed = MailFilter(request.GET, mails)
    page = _pages(narrowed, mails).get_page(request.GET.get("page"))
    failed = CappedPaginator(mails.filter(status=MailStatus.FAILED), PER_PAGE)
    context = {"page": page, "filter": narrowed, "failed": failed, "kind_names": dict(kinds.choices())}
    return page_or_fragment(request, "notifications/mail_list.html", context)


def _pages(narrowed: MailFilter, mails: OutgoingMailQuerySet) -> CappedPaginator:
    """Only what the list shows is read: a mail is long."""
    found, everything = (rows.only(*_SHOWN) for rows in (narrowed.qs, mails))
    if narrowed.typed("q"):
        return SearchPaginator(found, PER_PAGE, everything=everything, order=NEWEST_FIRST)
    return CappedPaginator(found.order_by(*NEWEST_FIRST), PER_PAGE)


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
