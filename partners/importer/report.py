"""What an import did, or would do."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Refusal:
    """A row that stays out, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Remark:
    """Something to look at in a row that went in; without ``line`` it is about the whole file."""

    line: int | None
    message: str


@dataclass(frozen=True)
class Repair:
    """A value that went through the wrong encoding, and what it was before."""

    line: int
    column: str
    old: str
    new: str


# For pages only; the command does not print them.
_FOR_PAGES = ("repairs", "stayed", "problem")


@dataclass
class ImportReport:
    """Created, updated, unchanged and refused rows add up to the rows of the file.

    ``repairs`` are offered or, when somebody said yes, made. ``stayed`` says what could not be taken back,
    ``problem`` why the file cannot be read after all.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    stayed: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + len(self.refused)

    def count(self, outcome: str) -> None:
        """Note one row that was (or would be) ``created``, ``updated`` or found ``unchanged``."""
        setattr(self, outcome, getattr(self, outcome) + 1)

    def sort(self) -> None:
        """By line, what is about the whole file first."""
        self.refused.sort(key=lambda refusal: refusal.line)
        self.warnings.sort(key=lambda remark: remark.line or 0)

    def as_json(self) -> dict[str, Any]:
        """What ``import_organisations --format json`` prints."""
        return {key: value for key, value in asdict(self).items() if key not in _FOR_PAGES}

    def stored(self) -> dict[str, Any]:
        """Everything, as plain data."""
        return asdict(self)

    @classmethod
    def restored(cls, data: dict[str, Any]) -> Self:
        """The report that ``stored`` was made of."""
        counts = {outcome: data.get(outcome, 0) for outcome in ("created", "updated", "unchanged")}
        return cls(
            **counts,
            refused=[Refusal(**row) for row in data.get("refused", ())],
            warnings=[Remark(**row) for row in data.get("warnings", ())],
            repairs=[Repair(**row) for row in data.get("repairs", ())],
            stayed=data.get("stayed", []),
            problem=data.get("problem", ""),
        )
