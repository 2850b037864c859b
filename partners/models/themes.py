import pghistory
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from common.sorting import NameOrder
from partners.querysets import ThemeQuerySet

LONGEST_WORD = 60


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Theme(models.Model):
    """A subject to work together on, such as literacy; separate from tags, because the policy names themes."""

    name = models.CharField(_("name"), max_length=LONGEST_WORD)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = [NameOrder("name")]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = [models.UniqueConstraint(Lower("name"), name="theme_name_unique")]

    def __str__(self) -> str:
        return self.name
