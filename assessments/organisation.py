"""What an organisation's page tells of our collaborations with it: what is due, and when we last talked."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import EvaluationCycle, ReviewMeeting
from collab.enums import Stage
from collab.models import ActionItem, Collaboration, Decision
from collab.querysets import CollaborationQuerySet
from partners.models import Organisation

MOST_DUE = 10


@dataclass(frozen=True)
class Due:
    """Something that asks for somebody on a day."""

    day: date
    what: str
    where: str
    url: str


@dataclass(frozen=True)
class Talk:
    """A moment at which people of both sides spoke or decided."""

    day: date
    what: str
    url: str


def due_with(organisation: Organisation, user: User) -> list[Due]:
    """Open actions, evaluations and results to discuss in the collaborations with it that ``user`` sees, by day."""
    found = [*_actions(organisation, user), *_evaluations(organisation, user), *_reviews(organisation, user)]
    return sorted(found, key=lambda due: due.day)[:MOST_DUE]


def last_talk(organisation: Organisation, user: User, today: date) -> Talk | None:
    """The newest review meeting or decision; a day to come is no talk yet."""
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


def _actions(organisation: Organisation, user: User) -> list[Due]:
    running = _with(organisation, user).not_ended().values("pk")
    items = ActionItem.objects.visible_to(user).open().filter(collaboration__in=running)
    return [
        Due(
            item.due_on,
            _("Action: %(title)s (%(owner)s)") % {"title": item.title, "owner": item.owner},
            item.collaboration.name,
            _page(item.collaboration_id) + "#actions",
        )
        for item in items.select_related("owner", "collaboration").order_by("due_on", "pk")[:MOST_DUE]
    ]


def _evaluations(organisation: Organisation, user: User) -> list[Due]:
    running = _with(organisation, user).running().filter(next_evaluation_on__isnull=False)
    return [
        Due(cast(date, row.next_evaluation_on), _("Next evaluation"), row.name, _page(row.pk))
        for row in running.order_by("next_evaluation_on", "pk")[:MOST_DUE]
    ]


def _reviews(organisation: Organisation, user: User) -> list[Due]:
    waiting = EvaluationCycle.objects.visible_to(user).awaiting_review().with_party(organisation.pk)
    waiting = waiting.exclude(collaboration__stage=Stage.ENDED).select_related("collaboration").defer("result")
    return [
        Due(
            cycle.closes_on,
            _("Results of round %(number)d to discuss") % {"number": cycle.number},
            cycle.collaboration.name,
            reverse("assessments:cycle-results", args=[cycle.pk]),
        )
        for cycle in waiting.order_by("closes_on", "pk")[:MOST_DUE]
    ]


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
