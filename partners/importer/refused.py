"""The refused rows of a file as a file."""

import codecs
import csv
import io

from django.utils.translation import gettext as _

from partners.enums import RowOutcome
from partners.models import OrganisationImport

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def refused_rows(upload: OrganisationImport) -> bytes:
    """Line, reason and the columns as they stand in the file: UTF-8 with the mark by which spreadsheets know it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_("line"), _("reason"), *map(_guarded, upload.header)])
    rows = upload.rows.filter(outcome=RowOutcome.REFUSED).order_by("line")
    for line, reason, original in rows.values_list("line", "reason", "original").iterator():
        writer.writerow([line, _guarded(reason), *map(_guarded, original)])
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _guarded(value: str) -> str:
    """A value that a spreadsheet would take for a formula, made text; reading takes the apostrophe off again."""
    return f"'{value}" if value.startswith(_FORMULA) else value
