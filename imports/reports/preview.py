"""The beginning of a file as a job read it, for the pages: plain data that is kept with the file."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from django.utils.translation import gettext as _

from imports.reports.report import Remark

XLSX = b"PK\x03\x04"
WINDOWS = "windows-1252"


@dataclass(frozen=True)
class SheetPreview:
    """The columns of a sheet and the first values of each; ``problem`` says why the sheet cannot be imported."""

    name: str
    header: list[str] = field(default_factory=list)
    values: list[list[str]] = field(default_factory=list)
    problem: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FilePreview:
    """The sheets of a file with their columns; a file without sheets has one without a name."""

    sheets: list[SheetPreview]
    encoding: str = ""

    @property
    def names(self) -> list[str]:
        return [sheet.name for sheet in self.sheets]

    @property
    def remarks(self) -> list[Remark]:
        return remarks_on_encoding(self.encoding)

    def sheet(self, name: str = "") -> SheetPreview:
        """Return the sheet of that name, else the first that can be imported."""
        named = [sheet for sheet in self.sheets if sheet.name == name]
        return (named or [sheet for sheet in self.sheets if not sheet.problem] or self.sheets)[0]

    def stored(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return asdict(self)

    @classmethod
    def restored(cls, data: dict[str, Any]) -> Self:
        """Return the preview that ``stored`` was made of."""
        return cls([SheetPreview(**sheet) for sheet in data["sheets"]], data["encoding"])


def remarks_on_encoding(encoding: str) -> list[Remark]:
    """Return what to know about the encoding of a file."""
    if encoding != WINDOWS:
        return []
    return [Remark(None, _("The file is not UTF-8; it is read as Windows-1252, as Excel writes it."))]
