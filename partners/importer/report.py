"""What an import did, or would do."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

SAMPLES = 5


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
class Sample:
    """One of the first rows of its kind, to recognise the file by; ``changes`` are label, old and new value."""

    line: int
    name: str
    place: str
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass
class ImportReport:
    """Created, updated, unchanged and refused rows add up to the rows of the file."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + len(self.refused)

    def count(self, outcome: str, sample: Sample) -> None:
        """Note one row that was (or would be) ``created``, ``updated`` or found ``unchanged``."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        kept = self.samples.setdefault(outcome, [])
        if len(kept) < SAMPLES:
            kept.append(sample)

    def as_json(self) -> dict[str, Any]:
        """What ``import_organisations --format json`` prints."""
        return {key: value for key, value in asdict(self).items() if key != "samples"}

    def stored(self) -> dict[str, Any]:
        """Everything, as plain data."""
        return asdict(self)

    @classmethod
    def restored(cls, data: dict[str, Any]) -> Self:
        """The report that ``stored`` was made of."""
        samples = {
            outcome: [Sample(**{**row, "changes": tuple(tuple(change) for change in row["changes"])}) for row in rows]
            for outcome, rows in data["samples"].items()
        }
        refused = [Refusal(**row) for row in data["refused"]]
        warnings = [Remark(**row) for row in data["warnings"]]
        counts = {outcome: data[outcome] for outcome in ("created", "updated", "unchanged")}
        return cls(**counts, refused=refused, warnings=warnings, samples=samples)
