"""The tags of the design system; docs/design-system.md shows their use."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from html import escape
from typing import Any, cast

from django import template
from django.db.models import Model
from django.forms import BoundField
from django.http import QueryDict
from django.template.context import RequestContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import dueness, numbers, pictures
from common.addresses import address_of
from common.icons import icon_paths

register = template.Library()

_BREAKS = re.compile(r"(?<=[@/])(?!/)|(?=\.)")

register.filter("whole", numbers.whole)
register.filter("score", numbers.score)
register.filter("change", numbers.change)
register.filter("percentage", numbers.percentage)
register.simple_tag(address_of, name="row_url")
register.simple_tag(pictures.organisation_mark)
register.simple_tag(pictures.factor_scale)

# Which tone a stage or status has; what is not named is quiet.
TONES = {
    "act": ("failed", "overdue", "stop"),
    "discuss": ("designing", "paused", "closed", "sending", "started", "adjust"),
    "brand": ("active", "open", "invited"),
    "strong": ("discussed", "done", "sent", "submitted", "continue", "chosen"),
}
TONE_OF = {value: tone for tone, values in TONES.items() for value in values}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon; decoration unless it has a label."""
    if not label:
        return _plain_icon(name)
    paths = mark_safe(icon_paths(name))
    return format_html('<svg class="icon" viewBox="0 0 16 16" role="img" aria-label="{}">{}</svg>', label, paths)


@cache
def _plain_icon(name: str) -> SafeString:
    return format_html('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">{}</svg>', mark_safe(icon_paths(name)))


def band_word(band: str | None) -> str:
    return {"strong": _("Strong"), "discuss": _("Discuss"), "act": _("Work on this")}.get(band or "", "")


@register.simple_tag
def band_pill(band: str | None, score: numbers.Number | None = None, none: str = "") -> SafeString:
    """Number and word of a band on its colour; without a band a dash, or the word in ``none``."""
    if not band:
        return _pill("", none or _("No number"))
    number = "" if score is None else format_html("<b>{}</b> ", numbers.score(score))
    return _pill(band, format_html("{}{}", number, band_word(band)))


@register.simple_tag
def heat_cell(band: str | None, score: numbers.Number | None = None) -> SafeString:
    """A number on its band's colour that fills a table cell."""
    return _heat_cell(band, score, get_language())


@register.simple_tag
def heat_cells(cells: Sequence[Mapping[str, Any]]) -> SafeString:
    """A table cell per factor, each with ``name``, ``band`` and ``score``: one tag for a whole row, for speed."""
    language = get_language()
    return mark_safe("".join(_heat_column(cell["name"], cell["band"], cell["score"], language) for cell in cells))


@register.simple_tag
def number_cells(numbers: Iterable[int], *more: int) -> SafeString:
    """A table cell per whole number (of people, so small): one tag for a whole row, for speed."""
    return mark_safe("".join(f'<td class="num">{number:d}</td>' for number in (*numbers, *more)))


@lru_cache(maxsize=2000)
def _heat_column(name: str, band: str | None, score: numbers.Number | None, language: str | None) -> SafeString:
    return format_html('<td data-label="{}">{}</td>', name, _heat_cell(band, score, language))


@lru_cache(maxsize=1000)
def _heat_cell(band: str | None, score: numbers.Number | None, language: str | None) -> SafeString:
    if not band or score is None:
        return format_html(
            '<span class="cell"><span aria-hidden="true">—</span><span class="visually-hidden">{}</span></span>',
            _("No number"),
        )
    return format_html(
        '<span class="cell cell-{}">{}<span class="visually-hidden"> {}</span></span>',
        band,
        numbers.score(score),
        band_word(band),
    )


@register.filter
def lookup(mapping: Mapping[Any, Any], key: Any) -> Any:
    """``mapping[key]``, or nothing."""
    return mapping.get(key, "")


@register.filter
def breakable(address: str) -> SafeString:
    """An e-mail or web address that goes on, where it is too long, after “@” or “/” or before a dot."""
    return mark_safe(_BREAKS.sub("<wbr>", escape(address)))


@register.simple_tag
def gap_text(value: numbers.Number | None, label: str | None) -> SafeString:
    """The difference between organisations in figures and words; nothing where there is none to speak of."""
    words = pictures.gap_words({"label": label})
    if not words or value is None:
        return mark_safe("")
    return format_html(
        '<span class="gap-text gap-{}"><span aria-hidden="true">⟷</span> <b class="num">{}</b>'
        ' <span class="text-nowrap">{}</span></span>',
        label,
        numbers.decimal(value, 1),
        words,
    )


@register.simple_tag
def status_pill(value: str, label: str) -> SafeString:
    """A stage or status with the tone that belongs to it."""
    return _pill(TONE_OF.get(value, ""), label)


@register.simple_tag
def choice_pill(row: Model, field: str) -> SafeString:
    """The same for a field with choices of a row, such as its stage or status."""
    return _choice_pill(type(row), field, getattr(row, field), get_language())


@lru_cache(maxsize=1000)
def _choice_pill(model: type[Model], field: str, value: str, language: str | None) -> SafeString:
    words = dict(cast(Any, model._meta.get_field(field)).flatchoices)
    return status_pill(value, str(words.get(value, value)))


@register.filter
def due(day: date | None, today: date | None = None) -> str:
    """How far a day is from today, in words; a dash for no day."""
    return numbers.EMPTY if day is None else dueness.due_text(day, today or timezone.localdate())


@register.simple_tag
def due_pill(day: date | None, today: date | None = None) -> SafeString:
    """The same as a pill where it is late or near."""
    today = today or timezone.localdate()
    tone = dueness.tone(day, today) if day else ""
    return _pill(tone, due(day, today)) if tone else format_html("{}", due(day, today))


@register.simple_tag
def factor_line(organisations: Sequence[Any], gap: Mapping[str, Any] | None = None, label: str = "") -> SafeString:
    """The picture of one factor: see ``common.pictures.factor_line``."""
    return pictures.factor_line(organisations, gap, label)


@register.simple_tag
def breadcrumb(*parts: str) -> SafeString:
    """Label and address by turns; a last label without address is this page."""
    links = format_html_join(
        "",
        '<li class="breadcrumb-item"><a href="{}">{}</a></li>',
        ((url, label) for label, url in zip(parts[::2], parts[1::2], strict=False)),
    )
    here = (
        format_html('<li class="breadcrumb-item active" aria-current="page">{}</li>', parts[-1])
        if len(parts) % 2
        else mark_safe("")
    )
    return format_html('<nav aria-label="{}"><ol class="breadcrumb">{}{}</ol></nav>', _("You are here"), links, here)


@register.simple_tag(takes_context=True)
def nav_item(
    context: RequestContext, url_name: str, label: str, section: str = "", count: int | None = None
) -> SafeString:
    """An entry of the navigation; current on every page whose URL name starts with ``section``, or one of several.

    Without ``section`` that is the namespace of ``url_name``.
    """
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    current = mark_safe("")
    if here == url_name:
        current = mark_safe(' aria-current="page"')
    elif here.startswith(tuple((section or url_name.partition(":")[0] + ":").split())):
        current = mark_safe(' aria-current="true"')
    number = format_html('<span class="nav-count">{}</span>', count) if count else ""
    return format_html('<li><a href="{}"{}>{}{}</a></li>', reverse(url_name), current, label, number)


@register.simple_block_tag
def keep(content: SafeString) -> SafeString:
    """Render once, use twice: ``{% keep as name %}…{% endkeep %}`` and then ``{{ name }}``."""
    return content


@register.simple_tag(takes_context=True)
def theme_attributes(context: RequestContext) -> SafeString:
    """How the page looks: the account's wish, else the cookie's, else like the device (which the browser settles)."""
    request = context.get("request")
    wish = getattr(getattr(request, "user", None), "appearance", None)
    wish = wish or getattr(request, "COOKIES", {}).get("appearance", "")
    if wish not in ("light", "dark"):
        return mark_safe('data-bs-theme="light" data-appearance="system"')
    return format_html('data-bs-theme="{}" data-appearance="{}"', wish, wish)


@register.simple_tag(takes_context=True)
def sort_header(context: RequestContext, field: str, label: str, first: str = "", num: bool = False) -> SafeString:
    """A column heading that sorts by ``field``; a second press turns the order round.

    ``first="-"`` sorts downwards at the first press.
    """
    request = context["request"]
    current = context.get("sort") or request.GET.get("sort", "")
    sorted_by_it = current.removeprefix("-") == field
    down = current.startswith("-")
    turn = ("" if down else "-") if sorted_by_it else first
    order = format_html(' aria-sort="{}"', "descending" if down else "ascending") if sorted_by_it else ""
    url = request.path + "?" + _query(request.GET, sort=turn + field, page=None)
    return format_html(
        '<th scope="col"{}{}><a class="sort" id="sort-{}" href="{}"'
        ' hx-get="{}" hx-target="#results" hx-push-url="true">{}{}</a></th>',
        mark_safe(' class="num"') if num else "",
        order,
        field,
        url,
        url,
        label,
        icon("caret-down-fill" if sorted_by_it and down else "caret-up-fill"),
    )


@register.simple_block_tag(takes_context=True)
def filters(context: RequestContext, content: SafeString, label: str = "", clear: str = "") -> SafeString:
    """The form above a list: a GET of this page; with htmx only ``#results`` changes, while typing.

    ``clear`` is the query string that shows all, where that is not an empty one.
    """
    request = context["request"]
    return format_html(
        '<form class="filter-bar" id="filters" method="get" action="{0}" role="search" aria-label="{1}"'
        ' hx-get="{0}" hx-target="#results" hx-push-url="true" hx-sync="this:replace"'
        ' hx-trigger="input changed delay:300ms from:find .filter-text, change, submit">'
        '{2}<div class="filter-end"><button class="btn btn-secondary no-js-only">{3}</button>'
        '<a href="{0}{5}">{4}</a><span class="loading" aria-hidden="true"></span></div></form>',
        request.path,
        label or _("Search and filter"),
        content,
        _("Search"),
        _("Show all"),
        clear,
    )


@register.simple_tag
def filter_options(field: BoundField) -> SafeString:
    """The options of a choice field, escaped here: a list of countries costs a template ten times as much."""
    chosen = str(field.value() or "")
    values = ((str("" if value is None else value), str(text)) for value, text in _choices(field))
    return mark_safe("".join(_option(value, text, value == chosen) for value, text in values))


def _option(value: str, text: str, is_chosen: bool) -> str:
    return f'<option value="{escape(value)}"{" selected" if is_chosen else ""}>{escape(text)}</option>'


def _choices(field: BoundField) -> Iterable[tuple[Any, str]]:
    return (("" if value is None else value, text) for value, text in cast(Any, field.field).choices)


def _query(current: QueryDict, **changes: str | None) -> str:
    """The query string with some values set, or left out where None."""
    query = current.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = value
    return query.urlencode()


def _pill(tone: str, text: str) -> SafeString:
    css = f"pill pill-{tone}" if tone else "pill"
    return format_html('<span class="{}">{}</span>', css, text)
