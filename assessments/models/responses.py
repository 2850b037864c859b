import uuid

from django.db import models
from django.db.models import Q, Value

from assessments.models.cycles import CycleParty, EvaluationCycle
from assessments.models.invitations import Invitation
from assessments.querysets import ResponseQuerySet


class Response(models.Model):
    """The answers of one person: item keys and values, never texts of the questionnaire.

    While the cycle is open it belongs to its invitation and to ``email``, the address of the link it was written by; of
    the responses to one invitation one at most is sent. Closing a confidential cycle replaces every row by one with a
    new random key, in random order, without invitation, address and times; no history is kept of this table. ``typed``
    has the time at which each field was typed last (``assessments.drafts``); closing empties it. ``by_part`` says that
    the person reads the questions part by part.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(EvaluationCycle, on_delete=models.CASCADE, related_name="responses")
    party = models.ForeignKey(CycleParty, on_delete=models.CASCADE, related_name="responses")
    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="responses", null=True, blank=True
    )
    email = models.EmailField(blank=True, default="", db_default="")
    answers = models.JSONField(default=dict)
    comments = models.JSONField(default=dict)
    by_part = models.BooleanField(default=False, db_default=False)
    typed = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("invitation", "email", name="response_once_per_address"),
            models.UniqueConstraint("invitation", condition=Q(submitted_at__isnull=False), name="response_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class PendingErasure(models.Model):
    """A record that dead rows on disk may still reveal who gave which answers; deleted when they are erased."""

    cycle = models.OneToOneField(EvaluationCycle, on_delete=models.CASCADE, related_name="pending_erasure")

    def __str__(self) -> str:
        return f"{self.cycle_id}"
