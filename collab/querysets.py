from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Prefetch, Q

from collab.enums import ActionStatus, CandidateState, Stage, Visibility
from common.search import word_starts
from partners.querysets import own_organisation_id

if TYPE_CHECKING:
    from accounts.models import User
    from collab.models import (  # noqa: F401  (of the generics)
        ActionItem,
        Candidate,
        Collaboration,
        Participation,
        RoleAssignment,
    )

# Stages in which a collaboration is alive: it is evaluated and needs people in its roles.
RUNNING = (Stage.ACTIVE,)
NOT_ENDED = (Stage.EXPLORING, Stage.DESIGNING, Stage.ACTIVE, Stage.PAUSED)


def takes_part(user: "User", path: str = "") -> Q:
    """Condition: the user's own organisation takes part in the collaboration at ``path``.

    An organisation takes part once, so that a row fits once.
    """
    own = own_organisation_id(user)
    return Q(pk__in=[]) if own is None else Q(**{f"{path}participations__organisation": own})


class CollaborationQuerySet(models.QuerySet["Collaboration"]):
    def visible_to(self, user: "User | AnonymousUser") -> "CollaborationQuerySet":
        """Colleagues see all; a partner's contact sees those in which the own organisation takes part."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        return self.filter(takes_part(user))

    def matching(self, text: str) -> "CollaborationQuerySet":
        """Collaborations with, for every word of ``text``, a word in name or goal that starts with it."""
        query = word_starts(text)
        return self.filter(search=query) if query else self

    def with_partner_matching(self, text: str) -> "CollaborationQuerySet":
        """Collaborations with a partner that has, for every word of ``text``, a word that starts with it."""
        query = word_starts(text)
        if query is None:
            return self
        parts = apps.get_model("collab.Participation").objects.filter(
            organisation__search=query, organisation__is_host=False
        )
        return self.filter(pk__in=parts.values("collaboration"))

    def of_organisation(self, organisation_id: int) -> "CollaborationQuerySet":
        return self.filter(participations__organisation_id=organisation_id)

    def running(self) -> "CollaborationQuerySet":
        return self.filter(stage__in=RUNNING)

    def not_ended(self) -> "CollaborationQuerySet":
        return self.filter(stage__in=NOT_ENDED)

    def ended(self) -> "CollaborationQuerySet":
        return self.filter(stage=Stage.ENDED)

    def evaluation_due_by(self, day: date) -> "CollaborationQuerySet":
        """Running collaborations whose next evaluation was due up to and including ``day``."""
        return self.running().filter(next_evaluation_on__lte=day)

    def with_people(self) -> "CollaborationQuerySet":
        """Who takes part, and everybody who has or had a role."""
        roles = apps.get_model("collab.RoleAssignment").objects.select_related("contact").order_by("starts_on", "pk")
        roles = roles.only("participation", "role", "starts_on", "ends_on", "contact__name", "contact__deactivated_at")
        parts = apps.get_model("collab.Participation").objects.select_related("organisation")
        texts = ("goal", "motive", "contribution")
        parts = parts.only("collaboration", *texts, "organisation__name", "organisation__is_host")
        return self.prefetch_related(
            Prefetch("participations", queryset=parts.prefetch_related(Prefetch("roles", queryset=roles)))
        )

    def with_agreements(self, user: "User | AnonymousUser") -> "CollaborationQuerySet":
        """Decisions and actions as far as ``user`` sees them: internal ones never reach a partner."""
        items = apps.get_model("collab.ActionItem").objects.visible_to(user).select_related("owner__organisation")
        decisions = (
            apps.get_model("collab.Decision").objects.visible_to(user).select_related("decided_by__organisation")
        )
        shown = ("title", "due_on", "status", "finished_on", "visibility", "owner__name", "owner__organisation__name")
        said = ("what", "why", "new_stage", "lessons", "decided_on", "visibility")
        by = ("decided_by__name", "decided_by__organisation__name")
        return self.prefetch_related(
            Prefetch("action_items", queryset=items.only("collaboration", *shown)),
            Prefetch("decisions", queryset=decisions.only("collaboration", *said, *by)),
        )


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, user: "User | AnonymousUser") -> "ParticipationQuerySet":
        """Whoever sees the collaboration sees who takes part in it."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        return self.filter(takes_part(user, "collaboration__"))


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def visible_to(self, user: "User | AnonymousUser") -> "RoleAssignmentQuerySet":
        """Whoever sees the collaboration sees its roles."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        return self.filter(takes_part(user, "participation__collaboration__"))

    def current(self, day: date) -> "RoleAssignmentQuerySet":
        """Roles held on ``day`` by a contact who is still active."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day, contact__deactivated_at=None)

    def overlapping(self, starts_on: date, ends_on: date | None) -> "RoleAssignmentQuerySet":
        """Roles held on some day from ``starts_on`` until (not including) ``ends_on``."""
        held = self.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on)).exclude(ends_on=F("starts_on"))
        return held if ends_on is None else held.filter(starts_on__lt=ends_on)


class SharedOrInternalQuerySet(models.QuerySet):
    """Rows of a collaboration that are shared with its partners or internal to the host."""

    def visible_to(self, user: "User | AnonymousUser"):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Colleagues see all; a partner's contact sees what is shared in the own collaborations."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_colleague:
            return self.all()
        return self.filter(takes_part(user, "collaboration__"), visibility=Visibility.SHARED)


class DecisionQuerySet(SharedOrInternalQuerySet):
    pass


class ActionItemQuerySet(SharedOrInternalQuerySet):
    def open(self) -> "ActionItemQuerySet":
        return self.filter(status=ActionStatus.OPEN)

    def overdue(self, day: date) -> "ActionItemQuerySet":
        """Open and due before ``day``."""
        return self.open().filter(due_on__lt=day)


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, user: "User | AnonymousUser") -> "CandidateQuerySet":
        """Whom we consider is the host's own: only colleagues see it, whoever takes part."""
        return self.none() if isinstance(user, AnonymousUser) or not user.is_colleague else self.all()

    def considered(self) -> "CandidateQuerySet":
        """Those about whom nothing has been decided yet."""
        return self.filter(state=CandidateState.CONSIDERED)
