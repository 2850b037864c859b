"""Write the refused rows of a file as a file."""

import codecs
import csv
import io

from django.utils.translation import gettext as _

from common.spreadsheets import FORMULA_MARKS
from imports.enums import RowOutcome
from imports.models import FileImport


def refused_rows(upload: FileImport) -> bytes:
    """Return a CSV file of line, reason and the columns as they stand in the file.

    It is UTF-8 with the mark by which spreadsheets know it.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_("line"), _("reason"), *map(_guarded, upload.header)])
    rows = upload.rows.filter(outcome=RowOutcome.REFUSED).order_by("line")
    for line, reason, original in rows.values_list("line", "reason", "original").iterator():
        writer.writerow([line, _guarded(reason), *map(_guarded, original)])
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _guarded(value: str) -> str:
    """Return a value with an apostrophe where a spreadsheet would take it for a formula; reading takes it off again.

    Unlike ``common.spreadsheets.guarded`` leaves a value alone that has one: it stands so in the file that was read.
    """
    return f"'{value}" if value.startswith(FORMULA_MARKS) else value
