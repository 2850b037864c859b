from django.db import models
from django.utils.translation import gettext_lazy as _


class ViewAnswer(models.TextChoices):
    """Name what an organisation answers to how another sees it."""

    YES = "yes", _("Yes, that is us")
    PARTLY = "partly", _("Partly")
    NOT_YET = "not_yet", _("Not yet")
