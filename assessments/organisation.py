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
from collab.querysets import CollaborationQuerySet
from common.deadlines import SOON_DAYS
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
    together = _with(organisation, user)
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
            _page(item.collaboration_id) + "#actions",
        )
        for item in coming[:MOST_DUE]
    ]
    # Those further away than an alert tells of.
    evaluations = together.running().filter(next_evaluation_on__gt=today + timedelta(days=SOON_DAYS))
    due += [
        Due(cast(date, row.next_evaluation_on), _("Next evaluation"), row.name, _page(row.pk))
        for row in evaluations.order_by("next_evaluation_on", "pk")[:MOST_DUE]
    ]
    return sorted(due, key=lambda row: row.day)[:MOST_DUE]


def last_talk(organisation: Organisation, user: User, today: date) -> Talk | None:
    """Return the newest review meeting or decision; a day to come is no talk yet."""
    rounds = EvaluationCycle.objects.visible_to(user).with_party(organisation.pk)
    meetings = ReviewMeeting.objects.filter(cycle__in=rounds.values("pk"), held_on__lte=today)
    meeting = meetings.select_related("cycle__collaboration").order_by("-held_on", "-pk").first()
    decisions = Decision.objects.visible_to(user).filter(collaboration__in=_with(organisation, user).values("pk"))
    decision = decisions.filter(decided_on__lte=today).select_related("collaboration").order_by("-decided_on").first()
    talks = [_meeting(meeting)] if meeting else []
    talks += [_decision(decision)] if decision else []
    return max(talks, key=lambda talk: talk.day, default=None)


def _with(organisation: Organisation, user: User) -> CollaborationQuerySet:
    return Collaboration.objects.visible_to(user).of_organisation(organisation.pk)


def _meeting(meeting: ReviewMeeting) -> Talk:
    cycle = meeting.cycle
    what = _("Review meeting of %(collaboration)s") % {"collaboration": cycle.collaboration}
    return Talk(meeting.held_on, what, reverse("assessments:cycle-detail", args=[cycle.pk]))


def _decision(decision: Decision) -> Talk:
    names = {"what": decision.what, "collaboration": decision.collaboration}
    page = _page(decision.collaboration_id) + "#decisions"
    return Talk(decision.decided_on, _("Decision in %(collaboration)s: %(what)s") % names, page)


def _page(collaboration_id: int) -> str:
    return reverse("collab:collaboration-detail", args=[collaboration_id])
