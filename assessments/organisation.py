"""The panel of our collaborations with an organisation, for its page: due dates and the last talk."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import EvaluationCycle, ReviewMeeting
from collab.alerts.kinds import kind_of
from collab.alerts.reading import alerts_within
from collab.models import ActionItem, Collaboration, Decision
from common.deadlines import SOON_DAYS
from common.row_urls import row_url
from partners.models import Organisation

MOST_DUE = 10


@dataclass(frozen=True)
class Due:
    """Something due on a day; ``code`` is the kind of alert, empty for a day that is to come."""

    day: date
    what: str
    where: str
    url: str
    code: str = ""


@dataclass(frozen=True)
class Talk:
    """A moment at which people of both sides spoke or decided."""

    day: date
    what: str
    url: str


def due_with(organisation: Organisation, user: User, today: date) -> list[Due]:
    """Return the alerts and coming days in the collaborations with it that ``user`` sees, by day."""
    together = Collaboration.objects.visible_to(user).of_organisation(organisation.pk)
    due = [
        Due(row.since, kind_of(row).line(row, today), row.name, kind_of(row).place(row), row.kind)
        for row in alerts_within(together, user, today, MOST_DUE)
        if row.since is not None
    ]
    # Without those that are late: these are alerts.
    items = ActionItem.objects.visible_to(user).open().filter(collaboration__in=together.awake().values("pk"))
    coming = items.filter(due_on__gte=today).select_related("owner", "collaboration").order_by("due_on", "pk")
    due += [
        Due(
            item.due_on,
            _("Action: %(title)s (%(owner)s)") % {"title": item.title, "owner": item.owner},
            item.collaboration.name,
            row_url("collab:collaboration-detail", item.collaboration_id) + "#actions",
        )
        for item in coming[:MOST_DUE]
    ]
    # Those further away than an alert tells of.
    evaluations = together.running().filter(next_evaluation_on__gt=today + timedelta(days=SOON_DAYS))
    due += [
        Due(
            cast(date, row.next_evaluation_on),
            _("Next evaluation"),
            row.name,
            row_url("collab:collaboration-detail", row.pk),
        )
        for row in evaluations.order_by("next_evaluation_on", "pk")[:MOST_DUE]
    ]
    return sorted(due, key=lambda row: row.day)[:MOST_DUE]


def last_talk(organisation: Organisation, user: User, today: date) -> Talk | None:
    """Return the newest review meeting or decision; a day to come is no talk yet."""
    rounds = EvaluationCycle.objects.visible_to(user).with_party(organisation.pk)
    meetings = ReviewMeeting.objects.filter(cycle__in=rounds.values("pk"), held_on__lte=today)
    meeting = meetings.select_related("cycle__collaboration").order_by("-held_on", "-pk").first()
    together = Collaboration.objects.visible_to(user).of_organisation(organisation.pk)
    decisions = Decision.objects.visible_to(user).filter(collaboration__in=together.values("pk"))
    decision = decisions.filter(decided_on__lte=today).select_related("collaboration").order_by("-decided_on").first()
    talks = []
    if meeting is not None:
        what = _("Review meeting of %(collaboration)s") % {"collaboration": meeting.cycle.collaboration}
        talks.append(Talk(meeting.held_on, what, reverse("assessments:cycle-detail", args=[meeting.cycle_id])))
    if decision is not None:
        names = {"what": decision, "collaboration": decision.collaboration}
        page = row_url("collab:collaboration-detail", decision.collaboration_id) + "#decisions"
        talks.append(Talk(decision.decided_on, _("Decision in %(collaboration)s: %(what)s") % names, page))
    return max(talks, key=lambda talk: talk.day, default=None)
