"""What a review meeting left behind: who were there, its corrections, and the agreed actions with their state."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from assessments.models import ReviewAttendee, ReviewMeeting
from audit.authors import origin_of
from audit.timeline import all_events
from collab.enums import ActionStatus, Visibility
from common.edits import Author
from common.prepared import Prepared, one_of
from common.sorting import NameOrder
from partners.models import Contact


class AgreedItem(NamedTuple):
    """An action as it was agreed in a meeting, and its present state."""

    review: int
    title: str
    due_on: date
    status: str
    owner: str
    organisation: str

    @property
    def status_word(self) -> str:
        return str(ActionStatus(self.status).label)


def who_were_there(review: ReviewMeeting) -> QuerySet[Contact]:
    """Return the people of a meeting, those of our own organisation first."""
    people = review.attendees.select_related("organisation")
    return people.order_by("-organisation__is_host", "organisation__sort_name", NameOrder("name"), "pk")


def correction_of(review: ReviewMeeting) -> Author | None:
    """Return the author and time of the last correction of a meeting or of its attendees."""
    return origin_of(review, all_events(ReviewAttendee).filter(reviewmeeting=review.pk)).corrected


def what_became_of(items: list[AgreedItem]) -> dict[str, Any] | None:
    """Return the actions that were agreed after the previous round, and how many are done; None without any."""
    if not items:
        return None
    return {"items": items, "done": sum(item.status == ActionStatus.DONE for item in items), "total": len(items)}


def agreed_items(*reviews: ReviewMeeting | None) -> dict[int, list[AgreedItem]]:
    """Return the actions of meetings, without those made internal afterwards: all sides read this."""
    keys = [review.pk for review in reviews if review is not None]
    agreed: dict[int, list[AgreedItem]] = {}
    for row in _AGREED.rows(keys=keys) if keys else ():
        item = AgreedItem(*row)
        agreed.setdefault(item.review, []).append(item)
    return agreed


# Saves 6 to 8 % of the processor time of the page with the results: see bench/README.md.
_AGREED = Prepared(
    lambda: (
        ReviewMeeting.action_items.through._default_manager.filter(
            one_of("reviewmeeting", "keys"), actionitem__visibility=Visibility.SHARED
        )
        .order_by("actionitem__due_on", "actionitem")
        .values_list(
            "reviewmeeting_id",
            "actionitem__title",
            "actionitem__due_on",
            "actionitem__status",
            "actionitem__owner__name",
            "actionitem__owner__organisation__name",
        )
    )
)
