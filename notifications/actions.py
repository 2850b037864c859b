import re
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.template import Context, Engine
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from notifications.enums import MailStatus
from notifications.links import MARK
from notifications.models import Heartbeat, OutgoingMail, Reminder
from notifications.recipients import Recipient


def queue_mail(
    *,
    kind: str,
    to: Recipient,
    context: dict[str, Any],
    path: str = "",
    link: tuple[str, str] | None = None,
) -> OutgoingMail:
    """Keep a mail that is delivered as soon as the caller's transaction is committed.

    Renders ``templates/emails/<kind>/{subject.txt,body.txt,body.html}`` in the recipient's language with ``context``,
    ``recipient``, ``site_url`` and ``button_url``. The one button leads to ``path`` on this site, or by ``link``
    (kind and key of ``notifications.links``) to a personal link that is made when the mail leaves.
    Refuses a recipient without an address.
    """
    if not to.email:
        raise ActionRefused(_("%(name)s has no e-mail address.") % {"name": to.name})
    link_kind, link_to = link or ("", "")
    with translation.override(to.language):
        subject, text, html = _render(kind, {**context, "recipient": to, **_addresses(path, bool(link))})
    return OutgoingMail.objects.create(
        message_id=_new_message_id(),
        kind=kind,
        to_email=to.email,
        to_name=_one_line(to.name),
        language=to.language,
        subject=_one_line(subject)[:300],
        body_text=_without_gaps(text),
        body_html=html,
        link_kind=link_kind,
        link_to=link_to,
    )


def retry_mail(*, actor: User | None, mail: OutgoingMail) -> OutgoingMail:
    """Put a failed mail back in the queue, with all its attempts before it. Refuses any other."""
    require(actor, "notifications.retry_mail", mail)
    with recording(actor, "notifications.mail_retried"):
        mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
        if mail.status != MailStatus.FAILED:
            raise ActionRefused(_("Only a mail that failed can be sent again."))
        mail.status, mail.attempts, mail.next_attempt_at = MailStatus.QUEUED, 0, timezone.now()
        mail.save(update_fields=["status", "attempts", "next_attempt_at"])
    return mail


def settle_past_mails(*, before: datetime) -> int:
    """Count the mails that wait since before ``before`` as sent when they were made; gives how many.

    For demo data of the past: what those mails announced is long over, and nobody is to receive them now.
    """
    past = OutgoingMail.objects.filter(status=MailStatus.QUEUED, created_at__lt=before)
    return past.update(status=MailStatus.SENT, sent_at=F("created_at"))


def record_heartbeat(*, name: str = "beat") -> None:
    """Note that the scheduler and a worker are alive: the readiness check asks for it."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": timezone.now()})


def _addresses(path: str, has_link: bool) -> dict[str, str]:
    page = f"{settings.SITE_URL}{path}" if path else ""
    return {"site_url": settings.SITE_URL, "button_url": MARK if has_link else page}


def _render(kind: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, plain text and HTML; only the last is HTML, and escapes."""

    def render(name: str) -> str:
        template = Engine.get_default().get_template(f"emails/{kind}/{name}")
        return template.render(Context(context, autoescape=name.endswith(".html")))

    return render("subject.txt"), render("body.txt"), render("body.html")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _without_gaps(text: str) -> str:
    """Paragraphs with one empty line between them, however many a template leaves."""
    return re.sub(r"\n\s*\n", "\n\n", text.strip()) + "\n"


def _new_message_id() -> str:
    return f"<{uuid.uuid4().hex}@{urlsplit(settings.SITE_URL).hostname}>"


def readdress_reminders(*, old: str, new: str) -> None:
    """Let the reminders of one recipient count as those of another, who is the same person; part of a larger action.

    What both were reminded of stays as it is: nothing is sent twice.
    """
    had = Reminder.objects.filter(
        recipient=new, kind=OuterRef("kind"), subject=OuterRef("subject"), occurrence=OuterRef("occurrence")
    )
    Reminder.objects.filter(~Exists(had), recipient=old).update(recipient=new)
