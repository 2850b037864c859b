from typing import Any

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.enums import Language
from common.models import Searchable, TimeStamped
from common.text import fold
from notifications.enums import MailStatus
from notifications.querysets import OutgoingMailQuerySet, RefusedAddressQuerySet


@pghistory.track(
    pghistory.ManualEvent("note"),
    fields=["kind"],
    model_name="OutgoingMailEvent",
    obj_field=pghistory.ObjForeignKey(related_name="events", related_query_name="events"),
)
class OutgoingMail(Searchable):
    """One mail to one person, stored before it is sent and kept afterwards.

    ``message_id`` is fixed when the row is made, so that a mail sent twice by accident is one mail to its reader.
    ``link_kind`` and ``link_to`` name a personal link that is minted at delivery and never stored: the kept texts hold
    ``notifications.links.MARK`` in its place. ``search_text`` is kept by ``save``.

    ``recipient`` is the key of the person (``contact:7``), whose present address is used when the mail leaves:
    ``corrected_from`` keeps the address it was made for where that differs. ``about`` (``invitation:12``) and
    ``occurrence`` are the data from which ``notifications.wanted`` decides whether it still leaves; ``stopped_because``
    is the code of the reason why it did not. ``daytime_only`` keeps it in the hours of ``notifications.daytime``.

    ``from_name`` is the person in whose name it leaves, with the organisation; answers go to ``reply_to``. Both are
    empty where the installation itself writes.

    ``handed_over_at`` is set right before the text goes to the mail server, and emptied when that did not take it:
    a mail that has it and no answer is perhaps sent (``MailStatus.UNKNOWN``), and is never sent again by itself.
    """

    message_id = models.CharField(max_length=200, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    to_email = models.EmailField(_("to"))
    to_name = models.CharField(_("name"), max_length=200, blank=True)
    recipient = models.CharField(max_length=60, blank=True)
    corrected_from = models.EmailField(_("made for"), blank=True)
    about = models.CharField(max_length=60, blank=True)
    occurrence = models.CharField(max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=Language)
    from_name = models.CharField(_("sender"), max_length=200, blank=True, default="", db_default="")
    reply_to = models.EmailField(_("answers go to"), blank=True, default="", db_default="")
    subject = models.CharField(_("subject"), max_length=300)
    body_text = models.TextField()
    body_html = models.TextField()
    link_kind = models.CharField(max_length=40, blank=True)
    link_to = models.CharField(max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=MailStatus, default=MailStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("what went wrong"), blank=True)
    stopped_because = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    daytime_only = models.BooleanField(default=False, db_default=False)
    leased_until = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=MailStatus.SENDING) | Q(leased_until__isnull=False), name="mail_sending_is_leased"
            ),
            models.CheckConstraint(
                condition=Q(status=MailStatus.SENT, sent_at__isnull=False)
                | (~Q(status=MailStatus.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_has_time",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="mail_search", fastupdate=False),
            models.Index(fields=["-created_at", "-id"], name="mail_newest"),
            models.Index(fields=["status", "-created_at"], name="mail_by_status"),
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(status__in=[MailStatus.QUEUED, MailStatus.SENDING]),
                name="mail_to_deliver",
            ),
            models.Index(fields=["about", "id"], condition=~Q(about=""), name="mail_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to_email}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = self.words_to_search()
        super().save(*args, **kwargs)

    def words_to_search(self) -> str:
        """Return the folded text by which the mail is found."""
        return fold(f"{self.to_name} {self.to_email} {self.subject}")


class Reminder(TimeStamped):
    """A record that one recipient was reminded of one subject on one occasion; unique, so that the first worker wins.

    ``subject`` is such as ``collaboration:12``, ``recipient`` such as ``contact:7``, ``occurrence`` such as
    ``2026-03-01/overdue-7``. ``day`` is the day it was found due (the ``today`` of the run). One mail serves several
    reminders of one person, who may be known by several keys.
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    recipient = models.CharField(max_length=60)
    occurrence = models.CharField(max_length=60)
    day = models.DateField()
    mail = models.ForeignKey(
        OutgoingMail, on_delete=models.PROTECT, related_name="reminders", related_query_name="reminder", null=True
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "recipient", "occurrence"], name="reminder_key_unique")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.recipient} {self.occurrence}"

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.kind, self.subject, self.recipient, self.occurrence

    def holds(self, address: str) -> bool:
        """Return whether the person at this present address counts as reminded.

        False when the mail was cancelled, and when it failed at an address that was corrected since.
        """
        if self.mail is None or self.mail.status not in (MailStatus.CANCELLED, MailStatus.FAILED):
            return True
        return self.mail.status == MailStatus.FAILED and self.mail.to_email.lower() == address.lower()


class RefusedAddress(models.Model):
    """An address, in lower case, at which the mail server refused mail for good, with the words of the server.

    The row is deleted when a mail arrives there. ``recipient`` is the key of the person the mail was for.
    """

    email = models.EmailField(unique=True)
    recipient = models.CharField(max_length=60, blank=True)
    words = models.TextField()
    refused_at = models.DateTimeField()

    objects = RefusedAddressQuerySet.as_manager()

    def __str__(self) -> str:
        return self.email


class MailPause(models.Model):
    """The row, of which there is at most one, as long as no mail and no reminder leaves this installation.

    A restored copy has it: the installation that it was copied from may still be at work, and has the same people.
    ``since`` is when the copy was made, ``backup_made_at`` when the backup was, where that is known.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    since = models.DateTimeField()
    backup_made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="mail_pause_is_one")]

    def __str__(self) -> str:
        return f"no mail since {timezone.localtime(self.since):%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """The last time at which a regular job showed that scheduler and worker are alive."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at:%Y-%m-%d %H:%M:%S}"
