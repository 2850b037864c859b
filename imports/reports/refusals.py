"""Refuse a whole file: a reason with its facts, put into words in the reader's language."""

from typing import Any, Self

from django.utils.translation import gettext_lazy

REASONS = {
    "binary": gettext_lazy("This is a %(kind)s file. Save it as CSV (UTF-8) first."),
    "columns": gettext_lazy("The file has %(count)d columns; at most %(limit)d can be matched."),
    "damaged": gettext_lazy(
        "This file cannot be opened as XLSX. Open it in your spreadsheet program and save it anew."
    ),
    "empty": gettext_lazy("The file is empty."),
    "header": gettext_lazy("Line %(line)d, with the names of the columns, cannot be read."),
    "large": gettext_lazy("The file is %(size)s MB; at most %(limit)s MB can be read."),
    "limits": gettext_lazy(
        "This file takes too much memory or time to read. Save the sheet that you need as CSV (UTF-8)."
    ),
    "missing": gettext_lazy("Line 1: these columns are missing: %(names)s."),
    "no_rows": gettext_lazy("The file has a line with column names and no rows below it."),
    "not_utf_8": gettext_lazy("Line %(line)d is not UTF-8 (byte %(byte)s). Save the file as CSV (UTF-8) first."),
    "not_utf_16": gettext_lazy("The file says that it is UTF-16, and is not. Save it as CSV (UTF-8) first."),
    "password": gettext_lazy(
        "This spreadsheet has a password (it is encrypted). "
        "Take the password off in your spreadsheet program, and save it."
    ),
    "rows": gettext_lazy("The file has more than %(rows)d rows."),
    "strict": gettext_lazy(
        "This is a “Strict Open XML Spreadsheet”. "
        "Open it in your spreadsheet program and save it as a plain Excel workbook."
    ),
    "twice": gettext_lazy("Line 1: column %(name)s appears twice."),
    "web_page": gettext_lazy(
        "This is a web page (HTML), whatever its name says. Open it in your spreadsheet program and save it as XLSX."
    ),
    "unpacked": gettext_lazy("The file is %(size)s MB when unpacked; the limit is %(limit)s MB."),
}


class FileRefused(Exception):
    """The whole file cannot be read; ``reason`` is one of REASONS, with the facts that its sentence names."""

    def __init__(self, reason: str, **facts: str | int) -> None:
        super().__init__(reason, facts)
        self.reason, self.facts = reason, facts

    def __str__(self) -> str:
        return str(REASONS[self.reason]) % self.facts

    def stored(self) -> dict[str, Any]:
        """Return the reason and its facts as plain data."""
        return {"reason": self.reason, "facts": self.facts}

    @classmethod
    def restored(cls, data: dict[str, Any]) -> Self:
        """Return the refusal that ``stored`` was made of."""
        return cls(data["reason"], **data["facts"])


def in_words(problem: dict[str, Any]) -> str:
    """Return the sentence for what ``FileRefused.stored`` gave, “” for nothing."""
    return str(FileRefused.restored(problem)) if problem else ""
