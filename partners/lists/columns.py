"""Show the declared fields of organisations as columns of a list, and their values on the page and in a file."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import mark_safe

from common.fields import ChoiceType, DayType, Field, FieldType, MomentType, has_value
from common.row_urls import row_url
from common.sorting import NameOrder
from common.spreadsheets import Cell
from common.templatetags.ui import breakable, status_pill
from partners.fields import ORGANISATION_FIELDS, CountryType, EmailType, PhoneType, WebAddressType
from partners.models import WORD_LINKS

Row = dict[str, Any]
# The columns that stand first, in this order; the others follow as they are declared.
_FIRST = ("name", "city", "country", "kind", "status", "owner", "tags", "themes")
USUAL = _FIRST[:6]
_DECLARED = {field.key: field for field in ORGANISATION_FIELDS.in_list}
COLUMNS: dict[str, Field] = {key: _DECLARED[key] for key in _FIRST} | _DECLARED
NAME = COLUMNS["name"]
_CSS: dict[type[FieldType], str] = {
    **dict.fromkeys((CountryType, PhoneType, DayType, MomentType), "text-nowrap"),
    **dict.fromkeys((WebAddressType, EmailType), "text-anywhere"),
}


def chosen_columns(wanted: Sequence[str]) -> list[Field]:
    """Return the columns named in the address in the order of the list, with the name; without names the usual ones."""
    keys = (set(wanted) & set(COLUMNS)) or set(USUAL)
    return [column for key, column in COLUMNS.items() if key in keys or column is NAME]


def fields_of(columns: Iterable[Field]) -> list[str]:
    """Return the fields that a query reads for these columns; tags and themes are read separately."""
    return ["pk", *(column.path or column.name for column in columns if column.name not in WORD_LINKS)]


def with_links(rows: list[Row], columns: Iterable[Field]) -> list[Row]:
    """Add the names of tags and themes to the rows, in one query each, where their columns are shown."""
    for column in columns:
        if column.name in WORD_LINKS:
            model, name = WORD_LINKS[column.name]
            by_key: dict[int, list[str]] = {row["pk"]: [] for row in rows}
            pairs = model._default_manager.filter(organisation__in=list(by_key)).order_by(NameOrder(f"{name}__name"))
            for key, word in pairs.values_list("organisation", f"{name}__name"):
                by_key[key].append(word)
            for row in rows:
                row[column.name] = by_key[row["pk"]]
    return rows


def as_html(rows: list[Row], columns: Sequence[Field]) -> list[Row]:
    """Add ``url`` and ``cells`` to the rows: the table cells beside the name. Labels are looked up once."""
    cells = []
    for column in columns:
        if column is not NAME:
            css = _CSS.get(type(column.type))
            css = f' class="{css}"' if css else ""
            cells.append(
                (column.path or column.name, _html(column), f'<td{css} data-label="{escape(str(column.label))}">')
            )
    for row in rows:
        row["url"] = row_url("partners:organisation-detail", row["pk"])
        texts = (f"{opening}{html(row[name]) if has_value(row[name]) else '—'}</td>" for name, html, opening in cells)
        row["cells"] = mark_safe("".join(texts))
    return rows


def as_cells(rows: Iterable[Row], columns: Sequence[Field]) -> Iterable[list[Cell]]:
    """Return the cells of the rows for a file; days are days, and what the importer reads stands as it reads it."""
    cells = [(column.path or column.name, column.type.for_file()) for column in columns]
    for row in rows:
        yield [cell(row[name]) if has_value(row[name]) else "" for name, cell in cells]


def _html(column: Field) -> Callable[[Any], str]:
    """Return the function that shows a value on the page."""
    words = column.type.for_page()
    match column.type:
        case CountryType():
            return lambda code: f'<span><span class="quiet">{escape(code)}</span> {escape(words(code))}</span>'
        case WebAddressType():
            return _link
        case EmailType():
            return lambda address: f'<a href="mailto:{escape(address)}">{breakable(address)}</a>'
        case DayType():
            return _short_days()
        case MomentType():
            short = _short_days()
            return lambda moment: short(timezone.localtime(moment).date())
        case ChoiceType() if column.name == "status":
            return {value: status_pill(value, words(value)) for value in column.type.choices.values}.__getitem__
    return lambda value: escape(words(value))


def _short_days() -> Callable[[date], str]:
    """Return the function that shows a day; each is formatted once, which takes as long as a whole row."""
    return cache(lambda day: escape(date_format(day, "SHORT_DATE_FORMAT")))


def _link(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        return escape(url)
    bare = url.partition("://")[2].removeprefix("www.").rstrip("/")
    return f'<a href="{escape(url)}" rel="noreferrer">{breakable(bare or url)}</a>'
