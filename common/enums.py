"""Declare choices that more than one app stores."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """The languages of the product, each by its own name."""

    DUTCH = "nl", "Nederlands"
    ENGLISH = "en", "English"


class Visibility(models.TextChoices):
    """The readers of a text: the partners concerned as well, or the host only."""

    SHARED = "shared", _("Shared with the partners")
    INTERNAL = "internal", _("Internal")
