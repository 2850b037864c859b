from django.db import models
from django.utils.translation import gettext_lazy as _


class MailStatus(models.TextChoices):
    """State of a mail in the outbox."""

    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    UNKNOWN = "unknown", _("Perhaps sent")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class StopReason(models.TextChoices):
    """Reason for which any app cancels a mail; ``notifications.wanted`` adds the reasons of single apps."""

    PERSON_GONE = "person_gone", _("This person is not active any more.")
    NO_ADDRESS = "no_address", _("This person has no e-mail address any more.")
    SETTLED = "settled", _("What this mail is about has been settled meanwhile.")
    HANDED_OVER = "handed_over", _("Somebody else sees to this by now.")
    RESTORED = "restored", _("A backup was restored. This mail may have left before that.")
    SUPERSEDED = "superseded", _("A later mail has taken its place.")
