"""A culture scale as a picture: a mark per organisation on the line between two poles (see ``common.pictures``)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.pictures import along, mark_shape
from partners.culture import HIGHEST, LOWEST

# Marks at the same place stand on each other; the line lies under the lowest.
STEP, FOOT = 17, 12


@dataclass(frozen=True)
class Place:
    """Where one organisation stands on a scale; ``mark`` gives colour and shape, None is not known."""

    mark: int
    name: str
    value: int | None


def culture_line(places: Sequence[Place], label: str) -> SafeString:
    """The line from 1 to 5 with everybody on it, and the same in words."""
    known = [(place, place.value) for place in places if place.value is not None]
    tallest = max(Counter(value for _place, value in known).values(), default=1)
    height = FOOT + STEP * tallest
    return format_html(
        '<svg class="culture-line" role="img" height="{}" aria-label="{}">{}{}</svg>',
        height,
        _in_words(places, label),
        _line(height - FOOT),
        _marks(known, height - FOOT),
    )


def _marks(known: Sequence[tuple[Place, int]], base: int) -> SafeString:
    taken: Counter[int] = Counter()
    parts = []
    for place, value in known:
        parts.append((along(value), base - STEP * taken[value], place.name, value, mark_shape(place.mark)))
        taken[value] += 1
    return format_html_join("", '<svg class="mark-place" x="{}" y="{}"><title>{}: {}</title>{}</svg>', parts)


@cache
def _line(y: int) -> SafeString:
    ticks = format_html_join(
        "",
        '<line class="tick" x1="{}" x2="{}" y1="{}" y2="{}"/>',
        ((along(n), along(n), y - 4, y + 4) for n in range(LOWEST, HIGHEST + 1)),
    )
    return format_html('<line class="axis" x1="0%" x2="100%" y1="{}" y2="{}"/>{}', y, y, ticks)


def _in_words(places: Sequence[Place], label: str) -> str:
    said = [f"{place.name}: {_('not filled in') if place.value is None else place.value}" for place in places]
    return f"{label}. " + "; ".join(said)
