from django.db import models
from django.utils.translation import gettext_lazy as _


class Visibility(models.TextChoices):
    """Shared with the partners concerned, or internal to the host."""

    SHARED = "shared", _("Shared with the partners")
    INTERNAL = "internal", _("Internal")
