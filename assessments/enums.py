from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CycleStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    DISCUSSED = "discussed", _("Discussed")
    CANCELLED = "cancelled", pgettext_lazy("evaluation round", "Cancelled")


class Mode(models.TextChoices):
    CONFIDENTIAL = "confidential", _("Confidential")
    OPEN = "open", _("Open, with names")


class InvitationStatus(models.TextChoices):
    INVITED = "invited", _("Invited")
    STARTED = "started", _("Started")
    SUBMITTED = "submitted", _("Answered")
    DECLINED = "declined", _("Declined")
    TO_CONFIRM = "to_confirm", _("To be confirmed")
    PASSED_ON = "passed_on", _("Passed on")
    REVOKED = "revoked", _("Withdrawn")
    NOT_ASKED = "not_asked", _("Not asked")


class NotAsked(models.TextChoices):
    """Reason why a person who was chosen for a round was not asked when it opened."""

    LEFT = "left", _("not active any more")
    MOVED = "moved", _("works elsewhere by now")
    NO_ADDRESS = "no_address", _("no e-mail address")
    ARCHIVED = "archived", _("organisation is archived")


class Outcome(models.TextChoices):
    CONTINUE = "continue", _("Continue")
    ADJUST = "adjust", _("Adjust")
    STOP = "stop", _("Stop")


class NotSent(models.TextChoices):
    """Reason why a mail of a round was cancelled before it left."""

    NOT_ASKED = "not_asked", _("This person is not asked any more.")
    ANSWERED = "answered", _("This person has sent answers already.")
    OTHER_ADDRESS = "other_address", _("The answers were sent from another address.")
    ROUND_OVER = "round_over", _("The round is not open any more.")
    COLLABORATION_ENDED = "collaboration_ended", _("The collaboration has ended.")
