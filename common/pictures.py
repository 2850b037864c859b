"""Pictures as SVG, rendered here: places are attributes, colours come from the style sheet.

Along the line places are per cents, so that a line is as wide as its column while marks and letters keep their size.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from common.numbers import Number, decimal

COLOURS = 4
SHAPES = ("circle", "diamond", "square", "triangle")
MIDDLE = 17
RADIUS = 7
# Shown scores are rounded half up to one decimal, so 2.95 is the first that reads 3.0.
BANDS = (("act", 1.0, 2.95), ("discuss", 2.95, 3.95), ("strong", 3.95, 5.0))
# Marks nearer than this cover each other on a narrow line; the second then goes above it, the third below.
TOO_NEAR = 0.18
LANES = (0, -10, 10)


@dataclass(frozen=True)
class Mark:
    """One organisation's place on the line; ``number`` gives colour and shape."""

    number: int
    name: str
    score: Number
    y: int


def along(score: Number) -> str:
    """The place of a score from 1 to 5 on the line."""
    return f"{(float(score) - 1) * 25:g}%"


@cache
def mark_shape(number: int, x: float = 0, y: float = 0, radius: float = RADIUS) -> SafeString:
    """The shape of the ``number``-th organisation around a point; from the fifth on hollow."""
    index = (number - 1) % COLOURS
    hollow = (number - 1) // COLOURS % 2
    css = f"mark mark-{index + 1}{' mark-hollow' if hollow else ''}"
    return mark_safe(_SHAPES[SHAPES[index]](css, x, y, radius))


def _circle(css: str, x: float, y: float, r: float) -> str:
    return f'<circle class="{css}" cx="{x}" cy="{y}" r="{r}"/>'


def _diamond(css: str, x: float, y: float, r: float) -> str:
    r = round(r * 1.22, 1)
    return f'<path class="{css}" d="M{x} {y - r:g}l{r} {r}l-{r} {r}l-{r} -{r}z"/>'


def _square(css: str, x: float, y: float, r: float) -> str:
    r = round(r * 0.88, 1)
    return f'<rect class="{css}" x="{x - r:g}" y="{y - r:g}" width="{2 * r:g}" height="{2 * r:g}"/>'


def _triangle(css: str, x: float, y: float, r: float) -> str:
    r = round(r * 1.1, 1)
    return f'<path class="{css}" d="M{x} {y - r:g}l{r} {2 * r - 1:g}h-{2 * r:g}z"/>'


_SHAPES = {"circle": _circle, "diamond": _diamond, "square": _square, "triangle": _triangle}


def organisation_mark(number: int) -> SafeString:
    """The mark of the ``number``-th organisation, for a legend or beside a name."""
    return format_html(
        '<svg class="organisation-mark" viewBox="0 0 18 18" aria-hidden="true">{}</svg>', mark_shape(number, 9, 9, 6.5)
    )


def factor_line(organisations: Sequence[Any], gap: Mapping[str, Any] | None, label: str) -> SafeString:
    """One factor on the line from 1 to 5: the bands, a mark per organisation, the gap as the line between them."""
    marks = _placed(organisations)
    return format_html(
        '<svg class="factor-line" role="img" aria-label="{}">{}{}{}</svg>',
        _in_words(organisations, gap, label),
        _background(),
        _gap_line(marks, gap),
        format_html_join("", "{}", ((_mark_on_line(mark),) for mark in marks)),
    )


def factor_scale() -> SafeString:
    """The figures 1 to 5, at the places of ``factor_line``: for the head of its column."""
    figures = format_html_join("", '<text x="{}" y="13">{}</text>', ((along(n), n) for n in range(1, 6)))
    return format_html('<svg class="factor-scale" aria-hidden="true">{}</svg>', figures)


def _mark_on_line(mark: Mark) -> SafeString:
    return format_html(
        '<svg class="mark-place" x="{}" y="{}"><title>{}: {}</title>{}</svg>',
        along(mark.score),
        mark.y,
        mark.name,
        decimal(mark.score, 1),
        mark_shape(mark.number),
    )


def _placed(organisations: Iterable[Any]) -> list[Mark]:
    marks: list[Mark] = []
    for number, organisation in enumerate(organisations, start=1):
        score = _get(organisation, "score")
        if score is not None:
            marks.append(Mark(number, str(_get(organisation, "name")), score, MIDDLE + _free_lane(score, marks)))
    return marks


def _free_lane(score: Number, marks: list[Mark]) -> int:
    taken = {mark.y - MIDDLE for mark in marks if abs(float(mark.score) - float(score)) < TOO_NEAR}
    return next((lane for lane in LANES if lane not in taken), 0)


@cache
def _background() -> SafeString:
    bands = format_html_join(
        "",
        '<rect class="band-{}" x="{}" y="13" width="{}" height="8"/>',
        ((band, along(low), along(high - low + 1)) for band, low, high in BANDS),
    )
    ticks = format_html_join(
        "", '<line class="tick" x1="{}" x2="{}" y1="13" y2="21"/>', ((along(n), along(n)) for n in (2, 3, 4))
    )
    return format_html("{}{}", bands, ticks)


def _gap_line(marks: list[Mark], gap: Mapping[str, Any] | None) -> SafeString:
    if len(marks) < 2:
        return mark_safe("")
    scores = [mark.score for mark in marks]
    css = "gap gap-clear" if gap and _get(gap, "label") == "clear" else "gap"
    return format_html(
        '<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>',
        css,
        along(min(scores)),
        along(max(scores)),
        MIDDLE,
        MIDDLE,
    )


def gap_words(gap: Mapping[str, Any] | None) -> str:
    """“clear difference”, “small difference”, or nothing."""
    label = _get(gap, "label") if gap else None
    return {"clear": _("clear difference"), "ask": _("small difference")}.get(label or "", "")


def _in_words(organisations: Iterable[Any], gap: Mapping[str, Any] | None, label: str) -> str:
    parts = [
        "{}: {}".format(_get(o, "name"), _("no number") if _get(o, "score") is None else decimal(_get(o, "score"), 1))
        for o in organisations
    ]
    if words := gap_words(gap):
        parts.append(f"{words}: {decimal(_get(gap, 'value'), 1)}")
    return (f"{label}. " if label else "") + "; ".join(parts)


def _get(thing: Any, name: str) -> Any:
    """A value of a mapping or an object: results are mappings, rows of a view may be objects."""
    return thing[name] if isinstance(thing, Mapping) else getattr(thing, name)
