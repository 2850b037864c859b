from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.languages import Language
from common.models import Searchable, TimeStamped
from common.text import fold
from notifications.enums import MailStatus
from notifications.querysets import OutgoingMailQuerySet


class OutgoingMail(Searchable):
    """One mail to one person: kept before it is sent, and after.

    ``message_id`` is fixed when the row is made, so that a mail sent twice by accident is one mail to its reader.
    ``link_kind`` and ``link_to`` name a personal link that is minted at delivery and never stored: the kept texts
    hold ``notifications.links.MARK`` in its place. ``search_text`` is kept by ``save``.
    """

    message_id = models.CharField(max_length=200, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    to_email = models.EmailField(_("to"))
    to_name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=Language)
    subject = models.CharField(_("subject"), max_length=300)
    body_text = models.TextField()
    body_html = models.TextField()
    link_kind = models.CharField(max_length=40, blank=True)
    link_to = models.CharField(max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=MailStatus, default=MailStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("what went wrong"), blank=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
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
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to_email}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = fold(f"{self.to_name} {self.to_email} {self.subject}")
        super().save(*args, **kwargs)


class Reminder(TimeStamped):
    """That one recipient was reminded of one subject on one occasion; the key is unique, whoever comes first.

    ``subject`` is such as ``collaboration:12``, ``recipient`` such as ``contact:7``, ``occurrence`` such as
    ``2026-03-01/overdue-7``. ``day`` is the day it was found due (the ``today`` of the run).
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    recipient = models.CharField(max_length=60)
    occurrence = models.CharField(max_length=60)
    day = models.DateField()
    mail = models.OneToOneField(OutgoingMail, on_delete=models.PROTECT, related_name="reminder", null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "recipient", "occurrence"], name="reminder_key_unique")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.recipient} {self.occurrence}"


class Heartbeat(models.Model):
    """When a regular job last showed that scheduler and worker are alive."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at:%Y-%m-%d %H:%M:%S}"
