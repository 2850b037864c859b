"""Keep keys out of logs and reports (personal links, sessions, codes, passwords), and what people typed as well."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import psycopg
from django.conf import settings
from django.db import DataError
from django.db import Error as DatabaseError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

MASK = "…"
_NAMES = (
    r"(?:code|otp|key|token|secret|password\w*|oldpassword|sessionid|session_key|csrftoken|csrfmiddlewaretoken"
    r"|cookie|authorization|signature)"
)
_SLASH = r"(?:/|%2[fF])"
_RULES = (
    # Addresses that are keys: personal links, a new password, a feed of one's own.
    (re.compile(rf"({_SLASH}e{_SLASH})(?!%\(|<)[^/\s\"'?#&%<>]+"), rf"\1{MASK}"),
    (
        re.compile(rf"({_SLASH}reset{_SLASH}key{_SLASH}|{_SLASH}(?:feeds?|calendar|ical){_SLASH})[^/\s\"'?#&<>]+"),
        rf"\1{MASK}",
    ),
    # A value beside a name that says it is a key: in a query, a cookie, a printed dict, an error of the database.
    (re.compile(rf"(?i)(\b{_NAMES} ?= ?['\"]?)[^&\s;,'\")]+"), rf"\1{MASK}"),
    (re.compile(rf"(?i)(['\"]{_NAMES}['\"]: ?\[?)(['\"])(?:(?!\2).)*\2"), rf"\1\2{MASK}\2"),
    (re.compile(rf"(?i)(\((?:\w+, )*\w*{_NAMES}\w*(?:, \w+)*\)=)\([^)]*\)"), rf"\1({MASK})"),
    (re.compile(r"(://[^:/@\s]*):[^@\s/]+@"), rf"\1:{MASK}@"),
    # Codes to sign in, as allauth makes them: without vowels.
    (re.compile(r"\b[B-DF-HJ-NP-TV-Z]{4}-[B-DF-HJ-NP-TV-Z]{4}\b"), MASK),
    # Anything that is as long as a key and is written like one. Names of functions have no figures or capitals.
    (
        re.compile(
            r"(?<![\w-])(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-]))"
            r"(?=[\w-]*(?:\d|[a-z][A-Z]))[A-Za-z0-9_-]{30,}(?![\w-])"
        ),
        MASK,
    ),
)


def mask(text: str) -> str:
    """Return the text with “…” for every key in it."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def without_rows(text: str, errors: Iterable[object]) -> str:
    """Return the text, with every database error among ``errors`` and their causes cut to its first line.

    The further lines quote the row or the statement that failed, and so the values that a user typed. The first line of
    a value that does not fit its type quotes that value, which is left out too.
    """
    for error in errors:
        for found in _with_causes(error):
            if isinstance(found, DatabaseError | psycopg.Error):
                first, *others = str(found).split("\n")
                # In a group of errors every line has a margin.
                quoted = "".join(rf"\n[ |]*{re.escape(line)}" for line in others)
                is_about_value = isinstance(found, DataError | psycopg.DataError)
                said = re.sub(r': ".*', f': "{MASK}"', first) if is_about_value else first
                text = said.join(re.split(re.escape(first) + quoted, text))
    return text


def _with_causes(error: object) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        found = waiting.pop()
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            waiting += [found.__cause__, found.__context__, *getattr(found, "exceptions", ())]
            yield found


class MaskedReporter(ExceptionReporter):
    """Django's report of an error, without keys, and without what was typed into the form that was sent."""

    def get_traceback_data(self) -> dict[str, Any]:
        """Return what the report is made of; of the form only the names of its fields, except while developing."""
        data = super().get_traceback_data()
        if not settings.DEBUG:
            data["filtered_POST_items"] = [(name, MASK) for name, _value in data["filtered_POST_items"]]
        return data

    def get_traceback_html(self) -> SafeString:
        """Return Django's page while developing; elsewhere the text, since a page writes values in other ways."""
        if settings.DEBUG:
            return SafeString(super().get_traceback_html())
        return format_html("<pre>{}</pre>", self.get_traceback_text())

    def get_traceback_text(self) -> SafeString:
        return SafeString(mask(without_rows(super().get_traceback_text(), [self.exc_value])))


def install_masking() -> None:
    """Mask every log record where it is made, so that no handler, formatter or logger of a library sees a key.

    Nor does one see the row in an error of the database.
    """
    plain = logging.getLogRecordFactory()
    if getattr(plain, "masks", False):
        return
    formatter = logging.Formatter()

    def masked(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = plain(*args, **kwargs)
        try:
            message = record.getMessage()
        except Exception:  # a message that does not fit its arguments is logged too
            message = f"{record.msg} {record.args}"
        # “%(error)s” takes its value from a mapping.
        arguments = record.args.values() if isinstance(record.args, Mapping) else record.args or ()
        record.msg, record.args = mask(without_rows(message, [record.msg, *arguments])), None
        if record.exc_info and record.exc_info[0]:
            traceback = formatter.formatException(record.exc_info)
            record.exc_text = mask(without_rows(traceback, [record.exc_info[1]]))
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        return record

    masked.masks = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(masked)
