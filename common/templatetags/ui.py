"""Define the tags of the design system; docs/design-system.md shows their use."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from html import escape
from typing import Any, cast

from django import template
from django.core.paginator import Page
from django.db.models import Model
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import charts, deadlines, numbers
from common.components import rendered
from common.icons import icon_paths
from common.row_urls import row_url

register = template.Library()

_BREAKS = re.compile(r"(?<=[@/])(?!/)|(?=\.)")

register.filter("whole", numbers.whole)
register.filter("score", numbers.score)
register.filter("change", numbers.change)
register.filter("percentage", numbers.percentage)
register.filter("in_words", numbers.in_words)
register.simple_tag(row_url)
register.inclusion_tag("components/organisation_mark.html")(charts.organisation_mark)
register.inclusion_tag("components/factor_line.html")(charts.factor_line)
register.inclusion_tag("components/factor_scale.html")(charts.factor_scale)

# Which tone a stage or status has; what is not named is quiet.
TONES = {
    "act": ("failed", "overdue", "stop"),
    "discuss": ("designing", "paused", "closed", "sending", "unknown", "started", "adjust"),
    "brand": ("active", "open", "invited"),
    "strong": ("discussed", "done", "sent", "submitted", "continue", "chosen"),
}
TONE_OF = {value: tone for tone, values in TONES.items() for value in values}


@register.simple_tag
@lru_cache(maxsize=500)
def icon(name: str, label: str = "") -> SafeString:
    """Return an icon; it is decoration unless it has a label."""
    return rendered("icon", paths=mark_safe(icon_paths(name)), label=label)


def band_word(band: str | None) -> str:
    return {"strong": _("Strong"), "discuss": _("Discuss"), "act": _("Work on this")}.get(band or "", "")


@register.simple_tag
def band_pill(band: str | None, score: numbers.Number | None = None, none: str = "") -> SafeString:
    """Return number and word of a band on its colour; without a band a dash, or the word in ``none``."""
    if not band:
        return _pill("", none or _("No number"))
    return _pill(band, band_word(band), "" if score is None else numbers.score(score))


@register.simple_tag
def heat_cells(cells: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return a table cell per factor, each with ``name``, ``band`` and ``score``; a phone shows only the lowest.

    One tag for a row, with cells that are remembered: a loop in the template takes 13 ms longer for 50 rows, half of
    the dashboard.
    """
    language = get_language()
    worst = min((cell for cell in cells if cell["score"] is not None), key=lambda cell: cell["score"], default=None)
    return mark_safe(
        "".join(_heat_cell(cell["name"], cell["band"], cell["score"], language, cell is worst) for cell in cells)
    )


@register.simple_tag
def number_cells(numbers: Iterable[int], *more: int) -> SafeString:
    """Return a table cell per number (of people, so small).

    One tag for a row: a loop in the template takes 3 ms longer for all answers on the page of results, a tenth of it.
    """
    return mark_safe("".join(f'<td class="num">{number:d}</td>' for number in (*numbers, *more)))


@lru_cache(maxsize=2000)
def _heat_cell(
    name: str, band: str | None, score: numbers.Number | None, language: str | None, is_worst: bool
) -> SafeString:
    if not band or score is None:
        return rendered("heat_cell", name=name, word=_("No number"))
    shown = {"band": band, "number": numbers.score(score), "word": band_word(band)}
    return rendered("heat_cell", name=name, worst=is_worst, **shown)


@register.filter
def lookup(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return ``mapping[key]``, or an empty text."""
    return mapping.get(key, "")


@register.filter
def breakable(address: str) -> SafeString:
    """Return an e-mail or web address that may break, where it is too long, after “@” or “/” or before a dot."""
    return mark_safe(_BREAKS.sub("<wbr>", escape(address)))


@register.inclusion_tag("components/gap_text.html")
def gap_text(value: numbers.Number | None, label: str | None) -> dict[str, Any]:
    """Return the difference between organisations in figures and words; an empty text for a negligible one."""
    if value is None:
        return {}
    return {"label": label, "number": numbers.decimal(value, 1), "words": charts.gap_words({"label": label})}


@register.simple_tag
def status_pill(value: str, label: str) -> SafeString:
    """Return a stage or status with the tone that belongs to it."""
    return _pill(TONE_OF.get(value, ""), label)


@register.simple_tag
def choice_pill(row: Model, field: str) -> SafeString:
    """Return the pill for a field with choices of a row, such as its stage or status."""
    return _choice_pill(type(row), field, getattr(row, field), get_language())


@lru_cache(maxsize=1000)
def _choice_pill(model: type[Model], field: str, value: str, language: str | None) -> SafeString:
    words = dict(cast(Any, model._meta.get_field(field)).flatchoices)
    return status_pill(value, str(words.get(value, value)))


@register.filter
def due(day: date | None, today: date | None = None) -> str:
    """Return how far a day is from today, in words; a dash for no day."""
    return numbers.EMPTY if day is None else deadlines.due_text(day, today or timezone.localdate())


@register.simple_tag
def due_pill(day: date | None, today: date | None = None) -> SafeString:
    """Return how far a day is from today, as a pill where it is late or near."""
    today = today or timezone.localdate()
    tone = deadlines.tone(day, today) if day else ""
    return _pill(tone, due(day, today)) if tone else conditional_escape(due(day, today))


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*parts: str) -> dict[str, Any]:
    """Return the path of a page from labels and addresses by turns; a last label without address is this page."""
    return {"links": zip(parts[::2], parts[1::2], strict=False), "here": parts[-1] if len(parts) % 2 else ""}


@register.inclusion_tag("components/nav_item.html", takes_context=True)
def nav_item(
    context: RequestContext, url_name: str, label: str, section: str = "", count: int | None = None
) -> dict[str, Any]:
    """Return an entry of the navigation.

    It is current on every page whose URL name starts with ``section``, or one of several. Without ``section`` that is
    the namespace of ``url_name``.
    """
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    is_section = here.startswith(tuple((section or url_name.partition(":")[0] + ":").split()))
    current = "page" if here == url_name else "true" if is_section else ""
    return {"url": reverse(url_name), "label": label, "current": current, "count": count}


@register.simple_tag
def page_words(page: Page | None) -> str:
    """Return “, page 2” for the title of a list, an empty text for its first page and where ``page`` is none."""
    if not isinstance(page, Page) or page.number == 1:
        return ""
    return _(", page %(number)s") % {"number": numbers.whole(page.number)}


@register.simple_tag
def button_name(verb: str, name: object) -> str:
    """Return the name of a button among others of its kind: “Delete Noord”, in Dutch “Noord verwijderen”."""
    order = _("%(verb)s %(name)s")
    return order % {"verb": verb if order.startswith("%(verb)") else verb[:1].lower() + verb[1:], "name": name}


@register.simple_tag
def error_count(form: BaseForm | None, *formsets: Iterable[BaseForm] | None) -> int:
    """Return how many things are wrong in a form and the formsets below it."""
    forms = [form, *(row for formset in formsets for row in formset or ())]
    whole = sum(len(getattr(formset, "non_form_errors", list)()) for formset in formsets)
    return whole + sum(len(errors) for one in forms if one for errors in one.errors.values())


@register.simple_block_tag
def keep(content: SafeString) -> SafeString:
    """Render once and use twice: ``{% keep as name %}…{% endkeep %}`` and then ``{{ name }}``."""
    return content


@register.simple_tag(takes_context=True)
def chosen_theme(context: RequestContext) -> str:
    """Return the theme of the page, ``light`` or ``dark``: the account's, else the cookie's.

    An empty text leaves it to the device, which the browser knows.
    """
    request = context.get("request")
    wish = getattr(getattr(request, "user", None), "appearance", None)
    wish = wish or getattr(request, "COOKIES", {}).get("appearance", "")
    return wish if wish in ("light", "dark") else ""


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: RequestContext, field: str, label: str, first: str = "", num: bool = False) -> dict[str, Any]:
    """Return a column heading that sorts by ``field``; a second press reverses the order.

    ``first="-"`` sorts downwards at the first press.
    """
    request = context["request"]
    current = context.get("sort") or request.GET.get("sort", "")
    sorted_by_it = current.removeprefix("-") == field
    down = current.startswith("-")
    turn = ("" if down else "-") if sorted_by_it else first
    return {
        "field": field,
        "label": label,
        "num": num,
        "order": ("descending" if down else "ascending") if sorted_by_it else "",
        "url": f"{request.path}?{_query(request.GET, sort=turn + field, page=None)}",
        "symbol": "caret-down-fill" if sorted_by_it and down else "caret-up-fill",
    }


@register.simple_block_tag(takes_context=True)
def filters(context: RequestContext, content: SafeString, label: str = "", clear: str = "") -> SafeString:
    """Return the form above a list: a GET of this page; with htmx only ``#results`` changes, while typing.

    ``clear`` is the query string that shows all, where that is not an empty one.
    """
    values = {"path": context["request"].path, "content": content, "label": label, "clear": clear}
    return render_to_string("components/filters.html", values)


@register.simple_tag
def filter_options(field: BoundField) -> SafeString:
    """Return the options of a choice field, escaped here.

    A loop in the template takes 1.8 ms longer for a list of 200 countries, a tenth of a page of the registry.
    """
    chosen = str(field.value() or "")
    choices = ((str("" if value is None else value), str(text)) for value, text in cast(Any, field.field).choices)
    return mark_safe(
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}</option>'
            for value, text in choices
        )
    )


def _query(current: QueryDict, **changes: str | None) -> str:
    """Return the query string with some values set, and those with None left out."""
    query = current.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = value
    return query.urlencode()


# A page of a list has a pill or more in each row, and few different ones: remembered, they cost no rendering.
@lru_cache(maxsize=1000)
def _pill(tone: str, text: str, number: str = "") -> SafeString:
    return rendered("pill", tone=tone, text=text, number=number)
