from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportStatus(models.TextChoices):
    READING = "reading", _("Being read")
    UNREADABLE = "unreadable", _("Cannot be read")
    CANCELLED = "cancelled", _("Stopped")
    MAPPING = "mapping", _("Columns to be matched")
    CHECKING = "checking", _("Being checked")
    PREVIEW = "preview", _("To be confirmed")
    CONFIRMED = "confirmed", _("Being imported")
    DONE = "done", _("Imported")
    FAILED = "failed", _("Failed")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


class RowOutcome(models.TextChoices):
    CREATED = "created", _("New")
    UPDATED = "updated", _("Changed")
    UNCHANGED = "unchanged", _("The same")
    REFUSED = "refused", _("Refused")
