import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.organisations import Organisation
from partners.querysets import NotDuplicateQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class NotDuplicate(models.Model):
    """A dismissed pair: two similar organisations of which a colleague said that they are different.

    A pair is stored once, the lower key first.
    """

    first = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField(_("said"), default=timezone.now, editable=False)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, related_name="+", null=True
    )

    objects = NotDuplicateQuerySet.as_manager()

    class Meta:
        ordering = ["-said_at", "-pk"]
        verbose_name = _("different organisations")
        verbose_name_plural = _("different organisations")
        constraints = [
            models.UniqueConstraint("first", "second", name="not_duplicate_unique"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="not_duplicate_in_order"),
        ]

    def __str__(self) -> str:
        return str(_("%(first)s is not %(second)s") % {"first": self.first, "second": self.second})
