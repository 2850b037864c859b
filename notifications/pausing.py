"""The one place that says whether mail may leave: not from a restored copy, until an administrator says so.

Delivery and reminders ask ``mail_pause``, and so do the pages and checks that tell people. Jobs that change data go on,
such as closing rounds; the mails that they make wait. Codes and links for signing in are no jobs: the person who asks
for one on the page of this very copy gets it.
"""

from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from notifications.enums import MailStatus, StopReason
from notifications.models import MailPause, OutgoingMail
from notifications.querysets import OutgoingMailQuerySet


def mail_pause() -> MailPause | None:
    """Return the pause that holds back all mail and reminders; None when they may leave."""
    return MailPause.objects.first()


def pause_mail(*, backup_made_at: datetime | None, using: str = DEFAULT_DB_ALIAS) -> None:
    """Stop all mail and reminders of a restored database from now on, also where an earlier pause was in the backup."""
    MailPause.objects.using(using).update_or_create(
        pk=MailPause.ONLY, defaults={"since": timezone.now(), "backup_made_at": backup_made_at}
    )


def possibly_sent(pause: MailPause) -> OutgoingMailQuerySet:
    """Return the waiting mails that were due before the copy was made, so that the original may have sent them."""
    return OutgoingMail.objects.waiting().filter(created_at__lte=pause.since, next_attempt_at__lte=pause.since)


@transaction.atomic
def resume_mail(*, cancel_possibly_sent: bool) -> int:
    """Let mail and reminders leave again; return the number of mails that were cancelled.

    With ``cancel_possibly_sent`` the mails that the original may have sent are cancelled, with that reason: a
    coordinator can send each of them again. Without a pause nothing changes.
    """
    pause = MailPause.objects.select_for_update().first()
    if pause is None:
        return 0
    cancelled = 0
    if cancel_possibly_sent:
        cancelled = possibly_sent(pause).update(
            status=MailStatus.CANCELLED, stopped_because=StopReason.RESTORED, leased_until=None
        )
    pause.delete()
    return cancelled
