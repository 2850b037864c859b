"""Place organisations on a culture scale: a mark for each on the line between two poles (see ``common.charts``)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.charts import Mark, along, mark_shape
from identity.culture.scales import HIGHEST, LOWEST

# Marks at the same place stand on each other; the line lies under the lowest.
STEP, FOOT = 17, 12


@dataclass(frozen=True)
class Place:
    """Hold the place of an organisation on a scale, None if left open; ``mark`` gives colour and shape."""

    mark: int
    name: str
    value: int | None


def culture_line(places: Sequence[Place], label: str) -> SafeString:
    """Return the line from 1 to 5 with a mark per organisation, and the same in words for screen readers."""
    tallest = max(Counter(place.value for place in places if place.value is not None).values(), default=1)
    base = STEP * tallest
    taken: Counter[int] = Counter()
    marks = []
    for place in places:
        if place.value is not None:
            y = base - STEP * taken[place.value]
            marks.append(Mark(along(place.value), y, place.name, str(place.value), mark_shape(place.mark)))
            taken[place.value] += 1
    said = [f"{place.name}: {_('not filled in') if place.value is None else place.value}" for place in places]
    context = {
        "words": f"{label}. " + "; ".join(said),
        "height": base + FOOT,
        "base": base,
        "above": base - 4,
        "below": base + 4,
        "ticks": [along(number) for number in range(LOWEST, HIGHEST + 1)],
        "marks": marks,
    }
    return render_to_string("identity/culture_line.html", context)
