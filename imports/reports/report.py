"""The report of an import: what it did, or would do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Refusal:
    """A row that stays out, with the reason."""

    line: int
    reason: str


@dataclass(frozen=True)
class Remark:
    """Something to look at in a row that went in; without ``line`` it is about the whole file.

    ``column`` and ``value`` name a value that was left out, or read in another way than it was written.
    """

    line: int | None
    message: str
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class Repair:
    """A value that went through the wrong encoding, and what it was before."""

    line: int
    column: str
    old: str
    new: str


# For pages only; the command does not print them.
_FOR_PAGES = ("repairs", "stayed")


@dataclass
class ImportReport:
    """Counts and remarks of an import; created, updated, unchanged and refused rows add up to the rows of the file.

    ``repairs`` are offered, and made once the user agrees. ``stayed`` names the values that could not be undone.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    stayed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._said = set(self.warnings)

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + len(self.refused)

    def remark(self, remarks: Iterable[Remark]) -> None:
        """Add remarks, each once: the preview and the import find the same."""
        new = dict.fromkeys(remark for remark in remarks if remark not in self._said)
        self._said.update(new)
        self.warnings += new

    def count(self, outcome: str) -> None:
        """Note one row that was (or would be) ``created``, ``updated`` or found ``unchanged``."""
        setattr(self, outcome, getattr(self, outcome) + 1)

    def sort(self) -> None:
        """Sort by line, remarks on the whole file first."""
        self.refused.sort(key=lambda refusal: refusal.line)
        self.warnings.sort(key=lambda remark: remark.line or 0)

    def as_json(self) -> dict[str, Any]:
        """Return what ``import_organisations --format json`` prints."""
        said = {key: value for key, value in asdict(self).items() if key not in _FOR_PAGES}
        return {**said, "warnings": [{"line": remark.line, "message": remark.message} for remark in self.warnings]}

    def stored(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return asdict(self)

    @classmethod
    def restored(cls, data: dict[str, Any]) -> Self:
        """Return the report that ``stored`` was made of."""
        counts = {outcome: data.get(outcome, 0) for outcome in ("created", "updated", "unchanged")}
        return cls(
            **counts,
            refused=[Refusal(**row) for row in data.get("refused", ())],
            warnings=[Remark(**row) for row in data.get("warnings", ())],
            repairs=[Repair(**row) for row in data.get("repairs", ())],
            stayed=data.get("stayed", []),
        )
