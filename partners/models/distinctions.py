import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.organisations import Organisation
from partners.querysets import DistinctionQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class Distinction(models.Model):
    """That somebody looked at two organisations that seemed one, and said that they are different.

    A pair stands here once, the lower key first.
    """

    first = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField(_("said"), default=timezone.now, editable=False)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, related_name="+", null=True
    )

    objects = DistinctionQuerySet.as_manager()

    class Meta:
        ordering = ["-said_at", "-pk"]
        verbose_name = _("different organisations")
        verbose_name_plural = _("different organisations")
        constraints = [
            models.UniqueConstraint("first", "second", name="distinction_unique"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="distinction_in_order"),
        ]

    def __str__(self) -> str:
        return str(_("%(first)s is not %(second)s") % {"first": self.first, "second": self.second})
