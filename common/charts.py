"""Place the marks of charts; the templates of the components draw them as SVG, and the style sheet colours them.

Places along the line are per cents, so that a line is as wide as its column while marks and letters keep their size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.components import rendered
from common.numbers import Number, decimal

COLOURS = 4
# The mark of a group of several organisations.
TOGETHER = 0
# The shapes by number; each is so much larger or smaller that all look equally large.
SHAPES = (("circle", 1), ("diamond", 1.22), ("square", 0.88), ("triangle", 1.1))
MIDDLE = 17
RADIUS = 7
# Shown scores are rounded half up to one decimal, so 2.95 is the first that reads 3.0.
BANDS = (("act", 1.0, 2.95), ("discuss", 2.95, 3.95), ("strong", 3.95, 5.0))
# Marks nearer than this cover each other on a narrow line; the second then goes above it, the third below.
TOO_NEAR = 0.18
LANES = (0, -10, 10)


@dataclass(frozen=True)
class Mark:
    """The mark of an organisation, or of several together, on a line: its place, its words and its shape."""

    x: str
    y: int
    name: str
    number: str
    shape: SafeString


def along(score: Number) -> str:
    """Return the place of a score from 1 to 5 on the line, in per cent."""
    return f"{(float(score) - 1) * 25:g}%"


@cache
def mark_shape(number: int, x: float = 0, y: float = 0, radius: float = RADIUS) -> SafeString:
    """Return the shape of the ``number``-th organisation around a point; from the fifth on hollow.

    ``TOGETHER`` has a shape of its own: two circles that overlap. Numbers are given as texts: a template would write
    them with the decimal comma of the language.
    """
    index = (number - 1) % COLOURS
    shape, size = ("together", 0.72) if number == TOGETHER else SHAPES[index]
    r = round(radius * size, 1)
    aside = round(radius * 0.5, 1) if number == TOGETHER else r
    lengths = {"left": x - aside, "right": x + aside, "top": y - r, "across": 2 * r, "down": 2 * r - 1}
    hollow = " mark-hollow" if (number - 1) // COLOURS % 2 else ""
    context = {name: f"{length:g}" for name, length in {"x": x, "y": y, "r": r, **lengths}.items()}
    return rendered("mark", shape=shape, css=f"mark mark-{index + 1}{hollow}", **context)


def organisation_mark(number: int) -> dict[str, Any]:
    """Return the mark of the ``number``-th organisation, or of several together, for a legend or beside a name."""
    return {"shape": mark_shape(number, 9, 9, 6.5)}


def factor_line(organisations: Sequence[Any], gap: Mapping[str, Any] | None = None, label: str = "") -> dict[str, Any]:
    """Return the line of one factor from 1 to 5: bands, a mark per organisation, the gap as the line between them."""
    marks: list[Mark] = []
    scores: list[Number] = []
    said = []
    for place, organisation in enumerate(organisations, start=1):
        name, score = str(_get(organisation, "name")), _get(organisation, "score")
        number = _("no number") if score is None else decimal(score, 1)
        said.append(f"{name}: {number}")
        if score is not None:
            near = {
                mark.y - MIDDLE
                for mark, other in zip(marks, scores, strict=True)
                if abs(float(other) - float(score)) < TOO_NEAR
            }
            lane = next((lane for lane in LANES if lane not in near), 0)
            shape = mark_shape(_get(organisation, "mark", place))
            marks.append(Mark(along(score), MIDDLE + lane, name, number, shape))
            scores.append(score)
    if words := gap_words(gap):
        said.append(f"{words}: {decimal(_get(gap, 'value'), 1)}")
    return {
        "words": (f"{label}. " if label else "") + "; ".join(said),
        "background": _background(),
        "ends": [along(min(scores)), along(max(scores))] if len(scores) > 1 else [],
        "is_clear": gap and _get(gap, "label") == "clear",
        "middle": MIDDLE,
        "marks": marks,
    }


@cache
def _background() -> SafeString:
    """Return the bands and ticks, which are the same behind every factor."""
    bands = [(band, along(low), along(high - low + 1)) for band, low, high in BANDS]
    return render_to_string("components/factor_background.html", {"bands": bands, "ticks": map(along, (2, 3, 4))})


def factor_scale() -> dict[str, Any]:
    """Return the figures 1 to 5 at the places of ``factor_line``, for the head of its column."""
    return {"figures": [(along(n), n) for n in range(1, 6)]}


def gap_words(gap: Mapping[str, Any] | None) -> str:
    """Return “clear difference”, “small difference”, or an empty text."""
    label = _get(gap, "label") if gap else None
    return {"clear": _("clear difference"), "ask": _("small difference")}.get(label or "", "")


def _get(thing: Any, name: str, default: Any = None) -> Any:
    """Return a value of a mapping or an object: results are mappings, rows of a view may be objects."""
    return thing.get(name, default) if isinstance(thing, Mapping) else getattr(thing, name, default)
