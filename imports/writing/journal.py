"""Keep the rows of a file with its import: for the preview, the importing and the undoing."""

from imports.mapping.rows import ParsedRow
from imports.matching.rows import RowResult
from imports.models import NAME_LENGTH, FileImport, ImportRow
from imports.reading.opening import storable

# Of so many imports the rows are kept.
IMPORTS_WITH_ROWS = 10
# The columns that importing writes anew.
RESULT_FIELDS = ["outcome", "reason", "changes", "values", "original", "organisation", "contact"]


def row_of(upload: FileImport, result: RowResult) -> ImportRow:
    """Return a new row, not saved, with what a row of the file would do."""
    row = ImportRow(upload=upload, line=result.parsed.line)
    set_result(row, result)
    return row


def set_result(row: ImportRow, result: RowResult) -> None:
    """Set what happens to a row, without saving it."""
    parsed = result.parsed
    row.outcome, row.reason, row.changes = result.outcome, result.reason, list(result.changes)
    row.values = parsed.values
    row.original = storable(parsed.original)
    row.name = row.name or storable([parsed.text("name") or parsed.refused_name])[0][:NAME_LENGTH]
    row.organisation_id = result.organisation.pk if result.organisation else None
    row.contact_id = result.contact.pk if result.contact else None


def parsed_row(row: ImportRow) -> ParsedRow:
    """Return the parsed row that was kept; one that was refused while it was parsed has no values."""
    return ParsedRow(row.line, row.values, "" if row.values else row.reason, row.original)


def delete_rows_of_old_imports() -> None:
    """Delete the rows of all but the last imports."""
    finished = FileImport.objects.exclude(finished_at=None).order_by("-finished_at", "-pk")
    old = list(finished.values_list("pk", flat=True)[IMPORTS_WITH_ROWS:])
    ImportRow.objects.filter(upload__in=old).delete()
