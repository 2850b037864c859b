import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.template import Context, Engine
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import record_about, recording
from common.actions import ActionRefused, require
from notifications import wanted
from notifications.daytime import next_daytime
from notifications.enums import MailStatus, StopReason
from notifications.isolation import in_html, in_text
from notifications.links import MARK
from notifications.models import Heartbeat, OutgoingMail, Reminder
from notifications.recipients import Recipient, can_resolve, resolve
from notifications.senders import Sender, choose_sender

RETRIED = (MailStatus.FAILED, MailStatus.CANCELLED, MailStatus.UNKNOWN)


@dataclass(frozen=True)
class WrittenMail:
    """A mail in the words of its reader: who it comes from, its subject, plain text and HTML."""

    from_name: str
    reply_to: str
    subject: str
    text: str
    html: str


def write_mail(
    kind: str, to: Recipient, context: dict[str, Any], button_url: str = "", senders: Iterable[Sender] = ()
) -> WrittenMail:
    """Render ``templates/emails/<kind>/{subject.txt,body.txt,body.html}`` in the language of ``to``; store nothing.

    The templates get ``context``, ``recipient``, ``site_url``, ``button_url`` and ``sender``: the first of ``senders``
    who is not the reader, else a colleague who keeps the records. The HTML gets the ``subject`` as well. Only the HTML
    is escaped. Texts of the context stand isolated from the words around them (``notifications.isolation``).
    """
    sender = choose_sender(senders, reader=to.email)
    addresses = {"site_url": settings.SITE_URL, "button_url": button_url}
    # Addresses stand in attributes, where no element can be: they are not isolated.
    asker = {"name": sender.name, "organisation": sender.organisation} if sender else None
    more = {"recipient": to, "sender_email": sender.email if sender else "", **addresses}
    with translation.override(to.language):
        in_words = {**in_text({**context, "sender": asker}), **more}
        subject = _one_line(_render(kind, "subject.txt", in_words))[:300]
        text = _render(kind, "body.txt", in_words)
        html = _render(kind, "body.html", {**in_html({**context, "sender": asker}), **more, "subject": subject})
        from_name = _one_line(sender.words)[:200] if sender else ""
    # One empty line between paragraphs, however many the template left.
    text = re.sub(r"\n\s*\n", "\n\n", text.strip()) + "\n"
    return WrittenMail(from_name, sender.email if sender else "", subject, text, html)


def queue_mail(
    *,
    kind: str,
    to: Recipient,
    context: dict[str, Any],
    path: str = "",
    link: tuple[str, str] | None = None,
    about: str = "",
    occurrence: str = "",
    at_once: bool = False,
    leave_by: date | None = None,
    senders: Iterable[Sender] = (),
) -> OutgoingMail:
    """Store a mail, to be delivered in daytime after the caller's transaction is committed.

    With ``at_once`` the mail leaves at any hour: for a mail that a person is waiting for. So does a mail that would
    otherwise leave after the day ``leave_by``.

    ``write_mail`` renders it, in the name of the first of ``senders``. The one button leads to ``path`` on this site,
    or by ``link`` (kind and key of ``notifications.links``) to a personal link that is made when the mail leaves.
    ``about`` (such as ``invitation:12``) and ``occurrence`` let the check that the app registered with
    ``notifications.wanted`` decide whether the mail still leaves. Refuses a recipient without an address.
    """
    if not to.email:
        raise ActionRefused(_("%(name)s has no e-mail address.") % {"name": to.name})
    link_kind, link_to = link or ("", "")
    now = timezone.now()
    leaves_at = next_daytime(now)
    at_once = at_once or (leave_by is not None and timezone.localdate(leaves_at) > leave_by)
    page = f"{settings.SITE_URL}{path}" if path else ""
    mail = write_mail(kind, to, context, MARK if link else page, senders)
    return OutgoingMail.objects.create(
        message_id=f"<{uuid.uuid4().hex}@{urlsplit(settings.SITE_URL).hostname}>",
        kind=kind,
        to_email=to.email,
        to_name=_one_line(to.name),
        recipient=to.key,
        about=about,
        occurrence=occurrence,
        language=to.language,
        from_name=mail.from_name,
        reply_to=mail.reply_to,
        subject=mail.subject,
        body_text=mail.text,
        body_html=mail.html,
        link_kind=link_kind,
        link_to=link_to,
        daytime_only=not at_once,
        next_attempt_at=now if at_once else leaves_at,
    )


def retry_mail(*, actor: User | None, mail: OutgoingMail) -> OutgoingMail:
    """Queue a failed, cancelled or perhaps sent mail again, with all its attempts before it, to leave immediately.

    Refuses a mail in another state, one that is still not wanted, and one whose person has no address.
    """
    require(actor, "notifications.retry_mail", mail)
    with recording(actor, "notifications.mail_retried"):
        mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
        if mail.status not in RETRIED:
            raise ActionRefused(_("Only a mail that failed, was cancelled or is perhaps sent can be sent again."))
        if reason := reason_to_stop(mail, timezone.localdate()):
            raise ActionRefused(wanted.words(reason))
        mail.status, mail.attempts, mail.next_attempt_at = MailStatus.QUEUED, 0, timezone.now()
        mail.stopped_because, mail.daytime_only, mail.handed_over_at = "", False, None
        fields = ["status", "attempts", "next_attempt_at", "stopped_because", "daytime_only", "handed_over_at"]
        mail.save(update_fields=fields)
        record_about(mail)
    return mail


def reason_to_stop(mail: OutgoingMail, today: date) -> str:
    """Return the code of the reason why ``mail`` must not leave; the empty string when it may.

    Its person is gone or has no address, or the check of its kind says that it is not wanted any more.
    """
    if can_resolve(mail.recipient):
        person = resolve(mail.recipient)
        if person is None:
            return StopReason.PERSON_GONE
        if not person.email:
            return StopReason.NO_ADDRESS
    return wanted.reason_against(mail, today)


def mark_past_mails_sent(*, before: datetime) -> int:
    """Mark the mails that wait since before ``before`` as sent when they were made; return their number.

    For demo data of the past: the events in those mails are long over, and the mails must not reach anyone now.
    """
    past = OutgoingMail.objects.filter(status=MailStatus.QUEUED, created_at__lt=before)
    return past.update(status=MailStatus.SENT, sent_at=F("created_at"))


def record_heartbeat(*, name: str = "beat") -> None:
    """Record that the scheduler and a worker are alive; the readiness check reads it."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": timezone.now()})


def _render(kind: str, name: str, context: dict[str, Any]) -> str:
    template = Engine.get_default().get_template(f"emails/{kind}/{name}")
    return template.render(Context(context, autoescape=name.endswith(".html")))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def readdress_reminders(*, old: str, new: str) -> None:
    """Move the reminders and waiting mails of one recipient key to another key of the same person.

    A part of a larger action. Reminders that both keys have stay as they are, so that no reminder is sent twice.
    """
    OutgoingMail.objects.waiting().filter(recipient=old).update(recipient=new)
    had = Reminder.objects.filter(
        recipient=new, kind=OuterRef("kind"), subject=OuterRef("subject"), occurrence=OuterRef("occurrence")
    )
    Reminder.objects.filter(~Exists(had), recipient=old).update(recipient=new)
