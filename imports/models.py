import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from imports.enums import ImportStatus, RowOutcome
from imports.querysets import FileImportQuerySet, ImportMappingQuerySet, ImportRowQuerySet
from partners.models import Contact, Organisation

NAME_LENGTH = 300


# Left out of the history of a file: its content, and what was found in it.
_CONTENT = ["data", "file_preview", "problem", "sheet", "header", "fields", "key", "repair", "report", "created_at"]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=_CONTENT)
class FileImport(models.Model):
    """An uploaded file: with its preview until it is confirmed, with its result after that.

    ``data`` holds the bytes of the file until they are imported or the file is given up. ``file_preview`` is the
    beginning of it, as a job read it for the pages (``FilePreview``), ``problem`` the reason why it cannot be read
    (``FileRefused``) and ``report`` an ``ImportReport``, each as plain data. ``header`` holds the names of the columns,
    ``fields`` the field of each, “” for those that are left out, and ``key`` the kind of matching key. ``repair`` says
    that broken encodings are repaired.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, related_name="+", null=True
    )
    file_name = models.CharField(_("file"), max_length=200)
    data = models.BinaryField()
    file_preview = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    header = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    key = models.CharField(max_length=20, blank=True)
    repair = models.BooleanField(default=False)
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus, default=ImportStatus.READING)
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    finished_at = models.DateTimeField(_("imported"), null=True)

    objects = FileImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_running(self) -> bool:
        return self.is_being_read or self.status in (ImportStatus.CONFIRMED, ImportStatus.UNDOING)

    @property
    def is_being_read(self) -> bool:
        """Return whether a job reads the file, and has changed nothing yet; it can be stopped."""
        return self.status in (ImportStatus.READING, ImportStatus.CHECKING)

    @property
    def language(self) -> str:
        """Return the language of its report: that of the owner."""
        return self.owner.language if self.owner else get_language() or settings.LANGUAGE_CODE

    @property
    def job(self) -> str:
        """Return the name of its job while it runs."""
        return f"import {self.pk}"


class ImportRow(models.Model):
    """One row of a file, with the changes that it would make, or made.

    ``values`` by field wait here to be imported and are gone after that; ``changes`` are field, old and new value, as
    they are stored; ``original`` is a refused row as it stands in the file.
    """

    upload = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="rows")
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
    """The choices for columns that were made the last time, for files with these names of columns (``shape``)."""

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
