"""Declare abstract models; no tables."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class TimeStamped(models.Model):
    """A row with the times of its making and of its last change."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save the row; when only some fields are saved, the time of the change is one of them."""
        if update_fields:
            update_fields = {*update_fields, "updated_at"}
        super().save(*args, update_fields=update_fields, **kwargs)


class Searchable(models.Model):
    """A row that is found by the beginnings of its words: ``search_text`` holds them, folded (``common.text.fold``)."""

    search_text = models.TextField(editable=False, default="")
    search = models.GeneratedField(
        expression=SearchVector("search_text", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        abstract = True
