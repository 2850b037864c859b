import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


@pghistory.track(pghistory.InsertEvent())
class DeletedOrganisation(models.Model):
    """A former organisation to which nothing referred: an administrator deleted its row; ``key`` was its key."""

    key = models.BigIntegerField(primary_key=True)
    name = models.CharField(_("name"), max_length=300)
    city = models.CharField(_("city"), max_length=120, blank=True)
    external_id = models.CharField(_("number in the source"), max_length=60, blank=True)
    people = models.PositiveIntegerField(_("people deleted with it"), default=0)
    deleted_at = models.DateTimeField(_("deleted"), default=timezone.now)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, related_name="+", null=True
    )

    class Meta:
        ordering = ["-deleted_at", "-key"]
        verbose_name = _("deleted organisation")
        verbose_name_plural = _("deleted organisations")

    def __str__(self) -> str:
        return self.name
