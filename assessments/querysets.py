from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from assessments.enums import CycleStatus, InvitationStatus
from collab.querysets import takes_part
from partners.querysets import own_organisation_id

if TYPE_CHECKING:
    from accounts.models import User
    from assessments.models import EvaluationCycle, Invitation

ENDED = (CycleStatus.CLOSED, CycleStatus.DISCUSSED)
# Invitations that count as "invited": withdrawn ones and those handed to a colleague do not.
ASKED = (
    InvitationStatus.INVITED,
    InvitationStatus.STARTED,
    InvitationStatus.SUBMITTED,
    InvitationStatus.DECLINED,
)
UNFINISHED = (InvitationStatus.INVITED, InvitationStatus.STARTED)


class CycleQuerySet(models.QuerySet["EvaluationCycle"]):
    model: type["EvaluationCycle"]

    def visible_to(self, user: "User | AnonymousUser") -> "CycleQuerySet":
        """Colleagues see all; a partner's contact sees those in which the own organisation takes part.

        What is still being planned, and what was cancelled, is the host's.
        """
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        hidden = (CycleStatus.PLANNED, CycleStatus.CANCELLED)
        own = own_organisation_id(user)
        if own is None:
            return self.none()
        return self.filter(takes_part(user, "collaboration__")).with_party(own).exclude(status__in=hidden)

    def with_party(self, organisation_id: int) -> "CycleQuerySet":
        """Rounds in which the organisation is a side; once, also where it is two sides since a merge."""
        sides = self.model._default_manager.filter(parties__organisation=organisation_id)
        return self.filter(pk__in=sides.values("pk"))

    def with_progress(self) -> "CycleQuerySet":
        """Adds ``invited`` and ``submitted``: how many were asked and how many answered."""
        return self.annotate(
            invited=Count("invitations", filter=Q(invitations__status__in=ASKED)),
            submitted=Count("invitations", filter=Q(invitations__status=InvitationStatus.SUBMITTED)),
        )

    def ended(self) -> "CycleQuerySet":
        return self.filter(status__in=ENDED)

    def latest_results(self) -> "CycleQuerySet":
        """Per collaboration the last cycle that has results."""
        return self.ended().order_by("collaboration_id", "-number").distinct("collaboration_id")

    def awaiting_review(self) -> "CycleQuerySet":
        """Closed and not discussed, unless a later round of the collaboration has results by now."""
        later = self.model._default_manager.filter(
            collaboration=OuterRef("collaboration"), number__gt=OuterRef("number"), status__in=ENDED
        )
        return self.filter(~Exists(later), status=CycleStatus.CLOSED)

    def opening_due_by(self, day: date) -> "CycleQuerySet":
        return self.filter(status=CycleStatus.PLANNED, opens_on__lte=day)

    def closing_due_by(self, day: date) -> "CycleQuerySet":
        """Open cycles whose last day, ``closes_on``, is past."""
        return self.filter(status=CycleStatus.OPEN, closes_on__lt=day)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    model: type["Invitation"]

    def asked(self) -> "InvitationQuerySet":
        return self.filter(status__in=ASKED)

    def interested(self) -> "InvitationQuerySet":
        """Who is told of results: everybody who was asked, save who said no, and no more mails with it."""
        return self.asked().exclude(status=InvitationStatus.DECLINED)

    def unfinished(self) -> "InvitationQuerySet":
        """People who can still answer and have not sent their answers, those who started included."""
        return self.filter(status__in=UNFINISHED)

    def reachable(self) -> "InvitationQuerySet":
        """People who can be mailed: who left is not, nor who has no address (any more)."""
        return self.still_there().exclude(contact__email="")

    def still_there(self) -> "InvitationQuerySet":
        """People who are active, at the organisation they were asked for."""
        return self.filter(contact__deactivated_at=None, contact__organisation=F("party__organisation"))

    def in_open_round(self) -> "InvitationQuerySet":
        return self.filter(cycle__status=CycleStatus.OPEN)
