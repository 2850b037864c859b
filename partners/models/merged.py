import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.organisations import Organisation
from partners.querysets import MergedOrganisationQuerySet


@pghistory.track(pghistory.InsertEvent())
class MergedOrganisation(models.Model):
    """A former organisation that was merged into ``into``: its row is deleted, its old address redirects.

    ``key`` was its key and ``external_id`` the number in the source that the survivor did not take over: a later import
    finds ``into`` by it. ``contacts`` are the keys of its deleted duplicate contacts. When ``into`` is merged itself,
    this row moves along, so that no chain has to be followed.
    """

    key = models.BigIntegerField(primary_key=True)
    name = models.CharField(_("name"), max_length=300)
    external_id = models.CharField(_("number in the source"), max_length=60, blank=True)
    contacts = ArrayField(models.BigIntegerField(), default=list)
    into = models.ForeignKey(
        Organisation, verbose_name=_("merged into"), on_delete=models.PROTECT, related_name="merged"
    )
    merged_at = models.DateTimeField(_("merged"), default=timezone.now)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, related_name="+", null=True
    )

    objects = MergedOrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["-merged_at", "-key"]
        verbose_name = _("merged organisation")
        verbose_name_plural = _("merged organisations")
        indexes = [
            models.Index(fields=["external_id"], condition=~Q(external_id=""), name="merged_by_external_id"),
        ]

    def __str__(self) -> str:
        return str(_("Merged with %(name)s") % {"name": self.name})
