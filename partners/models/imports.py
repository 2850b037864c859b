from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.enums import ImportStatus
from partners.querysets import OrganisationImportQuerySet


class OrganisationImport(models.Model):
    """A file of organisations that was uploaded: with its preview until it is confirmed, with its result after that.

    ``data`` holds the bytes of the file until they are imported; ``report`` is an ``ImportReport`` as plain data.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, related_name="+", null=True
    )
    file_name = models.CharField(_("file"), max_length=200)
    data = models.BinaryField()
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus, default=ImportStatus.PREVIEW)
    report = models.JSONField()
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    finished_at = models.DateTimeField(_("imported"), null=True)

    objects = OrganisationImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name
