"""What a list of organisations can show, on the page and in a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.addresses import address_of
from common.templatetags.ui import breakable, status_pill
from partners.countries import country_names
from partners.enums import OrganisationKind, OrganisationStatus
from partners.models import WORD_LINKS

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """``field`` is where its value comes from; ``sort`` the name of the sort that its heading gives, if any."""

    key: str
    label: str | Promise
    field: str
    sort: str = ""
    css: str = ""


NAME = Column("name", _("Name"), "name", "name")
COLUMNS = {
    column.key: column
    for column in (
        NAME,
        Column("city", _("City"), "city", "city"),
        Column("country", _("Country"), "country", "country", "text-nowrap"),
        Column("kind", _("Kind"), "kind"),
        Column("status", _("Status"), "status", "status"),
        Column("owner", _("Relation owner"), "relation_owner__name"),
        Column("tags", _("Tags"), "tags"),
        Column("themes", _("Themes"), "themes"),
        Column("website", _("Website"), "website", css="text-anywhere"),
        Column("email", _("E-mail address"), "email", css="text-anywhere"),
        Column("phone", _("Phone"), "phone", css="text-nowrap"),
        Column("number", _("Registration number"), "registration_number"),
        Column("changed", _("Changed"), "updated_at", css="text-nowrap"),
    )
}
USUAL = ("name", "city", "country", "kind", "status", "owner")


def chosen_columns(wanted: Sequence[str]) -> list[Column]:
    """The columns in the address, in the order of the list; the usual ones when it names none. The name always."""
    keys = set(wanted) & set(COLUMNS)
    if not keys - {NAME.key}:
        keys = set(USUAL) if not wanted or not keys else {NAME.key}
    return [column for key, column in COLUMNS.items() if key in keys or column is NAME]


def fields_of(columns: Iterable[Column]) -> list[str]:
    """What a query must read for these columns; tags and themes are read apart."""
    return ["pk", *(column.field for column in columns if column.key not in WORD_LINKS)]


def with_links(rows: list[Row], columns: Iterable[Column]) -> list[Row]:
    """The same rows with their tags and themes by name, in one query each, when they are asked for."""
    for column in columns:
        if column.key in WORD_LINKS:
            model, name = WORD_LINKS[column.key]
            by_key: dict[int, list[str]] = {row["pk"]: [] for row in rows}
            pairs = model._default_manager.filter(organisation__in=list(by_key)).order_by(f"{name}__name")
            for key, word in pairs.values_list("organisation", f"{name}__name"):
                by_key[key].append(word)
            for row in rows:
                row[column.field] = by_key[row["pk"]]
    return rows


def as_html(rows: list[Row], columns: Sequence[Column]) -> list[Row]:
    """Adds ``url`` and ``cells``, the table cells beside the name; labels and addresses are looked up once."""
    shown = _on_a_page()
    rest = [
        (column, f'<td{_css(column)} data-label="{escape(str(column.label))}">') for column in columns if column != NAME
    ]
    for row in rows:
        cells = (f"{opening}{shown.get(column.key, _plain)(row[column.field]) or '—'}</td>" for column, opening in rest)
        row["url"] = address_of("partners:organisation-detail", row["pk"])
        row["cells"] = mark_safe("".join(cells))
    return rows


def as_texts(rows: Iterable[Row], columns: Sequence[Column]) -> Iterable[list[str]]:
    """The rows as a file holds them: what the page says in words, country codes, days as 2026-11-25."""
    kinds, statuses = _labels(OrganisationKind), _labels(OrganisationStatus)
    texts: dict[str, Callable[[Any], str]] = {
        "kind": lambda value: kinds[value],
        "status": lambda value: statuses[value],
        "tags": ", ".join,
        "themes": ", ".join,
        "changed": lambda value: timezone.localtime(value).date().isoformat(),
    }
    for row in rows:
        yield [texts.get(column.key, str)(row[column.field]) if row[column.field] else "" for column in columns]


def _css(column: Column) -> str:
    return f' class="{column.css}"' if column.css else ""


def _labels(choices: Any) -> dict[str, str]:
    return {value: str(label) for value, label in choices.choices}


def _listed(names: Sequence[str]) -> str:
    return escape(", ".join(names))


def _plain(value: str | None) -> str:
    return escape(value or "")


def _on_a_page() -> Mapping[str, Callable[[Any], str | SafeString]]:
    kinds = _labels(OrganisationKind)
    pills = {value: status_pill(value, label) for value, label in _labels(OrganisationStatus).items()}
    countries = country_names(get_language() or "en")

    def country(code: str) -> str:
        name = escape(countries.get(code, code))
        return f'<span><span class="quiet">{escape(code)}</span> {name}</span>' if code else ""

    def changed(moment: datetime) -> str:
        return escape(date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT"))

    return {
        "country": country,
        "kind": lambda value: escape(kinds[value]),
        "status": pills.__getitem__,
        "tags": _listed,
        "themes": _listed,
        "website": _link,
        "email": lambda address: f'<a href="mailto:{escape(address)}">{breakable(address)}</a>' if address else "",
        "changed": changed,
    }


def _link(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        return escape(url)
    return f'<a href="{escape(url)}" rel="noreferrer">{breakable(_bare(url))}</a>'


def _bare(url: str) -> str:
    """The address without what all have."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") or url
