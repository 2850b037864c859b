"""``manage.py import_organisations FILE``: the import of the browser, for operators."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from imports.actions import import_organisations
from imports.mapping.fields import EXTERNAL_ID, KEYS
from imports.reports.refusals import FileRefused
from imports.reports.report import ImportReport

SHOWN = 20


class Command(BaseCommand):
    """Command that imports a file and prints the report; it fails for an unreadable file, not for refused rows."""

    help = "Brings a file of organisations into the registry: new ones are added, known ones brought up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="CSV or XLSX, with a line of column names")
        parser.add_argument("--dry-run", action="store_true", help="change nothing, say what would happen")
        parser.add_argument(
            "--match-by",
            choices=list(KEYS),
            default=EXTERNAL_ID,
            help="how to recognise an organisation that is there already (the number in the source, unless told)",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    @no_translations
    def handle(self, *, file: str, dry_run: bool, match_by: str, format: str, **options: Any) -> None:
        """Print the report; one line on standard error and status 1 for a file that cannot be read."""
        try:
            report = import_organisations(actor=None, data=contents(file), key=match_by, dry_run=dry_run)
        except FileRefused as refused:
            raise CommandError(f"{file}: {refused}") from refused
        self.stdout.write(json.dumps(report.as_json()) if format == "json" else as_text(report, dry_run))


def contents(name: str) -> bytes:
    """Return the bytes of a file. Raises CommandError."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror or error}") from error
    except ValueError as error:
        raise CommandError(f"{name!r}: {error}") from error


def as_text(report: ImportReport, dry_run: bool) -> str:
    """Return the report for people: counts, every refused row, the first warnings."""
    counts = f"created {report.created}, updated {report.updated}, unchanged {report.unchanged}"
    lines = [f"{'Would have' if dry_run else 'Have'} {counts}, refused {len(report.refused)}; {report.rows} rows."]
    lines += [f"Line {refusal.line} refused: {refusal.reason}" for refusal in report.refused]
    for remark in report.warnings[:SHOWN]:
        lines.append(f"Line {remark.line}: {remark.message}" if remark.line else remark.message)
    if (more := len(report.warnings) - SHOWN) > 0:
        lines.append(f"… and {more} more warnings (all of them: --format json)")
    return "\n".join(lines)
