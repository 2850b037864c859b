"""Make the counts on the dashboard, each with the list that it counts."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.models import User
from collab.alerts.reading import needing
from collab.models import Collaboration
from common.paging import CappedPaginator


@dataclass(frozen=True)
class Count:
    """A number of collaborations and the address of the list that shows them."""

    number: int
    text: str
    url: str


def count_line(user: User, today: date) -> dict[str, Count]:
    """Return how many collaborations run, need an evaluation and have no lead; counted no further than a list is.

    A count and its list are the same query, so that they agree.
    """
    seen = Collaboration.objects.visible_to(user)
    page = reverse("collab:collaboration-list")
    found = {
        "running": (seen.running(), f"{page}?stage=active"),
        "due": (needing("evaluation", seen, user, today), f"{page}?needs=evaluation"),
        "without_lead": (needing("lead", seen, user, today), f"{page}?needs=lead"),
    }
    counted = {key: (CappedPaginator(rows, 1), url) for key, (rows, url) in found.items()}
    return {key: Count(rows.count, rows.count_text, url) for key, (rows, url) in counted.items()}
