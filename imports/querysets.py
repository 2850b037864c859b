import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from imports.enums import ImportStatus

if TYPE_CHECKING:
    from accounts.models import User
    from imports.models import FileImport, ImportMapping, ImportRow  # noqa: F401  (ruff overlooks quoted names)


class FileImportQuerySet(models.QuerySet["FileImport"]):
    def visible_to(self, user: "User | AnonymousUser") -> "FileImportQuerySet":
        """Return every file for those who keep the registry, none for others."""
        if isinstance(user, AnonymousUser) or not (user.is_coordinator or user.is_administrator):
            return self.none()
        return self.all()

    def waiting(self) -> "FileImportQuerySet":
        """Return the files that wait for a job."""
        return self.being_read() | self.filter(status__in=[ImportStatus.CONFIRMED, ImportStatus.UNDOING])

    def being_read(self) -> "FileImportQuerySet":
        """Return the files that a job reads, and that can still be stopped."""
        return self.filter(status__in=[ImportStatus.READING, ImportStatus.CHECKING])

    def unconfirmed(self) -> "FileImportQuerySet":
        """Return the files of which nothing was imported, and whose import was not confirmed."""
        given_up = [ImportStatus.UNREADABLE, ImportStatus.CANCELLED]
        before = [ImportStatus.READING, ImportStatus.MAPPING, ImportStatus.CHECKING, ImportStatus.PREVIEW]
        return self.filter(status__in=[*before, *given_up])

    def listed_for(self, user: "User | AnonymousUser") -> "FileImportQuerySet":
        """Return all confirmed files and the user's own unconfirmed ones, newest first."""
        return self.exclude(~Q(owner_id=user.pk), pk__in=self.unconfirmed()).order_by("-pk")

    def last_finished(self) -> "FileImport | None":
        """Return the import that finished last, None when that was undone."""
        last = self.exclude(finished_at=None).order_by("-finished_at", "-pk").defer("data").first()
        return last if last is not None and last.status == ImportStatus.DONE else None


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def visible_to(self, user: "User | AnonymousUser") -> "ImportRowQuerySet":
        """Return every row for those who keep the registry, none for others."""
        if isinstance(user, AnonymousUser) or not (user.is_coordinator or user.is_administrator):
            return self.none()
        return self.all()


class ImportMappingQuerySet(models.QuerySet["ImportMapping"]):
    def of_header(self, header: Sequence[str]) -> "ImportMapping | None":
        """Return the remembered choices for a file with these column names in any order; None without any."""
        return self.filter(shape=shape_of(header)).first()


def shape_of(header: Sequence[str]) -> str:
    """Return a digest that files with the same names of columns have in common."""
    return hashlib.sha256("\n".join(sorted(name.casefold() for name in header)).encode(errors="replace")).hexdigest()
