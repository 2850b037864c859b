from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.enums import ImportStatus, RowOutcome
from partners.models.contacts import Contact
from partners.models.organisations import Organisation
from partners.querysets import ImportMappingQuerySet, ImportRowQuerySet, OrganisationImportQuerySet

NAME_LENGTH = 300


class OrganisationImport(models.Model):
    """A file of organisations that was uploaded: with its preview until it is confirmed, with its result after that.

    ``data`` holds the bytes of the file until they are imported; ``report`` is an ``ImportReport`` as plain data.
    ``header`` are the columns of the file and ``fields`` what each of them is, “” for those that are left out; ``key``
    is by what an organisation is recognised. ``repair`` is the yes to repairing broken encodings.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, related_name="+", null=True
    )
    file_name = models.CharField(_("file"), max_length=200)
    data = models.BinaryField()
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    header = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    key = models.CharField(max_length=20, blank=True)
    repair = models.BooleanField(default=False)
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus, default=ImportStatus.MAPPING)
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    finished_at = models.DateTimeField(_("imported"), null=True)

    objects = OrganisationImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_running(self) -> bool:
        return self.status in (ImportStatus.CHECKING, ImportStatus.CONFIRMED, ImportStatus.UNDOING)

    @property
    def job(self) -> str:
        """What its job is called while it runs."""
        return f"import {self.pk}"


class ImportRow(models.Model):
    """One row of a file: what it would do, or did.

    ``values`` by field wait here to be imported and are gone after that; ``changes`` are field, old and new value, as
    they are stored; ``original`` is a refused row as it stands in the file.
    """

    upload = models.ForeignKey(OrganisationImport, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=RowOutcome)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    original = models.JSONField(default=list)
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, related_name="+", null=True)
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, related_name="+", null=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["line"]
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        indexes = [
            models.Index(fields=["upload", "line"], name="importrow_by_line"),
            models.Index(fields=["upload", "outcome", "line"], name="importrow_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.name}"


class ImportMapping(models.Model):
    """What the columns were the last time, of files with these names of columns (``shape``)."""

    shape = models.CharField(max_length=64, unique=True)
    fields = models.JSONField(default=dict)
    key = models.CharField(max_length=20)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ImportMappingQuerySet.as_manager()

    class Meta:
        verbose_name = _("matched columns")
        verbose_name_plural = _("matched columns")

    def __str__(self) -> str:
        return ", ".join(self.fields)
