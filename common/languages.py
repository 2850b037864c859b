from django.db import models


class Language(models.TextChoices):
    """The languages the product speaks, each by its own name."""

    DUTCH = "nl", "Nederlands"
    ENGLISH = "en", "English"
