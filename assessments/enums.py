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
    PASSED_ON = "passed_on", _("Passed on")
    REVOKED = "revoked", _("Withdrawn")


class Outcome(models.TextChoices):
    CONTINUE = "continue", _("Continue")
    ADJUST = "adjust", _("Adjust")
    STOP = "stop", _("Stop")
