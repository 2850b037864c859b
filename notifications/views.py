from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import signed_in
from common.htmx import page_or_fragment
from common.paging import CappedPaginator, SearchPaginator
from common.views import refusals_said, require_perm
from notifications import kinds, links, wanted
from notifications.actions import RETRIED, retry_mail
from notifications.enums import MailStatus
from notifications.forms import MailFilter
from notifications.models import OutgoingMail

PER_PAGE = 25
NEWEST_FIRST = ("-created_at", "-pk")
_SHOWN = ("pk", "kind", "to_email", "to_name", "subject", "status", "created_at")


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """Show the mails that were sent or wait, newest first."""
    require_perm(request, "notifications.view_mail")
    mails = OutgoingMail.objects.visible_to(request.user)
    narrowed = MailFilter(request.GET, mails)
    # Only the columns that are shown: the texts of a mail are long.
    found, everything = (rows.only(*_SHOWN) for rows in (narrowed.qs, mails))
    pages = CappedPaginator(found.order_by(*NEWEST_FIRST), PER_PAGE)
    if narrowed.typed("q"):
        pages = SearchPaginator(found, PER_PAGE, everything=everything, order=NEWEST_FIRST)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "filter": narrowed,
        "failed": CappedPaginator(mails.filter(status=MailStatus.FAILED), PER_PAGE),
        "unknown": CappedPaginator(mails.filter(status=MailStatus.UNKNOWN), PER_PAGE),
        "kind_names": dict(kinds.choices()),
    }
    return page_or_fragment(request, "notifications/mail_list.html", context)


@require_safe
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one mail as its recipient got it, in plain text and without its personal link.

    Where mails stay on this machine the link stands below the mail, so that the application can be tried.
    """
    mail = get_object_or_404(OutgoingMail.objects.visible_to(request.user).defer("body_html"), pk=pk)
    context = {
        "mail": mail,
        "kind_name": kinds.label(mail.kind),
        "text": links.hide(mail.body_text),
        "personal_link": links.link_to_try(mail),
        "stopped": wanted.words(mail.stopped_because),
        "can_retry": mail.status in RETRIED and request.user.has_perm("notifications.retry_mail", mail),
    }
    return render(request, "notifications/mail_detail.html", context)


@require_POST
def mail_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a mail again that failed, was cancelled or is perhaps sent."""
    mail = get_object_or_404(OutgoingMail.objects.visible_to(request.user), pk=pk)
    with refusals_said(request):
        retry_mail(actor=signed_in(request), mail=mail)
        messages.success(request, _("The mail goes out again within a minute."))
    return redirect("notifications:mail-detail", pk=mail.pk)
